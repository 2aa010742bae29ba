using DeviceConsole.Protocols.Snmp.Security;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// What is known of one device within one tenant: who waits in line, and how much it can answer at once.
/// </summary>
internal sealed class HostState(SnmpClientOptions options)
{
    private const int GoodRepliesBeforeRaise = 50;
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private readonly Queue<(SnmpExchange Exchange, int Use)> waiting = new();
    private int inFlight;
    private int repetitions = options.InitialRepetitions;
    private int ceiling = options.MaximumRepetitions;
    private int goodReplies;
    private long lastAnswer = long.MinValue;
    private long nextSlot = long.MinValue;
    private volatile EngineClock? engine;

    /// <summary>When it was last used, as a timestamp of the client's clock.</summary>
    public long LastUsed { get; set; }

    /// <summary>The device's SNMPv3 engine; null before it was found.</summary>
    public EngineClock? Engine
    {
        get => engine;
        set => engine = value;
    }

    /// <summary>True where nothing is in flight and nobody waits.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate) return inFlight == 0 && waiting.Count == 0;
        }
    }

    /// <summary>max-repetitions for the next GETBULK of a walk; 1 means GETNEXT.</summary>
    public int Repetitions
    {
        get
        {
            lock (gate) return repetitions;
        }
    }

    /// <summary>Takes the next slot of those that <paramref name="perSecond"/> gives, and says how long it is until then.</summary>
    public TimeSpan TakeSlot(int perSecond, TimeProvider time)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            var slot = Math.Max(now, nextSlot);
            nextSlot = slot + (time.TimestampFrequency / perSecond);
            return time.GetElapsedTime(now, slot);
        }
    }

    /// <summary>Takes a place in flight, or one in line.</summary>
    public bool TryEnter(SnmpExchange exchange, int use)
    {
        lock (gate)
        {
            if (inFlight < options.InFlightPerHost)
            {
                inFlight++;
                return true;
            }

            waiting.Enqueue((exchange, use));
            return false;
        }
    }

    /// <summary>Gives the place in flight to the next in line, or back.</summary>
    public bool TryPassOn(out SnmpExchange exchange, out int use)
    {
        lock (gate)
        {
            if (waiting.TryDequeue(out var next))
            {
                (exchange, use) = next;
                return true;
            }

            inFlight--;
            exchange = null!;
            use = 0;
            return false;
        }
    }

    /// <summary>
    /// A request of this device ended. Where it got no answer, and nothing else did since it was sent, those in line with the same
    /// credentials end too: a dead device fails once.
    /// </summary>
    public void Note(SnmpReply reply, long sent, long now, SnmpPeer peer)
    {
        List<(SnmpExchange Exchange, int Use)>? gone = null;
        lock (gate)
        {
            if (reply.Status is SnmpReplyStatus.Answered or SnmpReplyStatus.Garbage or SnmpReplyStatus.Report) lastAnswer = now;
            else if (waiting.Count > 0 && lastAnswer < sent) gone = TakeWaiting(peer);
        }

        if (gone is null) return;
        foreach (var (exchange, use) in gone) exchange.OnDeviceGone(use, reply);
    }

    /// <summary>The device did not cope with that many: halve, and do not climb back at once.</summary>
    public void Shrink(int used)
    {
        lock (gate)
        {
            repetitions = Math.Max(1, Math.Min(repetitions, used) / 2);
            ceiling = repetitions;
            goodReplies = 0;
        }
    }

    /// <summary>Learns from an answer to a walk's request.</summary>
    /// <param name="reply">A successful answer.</param>
    public void Learn(SnmpReply reply)
    {
        var got = reply.VarBinds.Length;
        if (got == 0) return;
        lock (gate)
        {
            // A lost datagram looks like a device that cannot cope; after a while of good answers that is forgiven.
            if (++goodReplies >= GoodRepliesBeforeRaise)
            {
                goodReplies = 0;
                ceiling = Math.Min(options.MaximumRepetitions, ceiling * 2);
            }

            if (reply.Attempts > 1 || reply.Elapsed > Fast || reply.Repetitions > 0 && got < reply.Repetitions) return;
            var affordable = options.PreferredReplySize / Math.Max(1, reply.MessageSize / got);
            repetitions = Math.Max(repetitions, Math.Min(ceiling, Math.Min(affordable, repetitions * 2)));
        }
    }

    private List<(SnmpExchange Exchange, int Use)> TakeWaiting(SnmpPeer peer)
    {
        var taken = new List<(SnmpExchange, int)>();
        for (var count = waiting.Count; count > 0; count--)
        {
            var entry = waiting.Dequeue();
            if (entry.Exchange.HasCredentialsOf(peer)) taken.Add(entry);
            else waiting.Enqueue(entry);
        }

        return taken;
    }
}
