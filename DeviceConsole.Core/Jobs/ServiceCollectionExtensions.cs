using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Core.Jobs;

/// <summary>Registers the job engine.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// The queue's services, the live feed and, where <see cref="JobOptions.WorkerEnabled"/>, the worker. Needs <see cref="DataSources"/>
    /// and the protocol modules; options come from the section <c>Jobs</c>.
    /// </summary>
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddOptions<JobOptions>().BindConfiguration("Jobs");
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ProtocolCatalog>();
        services.AddMetrics();
        services.AddSingleton<HandOver>();
        services.AddSingleton<JobService>();
        services.AddSingleton<JobResults>();
        services.AddSingleton<JobMetrics>();
        services.AddSingleton<RunningJobs>();
        services.AddSingleton<JobClaims>();
        services.AddSingleton<JobSweeps>();
        services.AddSingleton<NodeLease>();
        services.AddSingleton<CompletionWriter>();
        services.AddSingleton<JobListener>();
        services.AddAlarms();
        services.AddGateway();
        // Stopped in reverse: first nothing new is claimed, then what is under way is written, then the lease is given up.
        services.AddHostedService(s => s.GetRequiredService<JobListener>());
        services.AddHostedService(s => s.GetRequiredService<NodeLease>());
        services.AddHostedService(s => s.GetRequiredService<CompletionWriter>());
        services.AddSingleton<IHostedService>(s => Options(s).WorkerEnabled ? ActivatorUtilities.CreateInstance<JobWorker>(s) : new NoWorker());
        services.AddSingleton<IHostedService>(s => (Options(s).WakesDevices ?? Options(s).WorkerEnabled) ? ActivatorUtilities.CreateInstance<DeviceWaker>(s) : new NoWorker());
        services.AddSingleton(s => new LiveFeed(
            s.GetRequiredService<JobListener>(), s.GetRequiredService<DataSources>(), s.GetRequiredService<ProtocolCatalog>(), s.GetRequiredService<ILogger<LiveFeed>>()));
        return services;
    }

    private static JobOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<JobOptions>>().Value;

    // Stands in the worker's place on nodes that serve pages only.
    private sealed class NoWorker : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
