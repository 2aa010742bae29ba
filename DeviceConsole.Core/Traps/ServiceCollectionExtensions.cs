using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Traps;

/// <summary>Registers what becomes of notifications.</summary>
public static class TrapServiceCollectionExtensions
{
    /// <summary>Needs the services of devices, of the gateway, of MIBs and of alarms.</summary>
    public static IServiceCollection AddTraps(this IServiceCollection services)
    {
        services.AddSingleton<TrapWriter>();
        services.AddSingleton<TrapStore>();
        services.AddSingleton(s => new TrapHosts(s.GetRequiredService<DataSources>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<TrapHosts>>()));
        services.AddSingleton<INotificationDesk, TrapDesk>();
        services.AddSingleton<TrapService>();
        services.AddSingleton<ITrapSubscriber, TrapAlarms>();
        services.AddHostedService(s => s.GetRequiredService<TrapStore>());
        return services;
    }
}
