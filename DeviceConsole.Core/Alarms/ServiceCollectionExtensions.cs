using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Alarms;

/// <summary>Registers alarms.</summary>
public static class AlarmServiceCollectionExtensions
{
    /// <summary>Needs <see cref="Data.DataSources"/>.</summary>
    public static IServiceCollection AddAlarms(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AlarmDesk>();
        services.TryAddSingleton<AlarmRules>();
        services.TryAddSingleton<AlarmService>();
        services.TryAddSingleton<AlarmRuleService>();
        services.TryAddSingleton<EventLog>();
        return services;
    }
}
