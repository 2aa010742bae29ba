using DeviceConsole.Core.Traps;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Traps;

/// <summary>/api/v1/traps.</summary>
public static class TrapRoutes
{
    /// <summary>Maps it.</summary>
    public static void MapTraps(this RouteGroupBuilder api) =>
        api.MapGroup("").WithTags("Events").MapGet("/traps", async (ApiCaller caller, TrapService service, CancellationToken cancellationToken,
                string? search = null, DateTimeOffset? before = null, int limit = 50) =>
            {
                var found = await service.ListAsync(caller.Caller, search, before, limit, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<TrapView>(found.Value, null));
            })
            .Produces<ApiPage<TrapView>>()
            .Describe("listTraps", "List traps", "Traps and informs of all devices, the newest first. `search` is part of the text, of the object identifier or of the device's name. For the next page give the last row's `at` as `before`.");
}
