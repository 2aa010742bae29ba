using System.Diagnostics.Metrics;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>What became of datagrams, on the meter <c>DeviceConsole</c>.</summary>
public sealed class TrapCounters : IDisposable
{
    private readonly long[] counts = new long[Enum.GetValues<TrapOutcome>().Length];
    private readonly Meter? meter;

    /// <summary>Counters of one receiver.</summary>
    public TrapCounters(IMeterFactory? meters = null)
    {
        meter = meters?.Create("DeviceConsole");
        meter?.CreateObservableCounter("snmp_notifications_total", Measure, "{datagram}", "Traps and informs that arrived, by what became of them.");
    }

    /// <summary>How many came to this.</summary>
    public long this[TrapOutcome outcome] => Interlocked.Read(ref counts[(int)outcome]);

    /// <summary>Counts one.</summary>
    public void Add(TrapOutcome outcome) => Interlocked.Increment(ref counts[(int)outcome]);

    /// <inheritdoc />
    public void Dispose() => meter?.Dispose();

    private IEnumerable<Measurement<long>> Measure() =>
        Enum.GetValues<TrapOutcome>().Select(o => new Measurement<long>(this[o], new KeyValuePair<string, object?>("outcome", o.ToString().ToLowerInvariant())));
}

/// <summary>What became of a datagram.</summary>
public enum TrapOutcome
{
    /// <summary>It arrived; every datagram counts here and once more.</summary>
    Received,

    /// <summary>Taken as an event of a device.</summary>
    Accepted,

    /// <summary>Heard before; acknowledged again, not stored again.</summary>
    Duplicate,

    /// <summary>Its source sends too many.</summary>
    Storm,

    /// <summary>Too many waited.</summary>
    Dropped,

    /// <summary>No SNMP notification.</summary>
    Malformed,

    /// <summary>No device is reached at its source.</summary>
    Unknown,

    /// <summary>The device's credentials do not fit.</summary>
    Refused,

    /// <summary>The beginning of an SNMPv3 inform: the receiver told who it is, or what time it is.</summary>
    Answered,
}
