using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Polling;

/// <summary>What polling has measured of a device, and what it reports by itself.</summary>
public sealed class SampleService(DataSources dataSources)
{
    /// <summary>The most series of one question.</summary>
    public const int MaximumSeries = 100;

    /// <summary>What is measured, by object and label. NotFound where there is no such device in the caller's tenant and scope.</summary>
    public async Task<Result<IReadOnlyList<PollSeries>>> SeriesAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(device)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT 1 FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add(
            """
            SELECT profile_id, id, oid, object, label, unit FROM poll_series WHERE tenant_id = $1 AND device_id = $2
            UNION ALL SELECT profile_id, id, path, object, label, unit FROM bulk_series WHERE tenant_id = $1 AND device_id = $2
            ORDER BY 4, 5, 2 LIMIT 5000
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("device");
        await reader.NextResultAsync(cancellationToken);
        return await reader.ListAsync(r => new PollSeries(r.GetGuid(0), r.GetInt32(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5)), cancellationToken);
    }

    /// <summary>
    /// Their values between two moments in at most <paramref name="steps"/> steps: from the samples themselves, or from averages of five minutes or an hour, whichever is fine enough.
    /// </summary>
    public async Task<Result<IReadOnlyList<SeriesPoints>>> PointsAsync(Caller caller, Guid device, IReadOnlyList<PollSeries> series, DateTimeOffset from, DateTimeOffset to, int steps, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(device)) return Problem.NotFound("device");
        if (series.Count > MaximumSeries) return Problem.Invalid("series", $"At most {MaximumSeries} series are read at once.");
        if (to <= from || to - from > TimeSpan.FromDays(800)) return Problem.Invalid("from", "The span begins before its end and lasts at most 800 days.");
        var step = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((to - from).TotalSeconds / Math.Clamp(steps, 10, 2000))));
        var (table, columns) = step >= TimeSpan.FromHours(1) ? ("poll_samples_1h", "s.avgs, s.mins, s.maxs") : step >= TimeSpan.FromMinutes(5) ? ("poll_samples_5m", "s.avgs, s.mins, s.maxs") : ("poll_samples", "s.vals, s.vals, s.vals");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            $"""
            SELECT s.profile_id, u.id, date_bin($7, s.at, 'epoch'), avg(u.a), min(u.lo), max(u.hi)
            FROM {table} s CROSS JOIN LATERAL unnest(s.series, {columns}) u(id, a, lo, hi) JOIN unnest($3::uuid[], $4::integer[]) w(profile, id) ON w.profile = s.profile_id AND w.id = u.id
            WHERE s.tenant_id = $1 AND s.device_id = $2 AND s.at >= $5 AND s.at < $6 GROUP BY 1, 2, 3 ORDER BY 3
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(device), Sql.Uuids([.. series.Select(s => s.ProfileId)]), Sql.Array([.. series.Select(s => s.Id)], NpgsqlTypes.NpgsqlDbType.Integer), Sql.Time(from), Sql.Time(to), Sql.Interval(step));
        var rows = await batch.ListAsync(r => (Key: (r.GetGuid(0), r.GetInt32(1)), Point: new SeriesPoint(r.Time(2), r.GetDouble(3), r.GetDouble(4), r.GetDouble(5))), cancellationToken);
        var points = rows.ToLookup(r => r.Key, r => r.Point);
        return series.Select(s => new SeriesPoints(s, [.. points[(s.ProfileId, s.Id)]])).ToArray();
    }
}
