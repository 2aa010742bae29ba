using System.Globalization;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Quartz;

namespace DeviceConsole.Core.Scheduling;

/// <summary>
/// Makes Quartz equal to the table: a trigger for each enabled schedule, in its revision, and none besides. Quartz holds opaque ids only.
/// Safe to run anywhere, any time, several times at once.
/// </summary>
internal sealed partial class ScheduleReconciler(DataSources dataSources, TimeProvider time, ILogger<ScheduleReconciler> logger)
{
    public const string Group = "schedules";
    private const int PageSize = 500;

    public async Task ReconcileAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var wanted = await ReadWantedAsync(cancellationToken);
        var known = await ReadKnownAsync(scheduler, cancellationToken);
        foreach (var (name, revision) in known)
        {
            if (wanted.ContainsKey(name)) continue;
            await scheduler.DeleteJob(new JobKey(name, Group), cancellationToken);
            LogRemoved(name);
        }
        foreach (var (name, schedule) in wanted)
        {
            if (known.TryGetValue(name, out var revision) && revision == Mark(schedule.Revision)) continue;
            if (CronText.FindZone(schedule.Zone) is not { } zone || CronText.Parse(schedule.Cron, zone, time.GetUtcNow(), out _) is not { } cron)
            {
                LogUnusable(name);
                continue;
            }
            await PutAsync(scheduler, name, schedule, cron, cancellationToken);
            LogPut(name, schedule.Revision);
        }
    }

    private sealed record Wanted(Guid Tenant, Guid Id, string Cron, string Zone, int Revision);

    private static async Task PutAsync(IScheduler scheduler, string name, Wanted schedule, CronExpression cron, CancellationToken cancellationToken)
    {
        // Recovery: a firing whose node died in the middle is fired again elsewhere; the slot's key keeps it from counting twice.
        var job = JobBuilder.Create<ScheduledRun>().WithIdentity(name, Group).RequestRecovery()
            .UsingJobData(ScheduledRun.TenantKey, schedule.Tenant.ToString()).UsingJobData(ScheduledRun.ScheduleKey, schedule.Id.ToString()).Build();
        // Missed while nobody was there to fire it: once, now, however many slots passed.
        var trigger = TriggerBuilder.Create().WithIdentity(name, Group).ForJob(job).WithDescription(Mark(schedule.Revision))
            .WithSchedule(CronScheduleBuilder.Create(cron).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
    }

    private async Task<Dictionary<string, Wanted>> ReadWantedAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT tenant_id, id, cron, time_zone, revision FROM sys.enabled_schedules()");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = await reader.ListAsync(r => new Wanted(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetInt32(4)), cancellationToken);
        return rows.ToDictionary(r => r.Id.ToString("N"));
    }

    private static async Task<Dictionary<string, string?>> ReadKnownAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string?>();
        for (var more = true; more;)
        {
            var page = await scheduler.QueryTriggers(new TriggerQuery { Group = GroupMatcher<TriggerKey>.GroupEquals(Group), Skip = known.Count, Take = PageSize }, cancellationToken);
            foreach (var trigger in page.Items) known[trigger.Key.Name] = trigger.Description;
            more = page.HasMore;
        }
        return known;
    }

    private static string Mark(int revision) => revision.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(2811, LogLevel.Information, "Schedule {Schedule} runs in revision {Revision}.")]
    private partial void LogPut(string schedule, int revision);

    [LoggerMessage(2812, LogLevel.Information, "Schedule {Schedule} does not run any more.")]
    private partial void LogRemoved(string schedule);

    [LoggerMessage(2813, LogLevel.Error, "The time of schedule {Schedule} is not understood by this version; it does not run.")]
    private partial void LogUnusable(string schedule);
}
