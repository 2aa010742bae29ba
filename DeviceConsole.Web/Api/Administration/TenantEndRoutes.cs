using DeviceConsole.Core;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Core.Tenancy.Export;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.Http.Features;

namespace DeviceConsole.Web.Api.Administration;

/// <summary>The end of a tenant: what it has, its export, its deletion.</summary>
public static class TenantEndRoutes
{
    /// <summary>Maps them below /api/v1/tenants.</summary>
    public static void MapTenantEnd(this RouteGroupBuilder group)
    {
        group.MapGet("/{slug}/contents", CountAsync).Produces<TenantContentsResource>().Problems(404)
            .Describe("getTenantContents", "Count what a tenant has", "Platform administrators only, by their session. What a deletion would delete, by table.");
        group.MapGet("/{slug}/export", ExportAsync).Produces<byte[]>(StatusCodes.Status200OK, "application/zip").Problems(404)
            .Describe("exportTenant", "Export a tenant", "Platform administrators only, by their session. A zip archive with devices, users, service accounts, schedules, jobs with their results and the audit log; `format` is `json` (the default) or `csv`. Without credentials and password hashes.");
        group.MapDelete("/{slug}", DeleteAsync).Produces(StatusCodes.Status204NoContent).Produces<TenantResource>(StatusCodes.Status202Accepted).Problems(404, 409)
            .Describe("deleteTenant", "Delete a tenant with everything that it has",
                "Platform administrators only, by their session. The tenant is suspended already, or `suspend=true` says to suspend it first. 204: it is gone. 202: nobody gets in any more, its rows are deleted in the background; the tenant is listed as `deleting` until the last one is gone. There is no way back.");
    }

    private static async Task<IResult> CountAsync(ApiCaller caller, string slug, TenantDirectory tenants, TenantDeletion deletion, CancellationToken cancellationToken)
    {
        var tenant = await FindAsync(caller, slug, tenants, cancellationToken);
        if (tenant.Problem is { } unknown) return unknown.ToResult();
        var counted = await deletion.CountAsync(caller.Caller, tenant.Value.Id, cancellationToken);
        return counted.Problem is { } problem ? problem.ToResult() : Results.Ok(TenantContentsResource.Of(counted.Value));
    }

    private static async Task<IResult> ExportAsync(ApiCaller caller, HttpContext http, string slug, TenantExport export, CancellationToken cancellationToken, string format = "json")
    {
        if (!Enum.TryParse<ExportFormat>(format, ignoreCase: true, out var files) || !Enum.IsDefined(files) || char.IsAsciiDigit(format[0])) return ApiProblems.Invalid("format", "The format is json or csv.");
        var begun = await export.BeginAsync(caller.Caller, slug, cancellationToken);
        if (begun.Problem is { } problem) return problem.ToResult();
        // The archive closes its entries with a synchronous write of their last bytes.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } control) control.AllowSynchronousIO = true;
        return Results.Stream(output => export.WriteAsync(begun.Value, files, output, cancellationToken), "application/zip", $"{slug}.zip");
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, string slug, TenantDirectory tenants, TenantDeletion deletion, CancellationToken cancellationToken, bool suspend = false)
    {
        var tenant = await FindAsync(caller, slug, tenants, cancellationToken);
        if (tenant.Problem is { } unknown) return unknown.ToResult();
        var deleted = await deletion.DeleteAsync(caller.Caller, tenant.Value.Id, slug, suspend, cancellationToken);
        if (deleted.Problem is { } problem) return problem.ToResult();
        return deleted.Value ? Results.NoContent() : Results.Accepted((string?)null, TenantResource.Of(tenant.Value with { IsActive = false, IsDeleting = true }));
    }

    private static async Task<Result<Tenant>> FindAsync(ApiCaller caller, string slug, TenantDirectory tenants, CancellationToken cancellationToken)
    {
        var all = await tenants.ListAsync(caller.Caller, cancellationToken);
        if (all.Problem is { } hidden) return hidden;
        return all.Value.FirstOrDefault(t => t.Slug == slug) is { } found ? found : Problem.NotFound("tenant");
    }
}
