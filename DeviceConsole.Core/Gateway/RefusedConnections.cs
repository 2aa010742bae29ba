using System.Net;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Gateway;

/// <summary>Connections that ended before any protocol was spoken on them (TLS, PROXY header), for the listening panel.</summary>
public sealed class RefusedConnections
{
    private readonly CallLog log;

    /// <summary>One for the process.</summary>
    internal RefusedConnections(CallLog log) => this.log = log;

    /// <summary>Counts one.</summary>
    /// <param name="tenant">Whose device it can only have been; null where nobody knows: platform administrators see it.</param>
    /// <param name="layer">What refused it: TLS or PROXY.</param>
    /// <param name="remote">Where it came from.</param>
    /// <param name="transport">The port, for people.</param>
    /// <param name="reason">A sentence that says what to do.</param>
    public void Note(Guid? tenant, string layer, IPAddress? remote, string transport, string reason) =>
        log.Add(new AttemptNote(tenant ?? Tenant.Platform, layer, "", remote, transport, false, reason));
}
