using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

// Jobs that a worker of this node takes as they are enqueued.
public sealed partial class JobService
{
    // False: nothing was inserted, and they go through the queue.
    private async Task<bool> HandOverAsync(Caller caller, List<NewJob> jobs, Guid? retryOf, bool audited, CancellationToken cancellationToken)
    {
        using var handed = await handOver!.ReserveAsync(caller.Tenant, jobs);
        if (handed is null) return false;
        try
        {
            await using var batch = new TenantBatch(dataSources.Jobs, caller.Tenant);
            batch.Add(HandOverStatement.Plan);
            batch.Add(HandOverStatement.Command(caller.Tenant, caller.ActorName, jobs, handed.Count, handed.Lease.Id, retryOf));
            // In the same round trip: where to go.
            foreach (var command in handed.TargetCommands()) batch.Add(command);
            if (audited || retryOf is not null) batch.Add(AuditLog.Command(caller, Entry(jobs, retryOf)));
            var running = new HashSet<Guid>(jobs.Count);
            IReadOnlyDictionary<(Guid Device, string Protocol), TargetLoad> targets;
            await using (var reader = await batch.ReadAsync(cancellationToken))
            {
                await reader.NextResultAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                    if (reader.GetBoolean(1)) running.Add(reader.GetGuid(0));
                await reader.NextResultAsync(cancellationToken);
                targets = await handed.ReadTargetsAsync(reader, cancellationToken);
                await reader.FinishAsync(cancellationToken);
            }
            handed.Start(running, targets);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
        {
            // A device without a lane yet, or a deadlock's victim.
            handed.Release();
            return false;
        }
    }
}
