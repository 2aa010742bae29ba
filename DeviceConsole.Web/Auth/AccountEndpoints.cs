using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace DeviceConsole.Web.Auth;

/// <summary>What a session does by posting a form: end itself, or work in another tenant.</summary>
public static class AccountEndpoints
{
    /// <summary>POST /account/logout and POST /account/act-as/{tenant}; both need an antiforgery token.</summary>
    public static void MapAccount(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/account").RequireAuthorization().ExcludeFromDescription();
        group.MapPost("/logout", LogoutAsync).AllowAnonymous();
        group.MapPost("/act-as/{tenant:guid}", ActAsAsync);
        group.AddEndpointFilter(async (context, next) =>
            await context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context.HttpContext)
                ? await next(context)
                : Results.Text("The form is too old or comes from another site. Load the page again.", statusCode: StatusCodes.Status400BadRequest));
    }

    private static async Task<IResult> LogoutAsync(HttpContext context, TenantDirectory tenants, CancellationToken cancellationToken)
    {
        var home = ConsoleClaims.CallerFrom(context.User)?.HomeTenant;
        await context.SignOutAsync(CookieLogin.Scheme);
        var slug = home is { } id ? (await tenants.GetAsync(id, cancellationToken))?.Slug : null;
        return Results.LocalRedirect(slug is null ? "/login" : $"/t/{slug}/login");
    }

    private static async Task<IResult> ActAsAsync(Guid tenant, HttpContext context, TenantDirectory tenants, AccountStates states, DataSources dataSources, CancellationToken cancellationToken)
    {
        if (ConsoleClaims.CallerFrom(context.User) is not { ActorId: { } actor } caller || !caller.May(Rights.ManagePlatform)) return Results.Forbid();
        if (await tenants.GetAsync(tenant, cancellationToken) is not { IsActive: true } target) return Results.NotFound();
        if (await states.GetUserAsync(caller.HomeTenant, actor, cancellationToken) is not { Disabled: false } user) return Results.Forbid();
        await WriteAsync(caller, target, dataSources, cancellationToken);
        await CookieLogin.SignInAsync(context, user, tenant);
        return Results.LocalRedirect("/");
    }

    // In the platform's log and in the log of the tenant itself, whose people may see that somebody looks in.
    private static async Task WriteAsync(Caller caller, TenantState target, DataSources dataSources, CancellationToken cancellationToken)
    {
        var atHome = caller with { Tenant = caller.HomeTenant };
        var entry = target.Id == caller.HomeTenant
            ? new AuditEntry("session.act-as", "tenant", target.Id.ToString(), $"{caller.ActorName} went back to the platform.")
            : new AuditEntry("session.act-as", "tenant", target.Id.ToString(), $"{caller.ActorName} began to work in the tenant {target.Name} ({target.Slug}).");
        await using var batch = new TenantBatch(dataSources.App, atHome.Tenant);
        batch.Add(AuditLog.Command(atHome, entry));
        var other = target.Id == caller.HomeTenant ? caller.Tenant : target.Id;
        if (other != caller.HomeTenant) batch.Add(TenantBatch.SetTenant(other)).Add(AuditLog.Command(caller, other, entry));
        await batch.ExecuteAsync(cancellationToken);
    }
}
