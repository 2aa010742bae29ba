using DeviceConsole.Core.Neighbours;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>What is behind a gateway, in words.</summary>
public static class NeighbourWords
{
    /// <summary>How it is managed.</summary>
    public static string Kind(NeighbourView row) => row.Kind switch
    {
        NeighbourKind.Manageable => row.BothSayIt ? "LAN device, both say so" : "LAN device",
        NeighbourKind.Virtual => row.ProxyProtocol.Length > 0 ? $"Proxied over {row.ProxyProtocol}" : "Proxied",
        NeighbourKind.Embedded => row.ProxyProtocol.Length > 0 ? $"Part of the tree, over {row.ProxyProtocol}" : "Part of the tree",
        _ => "Says so itself",
    };

    /// <summary>What that means, in a sentence.</summary>
    public static string Meaning(NeighbourView row) => row.Kind switch
    {
        NeighbourKind.Manageable => "The gateway knows it from DHCP (TR-069 Annex F); it calls this console by itself.",
        NeighbourKind.Virtual => "It speaks another protocol; the gateway calls this console for it as a device of its own (TR-069 Annex J.2).",
        NeighbourKind.Embedded => "It speaks another protocol and is managed as a part of the gateway's tree (TR-069 Annex J.3).",
        _ => "It tells that it is behind this gateway; the gateway has not listed it.",
    };

    /// <summary>Whether what was set has arrived.</summary>
    public static string Command(string state) => state switch
    {
        "Pending" => "Setting has not arrived yet",
        "Retrying" => "Setting is tried again",
        _ => "Setting was refused",
    };
}
