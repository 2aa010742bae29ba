namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>Why a walk stopped.</summary>
public enum SnmpWalkReason
{
    /// <summary>The next instance lies outside the subtree.</summary>
    SubtreeEnd,

    /// <summary>The device has no further instance (endOfMibView, or noSuchName of SNMPv1).</summary>
    EndOfMib,

    /// <summary>The root was an instance itself, read with GET.</summary>
    Leaf,

    /// <summary>The limit of values was reached; the device has more.</summary>
    Limit,

    /// <summary>The device gave an instance that does not come after the one before; going on would never end.</summary>
    NotIncreasing,

    /// <summary>The device answers with no variables, whatever is asked.</summary>
    EmptyReply,

    /// <summary>The device answered with an error-status.</summary>
    DeviceError,

    /// <summary>A request failed: no answer, unreachable, or garbage.</summary>
    Failed,
}

/// <summary>How a walk ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Message">The same in a sentence for people.</param>
/// <param name="Values">How many values the walk gave.</param>
/// <param name="Reply">The last reply, where the reason lies in it.</param>
public sealed record SnmpWalkEnd(SnmpWalkReason Reason, string Message, int Values, SnmpReply? Reply = null)
{
    /// <summary>True where everything that the device has below the root was read.</summary>
    public bool IsComplete => Reason is SnmpWalkReason.SubtreeEnd or SnmpWalkReason.EndOfMib or SnmpWalkReason.Leaf;
}
