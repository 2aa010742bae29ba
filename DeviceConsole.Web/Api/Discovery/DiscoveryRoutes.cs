using DeviceConsole.Core;
using DeviceConsole.Core.Discovery;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Discovery;

/// <summary>A scan as it is sent.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Ranges">Addresses, networks or ranges: <c>10.1.0.7</c>, <c>10.1.0.0/24</c>, <c>10.1.0.10-10.1.0.40</c>.</param>
/// <param name="TemplateIds">Credential templates, in the order in which they are tried.</param>
/// <param name="Protocol">A protocol's id.</param>
/// <param name="Port">The devices' port; the protocol's where it is absent.</param>
/// <param name="Rate">Packets a second, 1 to 1,000.</param>
/// <param name="TimeoutMs">Milliseconds that a question waits, 100 to 10,000.</param>
/// <param name="Retries">How often a question is asked again, 0 to 5.</param>
/// <param name="RepeatHours">Hours to the next run; absent for once.</param>
public sealed record DiscoveryScanBody(string? Name, IReadOnlyList<string>? Ranges, IReadOnlyList<Guid>? TemplateIds, string? Protocol = "snmp", int? Port = null, int Rate = 50, int TimeoutMs = 1_000, int Retries = 1, int? RepeatHours = null)
{
    /// <summary>What the service takes.</summary>
    public DiscoveryScanInput ToInput() => new()
    {
        Name = Name ?? "", Protocol = Protocol ?? "", Ranges = Ranges ?? [], TemplateIds = TemplateIds ?? [], Port = Port, Rate = Rate, TimeoutMs = TimeoutMs, Retries = Retries, RepeatHours = RepeatHours,
    };
}

/// <summary>Which proposals become devices.</summary>
/// <param name="Addresses">Their addresses; absent for all.</param>
public sealed record AcceptBody(IReadOnlyList<string>? Addresses = null);

/// <summary>/api/v1/discovery-scans.</summary>
public static class DiscoveryRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapDiscovery(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/discovery-scans").WithTags("Discovery");
        group.MapGet("", async (ApiCaller caller, DiscoveryService service, CancellationToken cancellationToken) =>
            {
                var list = await service.ListAsync(caller.Caller, cancellationToken);
                return list.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<DiscoveryScanView>(list.Value, null));
            })
            .Produces<ApiPage<DiscoveryScanView>>().Describe("listDiscoveryScans", "List network scans", "By name, all on one page, with how far they are.");
        group.MapPost("", async (ApiCaller caller, DiscoveryScanBody body, DiscoveryService service, CancellationToken cancellationToken) =>
            {
                var made = await service.CreateAsync(caller.Caller, body.ToInput(), cancellationToken);
                return made.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/discovery-scans/{made.Value.Id}", made.Value);
            })
            .Produces<DiscoveryScanView>(StatusCodes.Status201Created).Describe("createDiscoveryScan", "Scan a network for devices", "Every address must lie in a network that the tenant's policy names. What answers is proposed; nothing becomes a device by itself.");
        group.MapGet("/{id:guid}", async (ApiCaller caller, Guid id, DiscoveryService service, CancellationToken cancellationToken) => Answer(await service.GetAsync(caller.Caller, id, cancellationToken)))
            .Produces<DiscoveryScanView>().Problems(404).Describe("getDiscoveryScan", "Get a network scan", "With how far it is.");
        group.MapDelete("/{id:guid}", async (ApiCaller caller, Guid id, DiscoveryService service, CancellationToken cancellationToken) =>
            {
                var deleted = await service.DeleteAsync(caller.Caller, id, cancellationToken);
                return deleted.Problem is { } problem ? problem.ToResult() : Results.NoContent();
            })
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("deleteDiscoveryScan", "Delete a network scan", "With what it found; devices that were accepted stay. A running scan stops.");
        group.MapPost("/{id:guid}/start", async (ApiCaller caller, Guid id, DiscoveryService service, CancellationToken cancellationToken) => Answer(await service.StartAsync(caller.Caller, id, cancellationToken)))
            .Produces<DiscoveryScanView>().Problems(404, 409).Describe("startDiscoveryScan", "Start a network scan again", "What was found before stays and is refreshed.");
        group.MapPost("/{id:guid}/cancel", async (ApiCaller caller, Guid id, DiscoveryService service, CancellationToken cancellationToken) => Answer(await service.CancelAsync(caller.Caller, id, cancellationToken)))
            .Produces<DiscoveryScanView>().Problems(404, 409).Describe("cancelDiscoveryScan", "Stop a network scan", "It ends within seconds and repeats no more; what was found stays.");
        group.MapGet("/{id:guid}/findings", FindingsAsync).Produces<ApiPage<DiscoveryFindingView>>().Problems(404)
            .Describe("listDiscoveryFindings", "List what a scan found", "By address. `deviceId` names the device that it is already, `knownBy` how that was seen; `templateId` the credentials that fit.");
        group.MapPost("/{id:guid}/accept", async (ApiCaller caller, Guid id, AcceptBody body, DiscoveryAcceptor service, CancellationToken cancellationToken) =>
            {
                var accepted = await service.AcceptAsync(caller.Caller, id, body.Addresses, cancellationToken);
                return accepted.Problem is { } problem ? problem.ToResult() : Results.Ok(accepted.Value);
            })
            .Produces<DiscoveryAcceptance>().Problems(404).Describe("acceptDiscoveryFindings", "Make devices of proposals", "Those at `addresses`, or all where it is absent, 1,000 at most. What is a device already becomes no second one.");
    }

    private static async Task<IResult> FindingsAsync(ApiCaller caller, Guid id, HttpRequest request, DiscoveryService service, CancellationToken cancellationToken, string? after = null, int limit = 100)
    {
        var page = await service.FindingsAsync(caller.Caller, id, after, limit, cancellationToken);
        return page.Problem is { } problem ? problem.ToResult() : Results.Ok(page.Value.ToApi(request, f => f));
    }

    private static IResult Answer(Result<DiscoveryScanView> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(result.Value);
}
