using DeviceConsole.Core.Diagnostics;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Discovery;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Polling;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Traps;
using DeviceConsole.Protocols;
using DeviceConsole.Web.Api;
using DeviceConsole.Web.Api.Files;
using DeviceConsole.Web.Api.Mibs;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Diagnostics;
using DeviceConsole.Web.Hosting;
using DeviceConsole.Web.Hubs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Web;

/// <summary>The web application: what it is made of. Hosting/ has the command line and the start-up checks.</summary>
public static class ConsoleApplication
{
    /// <summary>The application, ready to run.</summary>
    public static WebApplication Build(WebApplicationBuilder builder, HostSettings settings)
    {
        builder.ConfigureListeners(settings);
        AddDomain(builder.Services, settings);
        builder.Services.AddConsoleAuthentication();
        builder.Services.AddApi();
        builder.Services.AddLiveHub();
        builder.Services.AddDiagnostics();
        builder.Services.AddTelemetryExport(builder.Configuration);
        builder.Services.AddOtherOrigins(settings);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddUserInterface();
        var app = builder.Build();
        Use(app, settings);
        Map(app, settings.Roles);
        return app;
    }

    private static void AddDomain(IServiceCollection services, HostSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings.MasterKey);
        services.AddSingleton(_ => new DataSources(settings.App, settings.Direct));
        services.AddStoredDataProtection();
        services.AddAccounts();
        services.AddProtocolsFor(settings.Roles);
        services.AddDevices();
        services.AddDataModels();
        services.AddSingleton<DemoDevices>();
        services.AddJobs();
        services.AddRoles(settings.Roles);
        services.AddMibs(settings.Roles.Worker);
        services.AddPolling(settings.Roles.Worker);
        services.AddDiscovery(settings.Roles.Worker);
        services.PostConfigure<FileLibraryOptions>(o => o.PublicAddress ??= settings.DeviceAddress);
        services.AddTraps();
        if (settings.Roles.Scheduler) services.AddScheduling(settings.Direct);
        else services.AddSchedules();
    }

    private static void Use(WebApplication app, HostSettings settings)
    {
        app.UseTrustedProxies();
        app.UseSecurityHeaders();
        if (settings.Roles.Gateway) app.UseDeviceAddresses();
        app.UseWebSockets();
        app.UseRouting();
        app.UseListeners();
        if (settings.Roles.Gateway) app.UseDeviceEndpoints();
        app.UseApiErrors();
        app.UseOriginCheck();
        if (settings.CorsOrigins.Count > 0) app.UseOtherOrigins();
        app.UseQueryTokens();
        if (settings.Roles.Web) app.UseApiPage();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
    }

    private static void Map(WebApplication app, NodeRoles roles)
    {
        app.MapDiagnostics();
        if (roles.Gateway) app.MapGroup("").AllowAnonymous().DisableAntiforgery().OnDevices().MapProtocols();
        if (!roles.Web) return;
        app.MapStaticAssets().AllowAnonymous();
        app.MapAccount();
        app.MapTokens();
        app.MapApi();
        app.MapFileDownloads();
        app.MapWalkDownloads();
        app.MapLiveHub();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null).RequireAuthorization();
    }
}
