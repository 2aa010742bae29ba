using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

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
        services.AddSingleton<JobService>();
        services.AddSingleton<JobListener>();
        services.AddHostedService(s => s.GetRequiredService<JobListener>());
        services.AddSingleton(s => new LiveFeed(
            s.GetRequiredService<JobListener>(), s.GetRequiredService<DataSources>(), s.GetRequiredService<ProtocolCatalog>(), s.GetRequiredService<ILogger<LiveFeed>>()));
        return services;
    }
}
