using DeviceConsole.Web.Diagnostics;
using DeviceConsole.Web.Hosting.DevicePorts;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Logging.Console;

namespace DeviceConsole.Web.Hosting;

/// <summary>How the web host listens, logs and is configured.</summary>
public static class WebHostSetup
{
    /// <summary>A builder whose configuration starts with the appsettings.json beside the application; everything else overrides it.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(WebHostSetup).Assembly.GetName().Name });
        var file = new JsonConfigurationSource { Path = Path.Combine(AppContext.BaseDirectory, "appsettings.json"), Optional = true };
        file.ResolveFileProvider();
        builder.Configuration.Sources.Insert(0, file);
        builder.Logging.ClearProviders();
        // One event is one line, whatever text of a device stands in it.
        if (builder.Environment.IsDevelopment()) builder.Logging.AddSimpleConsole(o => o.SingleLine = true);
        else builder.Logging.AddConsole(o => o.FormatterName = JsonLines.FormatterName).AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        // It writes addresses with their query, in which hubs carry tokens.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        return builder;
    }

    /// <summary>Listeners, limits, trusted proxies.</summary>
    public static void ConfigureListeners(this WebApplicationBuilder builder, HostSettings settings)
    {
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Limits.MaxConcurrentConnections = 20_000;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 10_000;
        });
        // A thousand devices may call within one second: a connection that finds the queue full is tried again by its device after 1, 3 and 7 s. The system's own limit holds too.
        builder.WebHost.UseSockets(sockets => sockets.Backlog = 8_192);
        builder.ConfigureDevicePorts(settings);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<ListenerPorts>();
        builder.Services.Configure<ForwardedHeadersOptions>(o =>
        {
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            o.ForwardLimit = 3;
            o.KnownProxies.Clear();
            o.KnownIPNetworks.Clear();
            foreach (var proxy in settings.TrustedProxies) o.KnownIPNetworks.Add(proxy);
        });
    }

    /// <summary>Believes X-Forwarded-* from the configured proxies, and from nobody where none is configured.</summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app) =>
        app.ApplicationServices.GetRequiredService<HostSettings>().TrustedProxies.Count == 0 ? app : app.UseForwardedHeaders();
}
