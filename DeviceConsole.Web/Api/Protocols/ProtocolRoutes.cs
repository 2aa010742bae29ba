using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Protocols;

/// <summary>/api/v1/protocols: what devices' endpoints and jobs can say.</summary>
public static class ProtocolRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapProtocols(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/protocols").WithTags("Protocols");
        group.MapGet("", (ApiCaller _, ProtocolCatalog catalog) => Results.Ok(new ApiPage<ProtocolDescriptor>([.. catalog.All.Select(m => m.Descriptor)], null)))
            .Produces<ApiPage<ProtocolDescriptor>>()
            .Describe("listProtocols", "List protocols", "Each with the settings and credentials of an endpoint and the operations with their arguments.");
        group.MapGet("/{protocol}", (ApiCaller _, string protocol, ProtocolCatalog catalog) => catalog.Find(protocol) is { } module
                ? Results.Ok(module.Descriptor)
                : ApiProblems.Result(StatusCodes.Status404NotFound, "There is no such protocol."))
            .Produces<ProtocolDescriptor>().Problems(404)
            .Describe("getProtocol", "Get a protocol", "By its id, for example snmp.");
    }
}
