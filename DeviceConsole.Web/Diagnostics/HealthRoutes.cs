using DeviceConsole.Core.Diagnostics;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>/health/live, /health/ready and /health, for orchestrators and people.</summary>
public static class HealthRoutes
{
    /// <summary>Maps them on the port of operations.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        // Alive is whoever can answer: a database that is down is no reason to be restarted.
        endpoints.MapGet("/health/live", () => Results.Text("live")).Open();
        endpoints.MapGet("/health/ready", async (HealthCache health, CancellationToken cancellationToken) =>
        {
            var report = await health.GetAsync(cancellationToken);
            return report.Healthy ? Results.Text("ready") : Results.Text(report.Parts.First(p => !p.Healthy && p.Needed).Reason, statusCode: StatusCodes.Status503ServiceUnavailable);
        }).Open();
        endpoints.MapGet("/health", async (HealthCache health, NodeRoles roles, CancellationToken cancellationToken) =>
        {
            var report = await health.GetAsync(cancellationToken);
            var body = new { status = report.Status, version = BuildInfo.Version, roles = roles.ToString(), parts = report.Parts.Select(p => new { name = p.Name, healthy = p.Healthy, reason = p.Reason }) };
            return Results.Json(body, statusCode: report.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).Open();
    }

    internal static void Open(this RouteHandlerBuilder route) => route.AllowAnonymous().OnOps().ExcludeFromDescription().AddEndpointFilter(async (context, next) =>
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return await next(context);
    });
}
