using System.Globalization;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Tenancy;
using Quartz;

namespace DeviceConsole.Core.Scheduling;

/// <summary>One firing of a schedule.</summary>
internal sealed class ScheduledRun(SlotRunner runner) : IJob
{
    public const string TenantKey = "tenant";
    public const string ScheduleKey = "schedule";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.FireAsync(Read(context, TenantKey), Read(context, ScheduleKey), SlotOf(context), cancellationToken);

    // A recovered firing has a new time of its own; the slot is the one that its first try had.
    private static DateTimeOffset SlotOf(IJobExecutionContext context) =>
        context.Recovering && context.MergedJobDataMap.TryGetValue(SchedulerConstants.FailedJobOriginalTriggerScheduledFireTime, out var value)
        && long.TryParse(value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : context.ScheduledFireTimeUtc ?? context.FireTimeUtc;

    private static Guid Read(IJobExecutionContext context, string key) =>
        Guid.Parse(context.MergedJobDataMap[key]?.ToString() ?? throw new InvalidOperationException($"The job {context.JobDetail.Key} has no {key}."));
}

/// <summary>Takes back the jobs of lost workers.</summary>
[DisallowConcurrentExecution]
internal sealed class RescueSweep(JobSweeps sweeps) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await sweeps.RescueAsync(cancellationToken);
}

/// <summary>Ends what waited too long.</summary>
[DisallowConcurrentExecution]
internal sealed class ExpireSweep(JobSweeps sweeps) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await sweeps.ExpireAsync(cancellationToken);
}

/// <summary>Makes the partitions of the coming weeks.</summary>
[DisallowConcurrentExecution]
internal sealed class PartitionSweep(JobSweeps sweeps) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await sweeps.EnsurePartitionsAsync(cancellationToken);
}

/// <summary>Deletes what is past its retention.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionSweep(JobSweeps sweeps) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await sweeps.RetainAsync(cancellationToken);
}

/// <summary>Goes on with the deletion of tenants.</summary>
[DisallowConcurrentExecution]
internal sealed class TenantDeletionSweep(TenantDeletion deletion) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await deletion.SweepAsync(cancellationToken);
}

/// <summary>Makes the clock equal to the schedules.</summary>
[DisallowConcurrentExecution]
internal sealed class ReconcileSweep(ScheduleReconciler reconciler) : IJob
{
    public static readonly JobKey Key = new("reconcile", "engine");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await reconciler.ReconcileAsync(context.Scheduler, cancellationToken);
}
