using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>What was heard in the last minute or two, so that a retransmission is known. Called by one thread at a time; bounded.</summary>
internal sealed class RecentNotifications(TimeProvider time)
{
    private const int Kept = 50_000;
    private static readonly TimeSpan Generation = TimeSpan.FromMinutes(1);

    private HashSet<Entry> young = [], old = [];
    private long since;

    /// <summary>True where the same was remembered.</summary>
    public bool IsRepeated(Guid device, int requestId, ReadOnlySpan<VarBind> varBinds)
    {
        var entry = Of(device, requestId, varBinds);
        return young.Contains(entry) || old.Contains(entry);
    }

    /// <summary>Remembers what was taken.</summary>
    public void Remember(Guid device, int requestId, ReadOnlySpan<VarBind> varBinds)
    {
        if (young.Count >= Kept || time.GetElapsedTime(since) > Generation)
        {
            (old, young) = (young, []);
            since = time.GetTimestamp();
        }

        young.Add(Of(device, requestId, varBinds));
    }

    private static Entry Of(Guid device, int requestId, ReadOnlySpan<VarBind> varBinds)
    {
        var hash = new HashCode();
        foreach (var varBind in varBinds)
        {
            hash.AddBytes(varBind.Name.Encoded);
            hash.AddBytes(varBind.Value.Encoded);
        }

        return new Entry(device, requestId, varBinds.Length, hash.ToHashCode());
    }

    private readonly record struct Entry(Guid Device, int RequestId, int Count, int Hash);
}
