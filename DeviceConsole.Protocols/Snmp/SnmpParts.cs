using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>What SNMP is made of. Its agents do not call in.</summary>
internal sealed class SnmpParts : IProtocolParts
{
    /// <inheritdoc />
    public void Register(IServiceCollection services) => services.AddSnmp().AddTrapReceiver();

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder devices)
    {
    }
}
