using DeviceConsole.Web.Components.Shared.Time;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Radzen;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>What the components need.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Registers the services of the interface: one of each a circuit.</summary>
    public static IServiceCollection AddUserInterface(this IServiceCollection services)
    {
        services.AddRadzenComponents();
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<Ticker>();
        services.AddScoped<Toasts>();
        services.AddScoped<Handover>();
        return services;
    }
}
