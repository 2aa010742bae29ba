using DeviceConsole.Web.Components.Shared.Time;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Radzen;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>What the components need.</summary>
public static class ServiceCollectionExtensions
{
    // What a page hands over from its static rendering to its circuit travels in the circuit's first message; the framework's
    // 32 KiB hold about 30 rows of a list.
    private const long LongestMessage = 512 * 1024;

    /// <summary>Registers the services of the interface: one of each a circuit.</summary>
    public static IServiceCollection AddUserInterface(this IServiceCollection services)
    {
        services.AddRadzenComponents();
        services.AddServerSideBlazor().AddHubOptions(o => o.MaximumReceiveMessageSize = LongestMessage);
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<Ticker>();
        services.AddScoped<Toasts>();
        services.AddScoped<Handover>();
        return services;
    }
}
