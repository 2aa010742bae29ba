using DeviceConsole.Core.Diagnostics;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace DeviceConsole.Web.Hosting;

/// <summary>Leaves out what a node of these roles does not do.</summary>
public static class RoleSetup
{
    /// <summary>The protocol modules; without the role gateway nothing of them runs by itself (brokers, listeners).</summary>
    public static void AddProtocolsFor(this IServiceCollection services, NodeRoles roles)
    {
        var before = services.Count;
        services.AddProtocols();
        if (roles.Gateway) return;
        for (var i = services.Count - 1; i >= before; i--)
            if (services[i].ServiceType == typeof(IHostedService) || services[i].ServiceType == typeof(IProtocolHealth)) services.RemoveAt(i);
    }

    /// <summary>
    /// After the job engine. A worker claims jobs; gateways ask devices to call, because the way to some of them (a broker) is there only.
    /// </summary>
    public static void AddRoles(this IServiceCollection services, NodeRoles roles)
    {
        services.AddSingleton(roles);
        services.PostConfigure<JobOptions>(o =>
        {
            o.WorkerEnabled &= roles.Worker;
            o.WakesDevices ??= roles.Gateway;
        });
    }

    /// <summary>Other sites' pages may call the API and the token endpoint with a token, never with a cookie.</summary>
    public static void AddOtherOrigins(this IServiceCollection services, HostSettings settings) => services.AddCors(o => o.AddDefaultPolicy(Policy(settings)));

    /// <summary>Right after routing.</summary>
    public static void UseOtherOrigins(this IApplicationBuilder app) => app.UseWhen(
        c => c.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || c.Request.Path.StartsWithSegments("/connect", StringComparison.OrdinalIgnoreCase),
        api => api.UseCors());

    private static CorsPolicy Policy(HostSettings settings) =>
        new CorsPolicyBuilder([.. settings.CorsOrigins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("ETag", "Location", "Retry-After").SetPreflightMaxAge(TimeSpan.FromMinutes(10)).Build();
}
