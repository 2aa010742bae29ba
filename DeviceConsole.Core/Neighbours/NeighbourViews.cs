namespace DeviceConsole.Core.Neighbours;

/// <summary>How a gateway knows what is behind it.</summary>
public enum NeighbourKind
{
    /// <summary>A device of its own behind the gateway, known to it from DHCP (TR-069 Annex F, <c>ManagementServer.ManageableDevice.</c>).</summary>
    Manageable,

    /// <summary>A device that speaks another protocol, for which the gateway calls as a device of its own (Annex J.2, <c>ManagementServer.VirtualDevice.</c>).</summary>
    Virtual,

    /// <summary>A device that speaks another protocol and stands in the gateway's own tree (Annex J.3, <c>ManagementServer.EmbeddedDevice.</c>).</summary>
    Embedded,

    /// <summary>A device that says it is behind the gateway, which has not listed it.</summary>
    Told,
}

/// <summary>A device of this installation.</summary>
/// <param name="Id">The device.</param>
/// <param name="Name">Its name.</param>
/// <param name="Identity">What it calls itself.</param>
/// <param name="LastContactAt">When it was last heard.</param>
public sealed record NeighbourDevice(Guid Id, string Name, string Identity, DateTimeOffset? LastContactAt);

/// <summary>Where something is on the gateway's network (<c>Hosts.Host.</c>).</summary>
/// <param name="Path">The row.</param>
/// <param name="Name">Its host name.</param>
/// <param name="Address">Its IP address.</param>
/// <param name="Mac">Its MAC address.</param>
/// <param name="IsActive">Whether it is connected; null where the gateway does not say.</param>
public sealed record NeighbourHost(string Path, string Name, string Address, string Mac, bool? IsActive);

/// <summary>One thing behind a gateway.</summary>
public sealed record NeighbourView
{
    /// <summary>How it is known.</summary>
    public NeighbourKind Kind { get; init; }

    /// <summary>The row of the gateway's table; null where it has none.</summary>
    public string? Path { get; init; }

    /// <summary>OUI, product class and serial number as the protocol writes them; of an embedded device its own id.</summary>
    public string Identity { get; init; } = "";

    /// <summary>The device of that identity; null where there is none, or the caller may not see it.</summary>
    public NeighbourDevice? Device { get; init; }

    /// <summary>True where the device says so too.</summary>
    public bool BothSayIt { get; init; }

    /// <summary>Where it is on the gateway's network.</summary>
    public IReadOnlyList<NeighbourHost> Hosts { get; init; } = [];

    /// <summary>What the gateway speaks with it: Z-Wave, ZigBee …; empty where it manages itself.</summary>
    public string ProxyProtocol { get; init; } = "";

    /// <summary>The controller of an embedded device's network.</summary>
    public string Controller { get; init; } = "";

    /// <summary>The object of the gateway's tree by which an embedded device is managed.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether the gateway handed on what was set: Pending, Retrying, Success, Error.</summary>
    public string Command { get; init; } = "";

    /// <summary>Why not.</summary>
    public string CommandError { get; init; } = "";

    /// <summary>When the gateway last heard it, in the gateway's own words; empty where it does not say.</summary>
    public string LastSyncTime { get; init; } = "";
}

/// <summary>The gateway that a device is behind.</summary>
/// <param name="Identity">As the device tells it.</param>
/// <param name="Device">The device of that identity; null where there is none, or the caller may not see it.</param>
/// <param name="BothSayIt">True where the gateway lists the device.</param>
public sealed record NeighbourGateway(string Identity, NeighbourDevice? Device, bool BothSayIt);

/// <summary>What is known of a device's place in its network.</summary>
/// <param name="Gateway">The gateway that it is behind; null where it tells none.</param>
/// <param name="Behind">What is behind it, the listed ones first.</param>
/// <param name="Protocol">The protocol by which it can be asked; null for none.</param>
/// <param name="Operation">The operation that asks it.</param>
public sealed record NeighbourhoodView(NeighbourGateway? Gateway, IReadOnlyList<NeighbourView> Behind, string? Protocol, string? Operation);
