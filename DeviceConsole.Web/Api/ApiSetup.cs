using DeviceConsole.Web.Api.Files;
using DeviceConsole.Web.Api.Administration;
using DeviceConsole.Web.Api.Alarms;
using DeviceConsole.Web.Api.BulkData;
using DeviceConsole.Web.Api.Credentials;
using DeviceConsole.Web.Api.DataModels;
using DeviceConsole.Web.Api.Devices;
using DeviceConsole.Web.Api.Discovery;
using DeviceConsole.Web.Api.Gateway;
using DeviceConsole.Web.Api.Jobs;
using DeviceConsole.Web.Api.Mibs;
using DeviceConsole.Web.Api.OpenApi;
using DeviceConsole.Web.Api.Polling;
using DeviceConsole.Web.Api.Protocols;
using DeviceConsole.Web.Api.Schedules;
using DeviceConsole.Web.Api.Shared;
using DeviceConsole.Web.Api.Traps;
using DeviceConsole.Web.Hosting;
using Policies = DeviceConsole.Web.Auth.ServiceCollectionExtensions;

namespace DeviceConsole.Web.Api;

/// <summary>The REST API under /api/v1, its document at /openapi.json and the page about it at /docs.</summary>
public static class ApiSetup
{
    /// <summary>Needs devices, jobs and authentication.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<JobWaiter>();
        return services.AddApiRateLimits().AddApiDocument();
    }

    /// <summary>Right after routing, so that whatever ends a request to the API early gets a body.</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app) =>
        app.UseWhen(c => c.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase), api => api.UseMiddleware<ApiErrors>());

    /// <summary>The page at /docs; files and its own start script only, no inline one. After the check of listeners.</summary>
    public static IApplicationBuilder UseApiPage(this IApplicationBuilder app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "DeviceConsole API";
        page.SwaggerEndpoint("/openapi.json", "DeviceConsole API v1");
    });

    /// <summary>After authentication.</summary>
    public static void MapApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireAuthorization(Policies.ApiPolicy).RequireRateLimiting(RateLimits.Policy).WithCommonProblems().OnUi();
        api.MapDevices();
        api.MapDataModels();
        api.MapJobs();
        api.MapSchedules();
        api.MapGateway();
        api.MapModels();
        api.MapCollisions();
        api.MapProtocols();
        api.MapMibs();
        api.MapFiles();
        api.MapAlarms();
        api.MapTraps();
        api.MapPolling();
        api.MapBulkData();
        api.MapCredentialTemplates();
        api.MapDiscovery();
        var live = app.MapGroup("").RequireAuthorization(Policies.LivePolicy).RequireRateLimiting(RateLimits.Policy).WithCommonProblems().OnUi();
        if (app.Services.GetRequiredService<HostSettings>().ServerSentEvents) live.MapJobEvents();
        app.MapGroup("/api/v1").RequireAuthorization(Policies.LivePolicy).RequireRateLimiting(RateLimits.Policy).WithCommonProblems().OnUi().MapAdministration();
        // What no route knows ends here, with a body and behind the same door. Not MapFallback: the page for unknown addresses would win.
        app.Map("/api/{**rest}", () => ApiProblems.Result(StatusCodes.Status404NotFound, "There is no such address."))
            .RequireAuthorization(Policies.ApiPolicy).RequireRateLimiting(RateLimits.Policy).OnUi().ExcludeFromDescription();
        app.MapApiDocument();
    }
}
