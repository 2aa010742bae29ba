using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Jobs;

/// <summary>A job's values and where they are from.</summary>
/// <param name="Job">The job.</param>
/// <param name="Values">What the device answered.</param>
public sealed record JobValuesOf(JobView Job, StoredValues Values);

/// <summary>
/// The values of ended jobs, for pages that show a window of them: read once and kept for everybody who looks, up to a number of bytes in the process, the
/// ones not used for the longest dropped first. Pages keep none of them.
/// </summary>
public sealed class JobResults(DataSources dataSources, JobService jobs)
{
    /// <summary>Bytes that are kept in the process; a single larger result is kept alone.</summary>
    public const long MaximumKept = 64L * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid Tenant, Guid Job), Entry> entries = [];
    private long kept;
    private long clock;

    /// <summary>A job's values; NotFound where the caller may not see the job. Rights are asked for anew each time.</summary>
    public async Task<Result<JobValuesOf>> OpenAsync(Caller caller, Guid job, CancellationToken cancellationToken)
    {
        var found = await jobs.FindAsync(caller, job, cancellationToken);
        if (found is null || !caller.May(Rights.View) || !caller.Scope.Allows(found.DeviceId)) return Problem.NotFound("job");
        return new JobValuesOf(found, await ValuesAsync(caller.Tenant, found, cancellationToken));
    }

    private async Task<StoredValues> ValuesAsync(Guid tenant, JobView job, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (entries.TryGetValue((tenant, job.Id), out var entry))
            {
                entry.LastUse = ++clock;
                return entry.Values;
            }
        }
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT convert_to(vals::text, 'UTF8') FROM job_results WHERE tenant_id = $1 AND job_id = $2", Sql.Uuid(tenant), Sql.Uuid(job.Id));
        var bytes = await batch.FirstAsync(r => r.GetFieldValue<byte[]>(0), cancellationToken);
        // What a running job will answer is not there yet; what an ended one has answered never changes.
        if (bytes is null) return StoredValues.None;
        var values = new StoredValues(bytes);
        Keep((tenant, job.Id), values);
        return values;
    }

    private void Keep((Guid, Guid) key, StoredValues values)
    {
        lock (gate)
        {
            if (entries.Remove(key, out var before)) kept -= before.Values.Size;
            entries[key] = new Entry(values) { LastUse = ++clock };
            kept += values.Size;
            while (kept > MaximumKept && entries.Count > 1)
            {
                var oldest = entries.Where(e => e.Key != key).MinBy(e => e.Value.LastUse);
                kept -= oldest.Value.Values.Size;
                entries.Remove(oldest.Key);
            }
        }
    }

    private sealed class Entry(StoredValues values)
    {
        public StoredValues Values { get; } = values;

        public long LastUse { get; set; }
    }
}
