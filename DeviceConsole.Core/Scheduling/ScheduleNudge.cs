using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace DeviceConsole.Core.Scheduling;

/// <summary>Has the clock look at once when a schedule changes on this node, so that nobody waits for the next regular look.</summary>
internal sealed partial class ScheduleNudge(ScheduleService schedules, ISchedulerFactory factory, ILogger<ScheduleNudge> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        schedules.Changed += OnChanged;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        schedules.Changed -= OnChanged;
        return Task.CompletedTask;
    }

    private void OnChanged() => _ = Task.Run(async () =>
    {
        try
        {
            var scheduler = await factory.GetScheduler();
            await scheduler.TriggerJob(ReconcileSweep.Key);
        }
        catch (SchedulerException e)
        {
            // The regular look follows within half a minute.
            LogFailed(e.Message);
        }
    });

    [LoggerMessage(2821, LogLevel.Warning, "The clock could not be told of a changed schedule ({Reason}); it looks by itself within 30 s.")]
    private partial void LogFailed(string reason);
}
