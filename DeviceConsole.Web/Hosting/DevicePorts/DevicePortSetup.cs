using System.Net;
using DeviceConsole.Core.Listeners;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DeviceConsole.Web.Hosting.DevicePorts;

/// <summary>Puts the server's addresses together: those of the settings, and devices' ports of the table.</summary>
public static class DevicePortSetup
{
    /// <summary>Endpoints as configuration that changes while the server runs, and what happens on devices' connections before HTTP.</summary>
    public static void ConfigureDevicePorts(this WebApplicationBuilder builder, HostSettings settings)
    {
        var endpoints = new PortEndpoints(settings);
        int[] people = [.. settings.UiUrls.Concat(settings.OpsUrls).Select(u => BindingAddress.Parse(u).Port)];
        // Addresses come from the endpoints alone; what else the environment may name is not listened on.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "").UseSetting(WebHostDefaults.HttpsPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var connections = kestrel.ApplicationServices.GetRequiredService<DeviceConnections>();
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                if (listen.EndPoint is not IPEndPoint { Port: var port } || people.Contains(port)) return;
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => connections.ServeAsync(connection, next));
            });
            kestrel.Configure(new ConfigurationBuilder().AddConfiguration(builder.Configuration.GetSection("Kestrel")).Add(endpoints).Build(), reloadOnChange: true);
        });
        builder.Services.AddSingleton(new ReservedPorts(people.ToHashSet()));
        builder.Services.AddDevicePorts();
        builder.Services.AddSingleton(endpoints);
        builder.Services.AddSingleton<DeviceConnections>();
        builder.Services.AddSingleton<PortOpener>();
        if (settings.Roles.Gateway) builder.Services.AddHostedService(s => s.GetRequiredService<PortOpener>());
    }
}
