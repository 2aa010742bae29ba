using System.Diagnostics.Metrics;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Traps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>Registers SNMP with the container.</summary>
public static class SnmpServices
{
    /// <summary>Adds the SNMP module and its client. Options come from the caller, who owns the configuration.</summary>
    public static IServiceCollection AddSnmp(this IServiceCollection services, SnmpClientOptions? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new SnmpClient(options, provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IProtocolModule, SnmpModule>());
        return services;
    }

    /// <summary>Adds the receiver of traps and informs; it receives where the configuration names a port.</summary>
    public static IServiceCollection AddTrapReceiver(this IServiceCollection services)
    {
        services.AddOptions<TrapOptions>().BindConfiguration(TrapOptions.Section);
        services.TryAddSingleton(provider => new TrapCounters(provider.GetService<IMeterFactory>()));
        services.AddHostedService<TrapListener>();
        return services;
    }
}
