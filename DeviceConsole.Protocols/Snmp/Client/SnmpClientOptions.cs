namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>Settings of the client as a whole; a device's own settings are in <see cref="SnmpPeer"/>.</summary>
public sealed record SnmpClientOptions
{
    /// <summary>Requested size of each socket's receive buffer, in bytes; the system may grant less.</summary>
    public int ReceiveBuffer { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many requests one device may have in flight; more wait in line.</summary>
    public int InFlightPerHost { get; init; } = 8;

    /// <summary>The longest that one request may take with all its retries and its time in line.</summary>
    public TimeSpan RequestDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Each retry waits this many times as long as the try before.</summary>
    public double Backoff { get; init; } = 1.5;

    /// <summary>Share by which a wait varies at random in both directions, so that many devices' retries do not fall together.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>max-repetitions of a device's first GETBULK.</summary>
    public int InitialRepetitions { get; init; } = 25;

    /// <summary>The largest max-repetitions that a fast device is led to.</summary>
    public int MaximumRepetitions { get; init; } = 100;

    /// <summary>max-repetitions grows only while a reply is expected to stay below this many bytes: one Ethernet frame, so no fragments.</summary>
    public int PreferredReplySize { get; init; } = 1_400;

    /// <summary>A walk ends after this many values.</summary>
    public int WalkLimit { get; init; } = 200_000;

    /// <summary>How many devices' learnt state is kept.</summary>
    public int RememberedHosts { get; init; } = 50_000;
}
