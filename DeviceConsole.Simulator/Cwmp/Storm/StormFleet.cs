namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>
/// The virtual CPEs: a number each, the moment of its call, and how often it was sent away. Moments are in units of 0.1 ms from the start on.
/// First calls come in the order of their numbers, at moments that follow from these; only who comes back stands in a queue.
/// </summary>
/// <param name="devices">How many.</param>
/// <param name="over">The time in which all of them call for the first time.</param>
public sealed class StormFleet(int devices, TimeSpan over)
{
    private readonly Lock gate = new();
    private readonly double step = over.TotalMilliseconds * 10 / Math.Max(1, devices);
    private readonly int[] due = new int[devices];
    private readonly ushort[] tries = new ushort[devices];
    private readonly PriorityQueue<int, int> back = new();
    private int fresh;
    private int ended;

    /// <summary>How many had their session or were given up.</summary>
    public int Over => Volatile.Read(ref ended);

    /// <summary>When a CPE meant to call for the first time.</summary>
    public int FirstOf(int device) => (int)(device * step);

    /// <summary>When it meant to make the call that it is making.</summary>
    public int DueOf(int device) => due[device];

    /// <summary>How often it was sent away.</summary>
    public int TriesOf(int device) => tries[device];

    /// <summary>Takes out a CPE whose moment has come; false where there is none.</summary>
    public bool TryNext(int now, out int device)
    {
        lock (gate)
        {
            var first = fresh < due.Length ? FirstOf(fresh) : int.MaxValue;
            if (back.TryPeek(out device, out var again) && again <= now && again <= first)
            {
                back.Dequeue();
                return true;
            }
            device = fresh;
            if (first > now) return false;
            due[fresh++] = first;
            return true;
        }
    }

    /// <summary>It calls again at that moment.</summary>
    public void Again(int device, int moment)
    {
        lock (gate)
        {
            due[device] = moment;
            tries[device]++;
            back.Enqueue(device, moment);
        }
    }

    /// <summary>It calls no more.</summary>
    public void End() => Interlocked.Increment(ref ended);
}
