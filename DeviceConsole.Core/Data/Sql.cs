using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Data;

/// <summary>Positional parameters with their PostgreSQL types, and small helpers over readers.</summary>
public static class Sql
{
    /// <summary>A batch command with positional parameters.</summary>
    public static NpgsqlBatchCommand Command(string statement, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(statement);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>uuid.</summary>
    public static NpgsqlParameter Uuid(Guid? value) => Typed(value, NpgsqlDbType.Uuid);

    /// <summary>text.</summary>
    public static NpgsqlParameter Text(string? value) => Typed(value, NpgsqlDbType.Text);

    /// <summary>integer.</summary>
    public static NpgsqlParameter Int(int? value) => Typed(value, NpgsqlDbType.Integer);

    /// <summary>smallint.</summary>
    public static NpgsqlParameter Small(short? value) => Typed(value, NpgsqlDbType.Smallint);

    /// <summary>bigint.</summary>
    public static NpgsqlParameter Long(long? value) => Typed(value, NpgsqlDbType.Bigint);

    /// <summary>boolean.</summary>
    public static NpgsqlParameter Bool(bool? value) => Typed(value, NpgsqlDbType.Boolean);

    /// <summary>timestamptz; converted to UTC.</summary>
    public static NpgsqlParameter Time(DateTimeOffset? value) => Typed(value?.UtcDateTime, NpgsqlDbType.TimestampTz);

    /// <summary>interval.</summary>
    public static NpgsqlParameter Interval(TimeSpan? value) => Typed(value, NpgsqlDbType.Interval);

    /// <summary>jsonb, from JSON text.</summary>
    public static NpgsqlParameter Json(string? value) => Typed(value, NpgsqlDbType.Jsonb);

    /// <summary>bytea.</summary>
    public static NpgsqlParameter Bytes(byte[]? value) => Typed(value, NpgsqlDbType.Bytea);

    /// <summary>An array; <paramref name="element"/> is the type of its elements.</summary>
    public static NpgsqlParameter Array<T>(T[]? values, NpgsqlDbType element) => Typed(values, NpgsqlDbType.Array | element);

    /// <summary>uuid[].</summary>
    public static NpgsqlParameter Uuids(Guid[]? values) => Array(values, NpgsqlDbType.Uuid);

    /// <summary>text[].</summary>
    public static NpgsqlParameter Texts(string?[]? values) => Array(values, NpgsqlDbType.Text);

    /// <summary>The rest of a result set.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>
    /// Consumes every result that is left, so that an error of a later statement is thrown here and not lost in dispose.
    /// </summary>
    public static async Task FinishAsync(this NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        while (await reader.NextResultAsync(cancellationToken)) { }
    }

    /// <summary>A text column, or null.</summary>
    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A uuid column, or null.</summary>
    public static Guid? UuidOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

    /// <summary>A timestamptz column.</summary>
    public static DateTimeOffset Time(this NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);

    /// <summary>A timestamptz column, or null.</summary>
    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);

    private static NpgsqlParameter Typed<T>(T value, NpgsqlDbType type) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = type };
}
