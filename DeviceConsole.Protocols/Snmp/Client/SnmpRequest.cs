using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// A request before it has an id: what one exchange sends, and sends again.
/// </summary>
internal struct SnmpRequest
{
    public PduType Type;
    public ReadOnlyMemory<VarBind> VarBinds;
    public int NonRepeaters;
    public int MaxRepetitions;

    /// <summary>True for a walk's GETBULK: each retry asks for less, and the last one uses GETNEXT.</summary>
    public bool ShrinksOnRetry;

    /// <summary>Makes the request that follows one without an answer. <paramref name="isLast"/>: no further one will.</summary>
    public void Shrink(bool isLast)
    {
        if (!ShrinksOnRetry || Type != PduType.GetBulkRequest) return;
        MaxRepetitions = isLast ? 1 : Math.Max(1, MaxRepetitions / 2);
        if (MaxRepetitions > 1) return;
        Type = PduType.GetNextRequest;
        NonRepeaters = MaxRepetitions = 0;
    }
}
