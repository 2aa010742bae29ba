using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Gateway;

/// <summary>What is decided about a collision.</summary>
/// <param name="Answer">"blocked", "moved" or "ignored".</param>
public sealed record CollisionBody(string? Answer);

/// <summary>/api/v1/identity-collisions: identities that two places claimed.</summary>
public static class CollisionRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapCollisions(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/identity-collisions").WithTags("Devices");
        group.MapGet("", async (ApiCaller caller, Guid? deviceId, CollisionService service, CancellationToken cancellationToken) =>
                await service.ListAsync(caller.Caller, deviceId, cancellationToken) is { IsSuccess: true } found ? Results.Ok(new ApiPage<IdentityCollision>(found.Value, null)) : Problem.Forbidden("see identity collisions").ToResult())
            .Produces<ApiPage<IdentityCollision>>().Describe("listIdentityCollisions", "List identity collisions", "Identities that two places claimed; those that nobody decided come first. `refused`: the other one did not prove the identity.");
        group.MapPost("/{id:guid}/resolve", async (ApiCaller caller, Guid id, CollisionBody body, CollisionService service, CancellationToken cancellationToken) =>
                NoContent(await service.ResolveAsync(caller.Caller, id, CollisionWords.ParseState(body.Answer) ?? CollisionState.Open, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404)
            .Describe("resolveIdentityCollision", "Decide an identity collision", "`blocked`: the known one is the device, the other one is not let in any more. `moved`: the other one is the device now. `ignored`: both are, it is counted and not told again.");
        group.MapPost("/{id:guid}/forget", async (ApiCaller caller, Guid id, CollisionService service, CancellationToken cancellationToken) =>
                NoContent(await service.ForgetAsync(caller.Caller, id, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("forgetIdentityCollision", "Take the decision about an identity collision back", "A blocked place is let in again.");
    }

    private static IResult NoContent(Result<Done> result) => result.Problem is { } problem ? problem.ToResult() : Results.NoContent();
}
