using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Jobs;

// Idempotency keys: of several requests with one key in a tenant, one becomes a job, and all get its id.
public sealed partial class JobService
{
    // Jobs by key, as they stand in the table or first in this batch.
    private sealed record KeyedJob(Guid Id, Guid Device, string Protocol, string Operation, JsonNode? Arguments)
    {
        public bool Asks(JobRequest request) => Device == request.DeviceId && Protocol == request.Protocol && Operation == request.Operation
            && JsonNode.DeepEquals(Arguments, JsonNode.Parse(request.Arguments.ToJsonString()));
    }

    private async Task<Result<IReadOnlyList<Guid>>> InsertOnceAsync(Caller caller, List<NewJob> jobs, Guid? retryOf, bool audited, CancellationToken cancellationToken)
    {
        var keys = jobs.Select(j => j.Request.IdempotencyKey).OfType<string>().Distinct().ToArray();
        var known = keys.Length == 0 ? new Dictionary<string, KeyedJob>() : await ReadKeysAsync(caller, keys, cancellationToken);
        var fresh = new List<NewJob>(jobs.Count);
        foreach (var job in jobs)
        {
            if (job.Request.IdempotencyKey is not { } key) fresh.Add(job);
            else if (!known.TryGetValue(key, out var first))
            {
                known[key] = new(job.Id, job.Request.DeviceId, job.Request.Protocol, job.Request.Operation, JsonNode.Parse(job.Arguments));
                fresh.Add(job);
            }
            else if (!first.Asks(job.Request)) return OtherRequest(key);
        }
        if (fresh.Count > 0 && await InsertAsync(caller, fresh, retryOf, audited, cancellationToken) < fresh.Count)
        {
            // Somebody used one of the keys between the look and the insert: theirs is the job.
            known = await ReadKeysAsync(caller, keys, cancellationToken);
            foreach (var job in fresh)
                if (job.Request.IdempotencyKey is { } key && !known[key].Asks(job.Request)) return OtherRequest(key);
        }
        return jobs.Select(j => j.Request.IdempotencyKey is { } key ? known[key].Id : j.Id).ToArray();
    }

    private async Task<int> InsertAsync(Caller caller, List<NewJob> jobs, Guid? retryOf, bool audited, CancellationToken cancellationToken)
    {
        if (handOver is not null && await HandOverAsync(caller, jobs, retryOf, audited, cancellationToken)) return jobs.Count;
        return await Transient.RetryAsync(async () =>
        {
            await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
            batch.Add(EnqueueStatement.Command(caller.Tenant, caller.ActorName, jobs));
            if (audited || retryOf is not null) batch.Add(AuditLog.Command(caller, Entry(jobs, retryOf)));
            return (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)).Count;
        });
    }

    private AuditEntry Entry(List<NewJob> jobs, Guid? retryOf)
    {
        var first = jobs[0].Request;
        var what = protocols.Find(first.Protocol)?.Describe(first.Operation, first.Arguments) ?? first.Operation;
        var summary = jobs.Count == 1 ? $"{what} on one device" : $"{what} and {jobs.Count - 1:N0} more";
        return new AuditEntry(retryOf is null ? "job.enqueue" : "job.retry", "job", jobs[0].Id.ToString(), FaultJson.Clean(summary))
        {
            After = new JsonObject
            {
                ["jobs"] = new JsonArray([.. jobs.Select(j => (JsonNode)j.Id.ToString())]),
                ["devices"] = new JsonArray([.. jobs.Select(j => (JsonNode)j.Request.DeviceId.ToString())]),
                ["protocol"] = first.Protocol,
                ["operation"] = first.Operation,
                ["retryOf"] = retryOf?.ToString(),
            },
        };
    }

    private async Task<Dictionary<string, KeyedJob>> ReadKeysAsync(Caller caller, string[] keys, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT idempotency_key, id, device_id, protocol, operation, arguments::text FROM jobs WHERE tenant_id = $1 AND idempotency_key = ANY ($2)", Sql.Uuid(caller.Tenant), Sql.Texts(keys));
        var found = await batch.ListAsync(r => (Key: r.GetString(0), Job: new KeyedJob(r.GetGuid(1), r.GetGuid(2), r.GetString(3), r.GetString(4), JsonNode.Parse(r.GetString(5)))), cancellationToken);
        return found.ToDictionary(f => f.Key, f => f.Job);
    }

    private static Problem OtherRequest(string key) =>
        Problem.Conflict($"The idempotency key \"{key}\" was used for another request already. Use a new key for a new request.");
}
