using System.Net;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>Settings of one simulated agent.</summary>
public sealed record SimulatedAgentOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Its number in the fleet: decides its kind, name and numbers.</summary>
    public int Index { get; init; }

    /// <summary>The fleet's seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What kind of device it plays; null for the one that its number tells.</summary>
    public DeviceProfile? Profile { get; init; }

    /// <summary>How it misbehaves.</summary>
    public AgentFault Fault { get; init; }

    /// <summary>Largest message that it sends; the default fits an Ethernet frame.</summary>
    public int MaximumMessageSize { get; init; } = 1_472;

    /// <summary>Community that reads.</summary>
    public ReadOnlyMemory<byte> ReadCommunity { get; init; } = "public"u8.ToArray();

    /// <summary>Community that reads and writes.</summary>
    public ReadOnlyMemory<byte> WriteCommunity { get; init; } = "private"u8.ToArray();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
