namespace DeviceConsole.Simulator.Snmp;

/// <summary>A kind of device: how it names itself and how many interfaces it has. Devices of a profile share one tree of names.</summary>
/// <param name="Prefix">Begins its name.</param>
/// <param name="Description">sysDescr, without the firmware.</param>
/// <param name="Number">Last number of its sysObjectID.</param>
/// <param name="Interfaces">Number of interfaces.</param>
/// <param name="SpeedMbps">Speed of each, in Mbit/s.</param>
/// <param name="Services">sysServices (RFC 3418): the sum of 2^(layer-1).</param>
public sealed record DeviceProfile(string Prefix, string Description, uint Number, int Interfaces, uint SpeedMbps, int Services)
{
    private SimulatedMib? mib;

    /// <summary>The profiles, in the order in which a fleet takes them.</summary>
    public static IReadOnlyList<DeviceProfile> All { get; } =
    [
        new("rt", "Example Networks ER-4200 Edge Router", 1, 8, 10_000, 78),
        new("sw", "Example Networks ES-2448 Access Switch", 2, 26, 1_000, 2),
        new("gw", "Example Networks HG-310 Fibre Gateway", 3, 6, 1_000, 79),
        new("ap", "Example Networks WA-620 Access Point", 4, 4, 1_000, 2),
    ];

    /// <summary>The tree, built on first use.</summary>
    public SimulatedMib Mib => LazyInitializer.EnsureInitialized(ref mib, () => StandardTree.Build(this));
}
