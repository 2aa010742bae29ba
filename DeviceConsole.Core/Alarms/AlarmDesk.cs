using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Core.Alarms;

/// <summary>
/// Where the product itself raises and clears alarms. Raising is idempotent by device and key: a condition that is reported again counts on, and tells
/// nobody a second time; clearing what is not raised does nothing.
/// </summary>
public sealed class AlarmDesk(DataSources dataSources)
{
    /// <summary>The longest key.</summary>
    public const int MaximumKey = 200;

    private const int MaximumText = 1000;
    private const int Chunk = 500;

    /// <summary>Raises alarms of a tenant's devices; how many of them were not raised before. Devices that are gone are left out.</summary>
    public async Task<int> RaiseAsync(Guid tenant, IReadOnlyList<AlarmSignal> signals, CancellationToken cancellationToken)
    {
        var fresh = 0;
        foreach (var chunk in signals.Chunk(Chunk))
        {
            await using var batch = new TenantBatch(dataSources.App, tenant);
            batch.Add(AlarmStatements.Raise, Sql.Uuid(tenant), Sql.Uuids([.. chunk.Select(s => s.Device)]), Sql.Texts([.. chunk.Select(s => Short(s.Key, MaximumKey))]),
                Sql.Texts([.. chunk.Select(s => s.Source)]), Sql.Texts([.. chunk.Select(s => s.Severity.Text())]), Sql.Texts([.. chunk.Select(s => Short(s.Text, MaximumText))]),
                Sql.Texts([.. chunk.Select(s => s.Detail)]), Sql.Uuids([.. chunk.Select(_ => Guid.CreateVersion7())]), Sql.Text(chunk[0].Source),
                Sql.Array<int>([.. chunk.Select(s => Math.Clamp(s.Times, 1, 1_000_000))], NpgsqlTypes.NpgsqlDbType.Integer));
            fresh += (int)await batch.FirstAsync(r => r.GetInt64(0), cancellationToken);
        }
        return fresh;
    }

    /// <summary>Clears alarms of a tenant's devices; how many of them were raised.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="alarms">Device and key.</param>
    /// <param name="by">Who or what says that they are over.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<int> ClearAsync(Guid tenant, IReadOnlyList<(Guid Device, string Key)> alarms, string by, CancellationToken cancellationToken)
    {
        var cleared = 0;
        foreach (var chunk in alarms.Chunk(Chunk))
        {
            await using var batch = new TenantBatch(dataSources.App, tenant);
            batch.Add(AlarmStatements.Clear, Sql.Uuid(tenant), Sql.Uuids([.. chunk.Select(a => a.Device)]), Sql.Texts([.. chunk.Select(a => Short(a.Key, MaximumKey))]), Sql.Text(by));
            cleared += (int)await batch.FirstAsync(r => r.GetInt64(0), cancellationToken);
        }
        return cleared;
    }

    private static string Short(string text, int length)
    {
        var clean = FaultJson.Clean(text);
        return clean.Length <= length ? clean : FaultJson.Storable(clean[..length]);
    }
}
