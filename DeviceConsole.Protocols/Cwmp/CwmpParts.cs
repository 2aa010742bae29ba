using System.Diagnostics.Metrics;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Admission;
using DeviceConsole.Protocols.Cwmp.ConnectionRequest;
using DeviceConsole.Protocols.Cwmp.Session;
using DeviceConsole.Protocols.Cwmp.Stun;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>What the ACS is made of, and its addresses.</summary>
internal sealed class CwmpParts : IProtocolParts
{
    /// <inheritdoc />
    public void Register(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<CwmpOptions>().BindConfiguration("Cwmp");
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<CwmpOptions>>().Value);
        services.AddOptions<XmppOptions>().BindConfiguration(XmppOptions.Section);
        services.TryAddSingleton<XmppService>();
        services.AddSingleton(XmppService.Secret);
        services.TryAddSingleton<ConnectionRequester>();
        services.TryAddSingleton<CwmpAuthenticator>();
        services.TryAddSingleton<CwmpSessions>();
        services.TryAddSingleton(provider => new AdmissionControl(provider.GetRequiredService<CwmpSessions>(), provider.GetRequiredService<CwmpOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new AdmissionMetrics(provider.GetRequiredService<AdmissionControl>(), provider.GetRequiredService<CwmpSessions>(), provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<SessionEnder>();
        services.TryAddSingleton<FirmwareCheck>();
        services.TryAddSingleton<DeviceRequests>();
        services.TryAddSingleton<Provisioning>();
        services.TryAddSingleton<SessionTalk>();
        services.TryAddSingleton<InformHandler>();
        services.TryAddSingleton<CwmpEndpoint>();
        services.TryAddSingleton<StunServer>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SessionEnder>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<StunServer>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<XmppService>());
        services.AddSingleton<IProtocolHealth>(provider => provider.GetRequiredService<XmppService>());
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder devices)
    {
        foreach (var address in (string[])["/cwmp", "/cwmp/{tenant}"])
            devices.MapPost(address, (RequestDelegate)(http => http.RequestServices.GetRequiredService<CwmpEndpoint>().HandleAsync(http))).WithDisplayName("CWMP " + address);
    }
}
