using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.WebPa.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>What WebPA is made of, and where its devices connect.</summary>
internal sealed class WebPaParts : IProtocolParts
{
    /// <inheritdoc />
    public void Register(IServiceCollection services)
    {
        services.AddOptions<WebPaOptions>().BindConfiguration(WebPaOptions.Section);
        services.AddSingleton<WebPaMetrics>();
        services.AddSingleton<OpeningGuard>();
        services.AddSingleton<DeviceEndpoint>();
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder devices)
    {
        var endpoint = devices.ServiceProvider.GetRequiredService<DeviceEndpoint>();
        RequestDelegate handle = endpoint.HandleAsync;
        devices.MapGet("/webpa/{tenant}/api/v2/device", handle);
        devices.MapGet("/webpa/api/v2/device", handle);
    }
}
