using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace DeviceConsole.Core.Scheduling;

/// <summary>
/// Stops the clock as an application should: nothing new fires, and what runs gets its time to end and to be written down, but no more than that. Quartz's
/// own wait has no end while its database is away, because it tries for ever to write down that a job has run; another node, or the next start, finds that out.
/// </summary>
internal sealed partial class ClockStop(ISchedulerFactory factory, ILogger<ClockStop> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var scheduler = await factory.GetScheduler(patience.Token);
            await scheduler.Standby(patience.Token);
            var running = new FireInstanceQuery { SchedulerInstanceId = scheduler.SchedulerInstanceId };
            while ((await scheduler.QueryFireInstances(running, patience.Token)).Items.Count > 0) await Task.Delay(Look, patience.Token);
        }
        catch (Exception e) when (e is SchedulerException or OperationCanceledException)
        {
            LogLeft(e.Message);
        }
    }

    [LoggerMessage(2822, LogLevel.Warning, "The clock stops although it is not known that all of its runs have ended ({Reason}). Another node, or the next start, takes them up.")]
    private partial void LogLeft(string reason);
}
