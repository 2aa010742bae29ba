using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Discovery;

/// <summary>Registers discovery.</summary>
public static class DiscoveryServiceCollectionExtensions
{
    /// <summary>Scans for pages and the API, and, where this node <paramref name="runs"/> them, their runner. Needs <c>AddDevices()</c>.</summary>
    public static IServiceCollection AddDiscovery(this IServiceCollection services, bool runs = true)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DiscoveryService>();
        services.TryAddSingleton<DiscoveryAcceptor>();
        if (!runs) return services;
        services.TryAddSingleton<ScanStore>();
        services.AddHostedService<ScanRunner>();
        return services;
    }
}
