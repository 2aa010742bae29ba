using System.Buffers.Text;
using System.Text;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Parameters;

/// <summary>What devices have reported, as one tree a device.</summary>
public sealed class ParameterService(DataSources dataSources)
{
    /// <summary>The longest page.</summary>
    public const int MaximumPage = 1000;

    private const int MaximumPath = 1024;
    private const int MaximumSearch = 200;

    private const string Select =
        """
        SELECT x.path, p.value, p.type, p.writable, p.source, p.changed_at
        FROM parameters p JOIN parameter_paths x ON x.tenant_id = p.tenant_id AND x.id = p.path_id
        WHERE p.tenant_id = $1 AND p.device_id = $2
          AND x.path >= $3 AND x.path < $6
          AND ($7 = '' OR strpos(lower(x.path), $7) > 0 OR strpos(lower(p.value), $7) > 0)
          AND ($4 = '' OR x.path_key > sys.path_order($4) OR (x.path_key = sys.path_order($4) AND x.path > $4))
        ORDER BY x.path_key, x.path LIMIT $5
        """;

    /// <summary>
    /// A device's parameters in the order of their paths, numbers by their value. NotFound where there is no such device
    /// in the caller's tenant and scope; Invalid for a cursor that is none.
    /// </summary>
    /// <param name="caller">Needs <see cref="Rights.View"/>.</param>
    /// <param name="device">The device.</param>
    /// <param name="prefix">Only paths that begin so; null or empty for all.</param>
    /// <param name="search">Only parameters whose path or value contains it, whatever its case; null for all.</param>
    /// <param name="after">Cursor of the page before.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Result<Page<Parameter>>> ListAsync(Caller caller, Guid device, string? prefix, string? search, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see devices");
        if (limit is < 1 or > MaximumPage) return Problem.Invalid("limit", $"A page has 1 to {MaximumPage} rows.");
        if (prefix is not null && (prefix.Length > MaximumPath || prefix.Contains('\0', StringComparison.Ordinal)))
            return Problem.Invalid("prefix", $"A path has at most {MaximumPath} printable characters.");
        if (search is { Length: > MaximumSearch } || search?.Contains('\0', StringComparison.Ordinal) == true)
            return Problem.Invalid("search", $"A search has at most {MaximumSearch} printable characters.");
        var place = "";
        if (after is not null && (place = Decode(after)) is null) return Problem.Invalid("after", "The cursor does not belong to this list; start again without it.");
        if (!caller.Scope.Allows(device)) return Problem.NotFound("device");

        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT 1 FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add(Select, Sql.Uuid(caller.Tenant), Sql.Uuid(device), Sql.Text(prefix ?? ""), Sql.Text(place), Sql.Int(limit + 1),
            Sql.Text(PathRange.End(prefix ?? "")), Sql.Text(search?.Trim().ToLowerInvariant() ?? ""));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("device");
        await reader.NextResultAsync(cancellationToken);
        var rows = await reader.ListAsync(Read, cancellationToken);
        if (rows.Count <= limit) return new Page<Parameter>(rows, null);
        rows.RemoveAt(limit);
        return new Page<Parameter>(rows, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(rows[^1].Path)));
    }

    private static Parameter Read(NpgsqlDataReader r) =>
        new(r.GetString(0), r.TextOrNull(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetBoolean(3), r.GetString(4), r.Time(5));

    private static string? Decode(string cursor)
    {
        if (cursor.Length is 0 or > MaximumPath * 6 || !Base64Url.IsValid(cursor)) return null;
        var path = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return path.Length is 0 or > MaximumPath || path.Contains('\0', StringComparison.Ordinal) ? null : path;
    }
}
