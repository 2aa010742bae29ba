using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Components.Devices.Parameters;

/// <summary>Which operation of which of the device's protocols does what in its tree, as far as the caller's rights go.</summary>
public sealed class TreeProtocols(DeviceDetail device, ProtocolCatalog catalog, Rights rights)
{
    private readonly List<ProtocolDescriptor> protocols = [.. device.Endpoints.Select(e => catalog.Find(e.Protocol)?.Descriptor).OfType<ProtocolDescriptor>()];

    /// <summary>
    /// The operation of that role: of the protocol that the value came by, else of the first that has one. Null where there is none,
    /// or where the caller may not use it.
    /// </summary>
    public (ProtocolDescriptor Protocol, OperationDescriptor Operation)? For(TreeRole role, string source = "")
    {
        foreach (var protocol in protocols.OrderByDescending(p => p.Id == source))
        {
            // What came by a protocol without a tree (an OID of SNMP) is nothing to others.
            if (protocol.Id == source && protocol.Operations.All(o => o.Tree is null)) return null;
            if (protocol.For(role) is { } operation && rights.HasFlag(operation.Writes ? Rights.RunWrites : Rights.RunReads)) return (protocol, operation);
        }

        return null;
    }
}
