using DeviceConsole.Web.Api.Shared;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Web.Hubs;

/// <summary>The hub at /hubs/live.</summary>
public static class HubSetup
{
    /// <summary>Needs the live feed and authentication.</summary>
    public static IServiceCollection AddLiveHub(this IServiceCollection services)
    {
        services.AddSingleton<LivePush>();
        // Of this hub alone: the circuits' hub has limits of its own.
        services.AddSignalR().AddHubOptions<LiveHub>(o => o.MaximumReceiveMessageSize = 8 * 1024).AddJsonProtocol(o => ApiJson.Configure(o.PayloadSerializerOptions));
        return services;
    }

    /// <summary>Maps it.</summary>
    public static void MapLiveHub(this IEndpointRouteBuilder endpoints) => endpoints.MapHub<LiveHub>("/hubs/live").OnUi();
}
