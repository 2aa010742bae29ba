using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Polling;

/// <summary>Registers polling.</summary>
public static class PollingServiceCollectionExtensions
{
    /// <summary>Profiles and samples for pages and the API, and, where this node <paramref name="polls"/>, its poller. Needs <c>AddJobs()</c> and <c>AddMibs()</c>.</summary>
    public static IServiceCollection AddPolling(this IServiceCollection services, bool polls = true)
    {
        services.TryAddSingleton<PollService>();
        services.TryAddSingleton<SampleService>();
        services.TryAddSingleton<PollRunner>();
        if (polls) services.AddHostedService<Poller>();
        return services;
    }
}
