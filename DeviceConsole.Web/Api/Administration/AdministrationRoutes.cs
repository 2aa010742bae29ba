using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Api.Listeners;
using DeviceConsole.Web.Api.Shared;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Antiforgery;

namespace DeviceConsole.Web.Api.Administration;

/// <summary>
/// /api/v1/tenants and /api/v1/service-accounts: with a token, or with a person's session, which then has to prove that the request is its
/// own (the header RequestVerificationToken, as forms carry it). Platform administrators have no tokens, only sessions.
/// </summary>
public static class AdministrationRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapAdministration(this RouteGroupBuilder api)
    {
        api.AddEndpointFilter(CheckOriginAsync);
        var tenants = api.MapGroup("/tenants").WithTags("Tenants");
        MapTenants(tenants);
        tenants.MapTenantEnd();
        MapAccounts(api.MapGroup("/service-accounts").WithTags("Service accounts"));
        api.MapListeners();
    }

    private static void MapTenants(RouteGroupBuilder group)
    {
        group.MapGet("", async (ApiCaller caller, TenantDirectory tenants, CancellationToken cancellationToken) =>
            {
                var found = await tenants.ListAsync(caller.Caller, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<TenantResource>([.. found.Value.Select(TenantResource.Of)], null));
            })
            .Produces<ApiPage<TenantResource>>().Describe("listTenants", "List tenants", "Platform administrators only, by their session.");
        group.MapPut("/{slug}", SaveAsync).Produces<TenantResource>().Produces<TenantResource>(StatusCodes.Status201Created).Problems(409)
            .Describe("putTenant", "Create or change a tenant", "Platform administrators only, by their session. `active: false` suspends it. A new one has no people yet: platform administrators act in it.");
    }

    private static void MapAccounts(RouteGroupBuilder group)
    {
        group.MapGet("", async (ApiCaller caller, ClientService clients, CancellationToken cancellationToken) =>
            {
                var found = await clients.ListAsync(caller.Caller, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<ServiceAccountResource>([.. found.Value.Select(ServiceAccountResource.Of)], null));
            })
            .Produces<ApiPage<ServiceAccountResource>>().Describe("listServiceAccounts", "List service accounts", "Those of the tenant that the caller works in.");
        group.MapPost("", async (ApiCaller caller, ServiceAccountBody body, ClientService clients, CancellationToken cancellationToken) =>
            {
                var made = await clients.CreateAsync(caller.Caller, new ClientInput(body.Name ?? "", body.Role ?? ""), cancellationToken);
                if (made.Problem is { } problem) return problem.ToResult();
                return Results.Created((string?)null, new NewServiceAccount(ServiceAccountResource.Of(made.Value.Client), made.Value.Secret));
            })
            .Produces<NewServiceAccount>(StatusCodes.Status201Created).Describe("createServiceAccount", "Create a service account", "Its secret is in the answer and nowhere else; /connect/token gives tokens for it.");
        group.MapDelete("/{id:guid}", async (ApiCaller caller, Guid id, ClientService clients, CancellationToken cancellationToken) =>
                (await clients.DeleteAsync(caller.Caller, id, cancellationToken)).Problem is { } problem ? problem.ToResult() : Results.NoContent())
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("deleteServiceAccount", "Delete a service account", "Its tokens are refused within a minute.");
    }

    private static async Task<IResult> SaveAsync(ApiCaller caller, string slug, TenantBody body, TenantDirectory tenants, CancellationToken cancellationToken)
    {
        var all = await tenants.ListAsync(caller.Caller, cancellationToken);
        if (all.Problem is { } hidden) return hidden.ToResult();
        var networks = body.AllowedNetworks ?? [];
        if (all.Value.FirstOrDefault(t => t.Slug == slug) is { } known)
            return Answer(await tenants.UpdateAsync(caller.Caller, known.Id, new TenantUpdate(body.Name ?? "", body.Active, networks), cancellationToken), created: false);
        var made = await tenants.CreateAsync(caller.Caller, new TenantInput(slug, body.Name ?? "", networks), cancellationToken);
        if (made.IsSuccess && !body.Active) made = await tenants.UpdateAsync(caller.Caller, made.Value.Id, new TenantUpdate(body.Name!, false, networks), cancellationToken);
        return Answer(made, created: true);
    }

    private static IResult Answer(Result<Tenant> result, bool created) => result.Problem is { } problem ? problem.ToResult()
        : created ? Results.Created((string?)null, TenantResource.Of(result.Value)) : Results.Ok(TenantResource.Of(result.Value));

    // A browser sends the cookie whoever asks it to; a token it sends only on purpose.
    private static async ValueTask<object?> CheckOriginAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || ConsoleClaims.IdentityOf(http.User)?.HasClaim(c => c.Type == ConsoleClaims.ClientId) == true) return await next(context);
        return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)
            ? await next(context)
            : ApiProblems.Result(StatusCodes.Status400BadRequest, "A request by a session needs the header RequestVerificationToken with the token that the page's forms carry.");
    }
}
