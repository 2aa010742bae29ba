using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt;
using DeviceConsole.Protocols.Usp.Mtp.WebSocket;
using DeviceConsole.Protocols.Usp.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Protocols.Usp;

/// <summary>What USP is made of, and the addresses that agents call.</summary>
internal sealed class UspParts : IProtocolParts
{
    /// <inheritdoc />
    public void Register(IServiceCollection services)
    {
        services.AddOptions<UspOptions>().BindConfiguration(UspOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SupportedModels>();
        services.AddSingleton<RecentNotifications>();
        services.AddSingleton<ReconnectLimiter>();
        services.AddSingleton<AgentServices>();
        services.AddSingleton<WebSocketEndpoint>();
        services.AddOptions<UspMqttOptions>().BindConfiguration(UspMqttOptions.Section);
        services.AddSingleton<UspMqttService>();
        services.AddHostedService(provider => provider.GetRequiredService<UspMqttService>());
        services.AddSingleton<IProtocolHealth>(provider => provider.GetRequiredService<UspMqttService>());
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder devices)
    {
        var endpoint = devices.ServiceProvider.GetRequiredService<WebSocketEndpoint>();
        foreach (var path in (string[])["/usp", "/usp/{tenant}", "/usp/{tenant}/{token}"]) devices.Map(path, endpoint.HandleAsync);
    }
}
