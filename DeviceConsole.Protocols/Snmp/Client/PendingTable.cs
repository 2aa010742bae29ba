using System.Security.Cryptography;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// The ids that answers are awaited for. An id is used once, and whoever has not seen the request cannot guess it.
/// </summary>
internal sealed class PendingTable
{
    // Ids from 2^24 on: always four octets, so every try of a request has the same length. 127 * 2^24 of them.
    private const uint Lowest = 0x0100_0000;
    private const uint Range = 0x7F00_0000;

    private readonly Lock gate = new();
    private readonly Dictionary<int, SnmpExchange> pending = [];
    private readonly uint key = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private readonly uint step = StepCoprimeToRange();
    private uint counter;

    /// <summary>How many answers are awaited, about.</summary>
    public int Count => pending.Count;

    /// <summary>Gives the exchange a new id that its answer will carry.</summary>
    public int Add(SnmpExchange exchange)
    {
        lock (gate)
        {
            while (true)
            {
                var position = (uint)(((ulong)counter++ * step + key) % Range);
                var id = (int)(Lowest + position);
                if (pending.TryAdd(id, exchange)) return id;
            }
        }
    }

    /// <summary>Who waits for this id, or null.</summary>
    public SnmpExchange? Find(int id)
    {
        lock (gate) return pending.GetValueOrDefault(id);
    }

    /// <summary>Nobody waits for this id any more.</summary>
    public void Remove(int id)
    {
        lock (gate) pending.Remove(id);
    }

    /// <summary>All that wait now.</summary>
    public List<SnmpExchange> Snapshot()
    {
        lock (gate) return [.. pending.Values.Distinct()];
    }

    // The range is 127 * 2^24: an odd step that is no multiple of 127 visits every id before any comes again.
    private static uint StepCoprimeToRange()
    {
        while (true)
        {
            var candidate = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)) | 1;
            if (candidate % 127 != 0) return candidate;
        }
    }
}
