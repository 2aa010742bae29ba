using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;

namespace DeviceConsole.Core.Scheduling;

/// <summary>
/// Quartz as a part of the application that can be stopped at any time: nothing new fires, and what runs gets its time to end and to be written down, but
/// no more than that. While its database is away Quartz would try for ever to give back what it has reserved; another node, or the next start, takes that up.
/// </summary>
internal sealed partial class Clock(IHostApplicationLifetime lifetime, IServiceProvider services, IOptionsMonitor<QuartzHostedServiceOptions> options, ISchedulerFactory factory, ILogger<Clock> logger)
    : QuartzHostedService(lifetime, services, options), IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    async Task IHostedService.StopAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await UntilNothingRunsAsync(patience.Token);
            await StopAsync(patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is SchedulerException or OperationCanceledException)
        {
            LogLeft(e.Message);
        }
    }

    private async Task UntilNothingRunsAsync(CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        await scheduler.Standby(cancellationToken);
        var running = new FireInstanceQuery { SchedulerInstanceId = scheduler.SchedulerInstanceId };
        while ((await scheduler.QueryFireInstances(running, cancellationToken)).Items.Count > 0) await Task.Delay(Look, cancellationToken);
    }

    [LoggerMessage(2822, LogLevel.Warning, "The clock did not stop in order ({Reason}). Another node, or the next start, takes up what it left.")]
    private partial void LogLeft(string reason);
}
