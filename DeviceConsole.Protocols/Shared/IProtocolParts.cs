using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Protocols.Shared;

/// <summary>
/// What a protocol's module is made of beside itself: services, and the addresses that devices call. Found at start-up,
/// one a protocol, with a constructor without parameters.
/// </summary>
public interface IProtocolParts
{
    /// <summary>Registers the module's own services, hosted ones too.</summary>
    void Register(IServiceCollection services);

    /// <summary>
    /// Maps the addresses that devices call, on the devices' listener only and without the UI's authentication. A tenant's address carries its
    /// slug (<c>/cwmp/{tenant}</c>); the shared one has none (<c>/cwmp</c>).
    /// </summary>
    void Map(IEndpointRouteBuilder devices);
}
