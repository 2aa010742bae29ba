using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Admission;
using DeviceConsole.Protocols.Cwmp.Session;

namespace DeviceConsole.Tests.Protocols.Cwmp.Admission;

/// <summary>A node whose processors share their time among the Informs that were let in, and devices that do what Retry-After says; in steps of 1 ms of a clock that is moved by hand.</summary>
internal sealed class SimulatedNode(HandClock time, TimeSpan work, int processors)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);
    private readonly Random random = new(4711);
    private readonly List<(AdmittedInform Admitted, TimeSpan Began, TimeSpan Left)> inside = [];
    private readonly PriorityQueue<bool, TimeSpan> calls = new();

    public int Served { get; private set; }

    public int Refusals { get; private set; }

    public TimeSpan LastEnd { get; private set; }

    public TimeSpan LongestSession { get; private set; }

    public void Run(int devices, TimeSpan over)
    {
        var door = new AdmissionControl(new CwmpSessions(), new CwmpOptions(), time, new PoolLag(time, w => w()), random.NextDouble);
        for (var i = 0; i < devices; i++) calls.Enqueue(false, over * ((double)i / devices));
        for (var now = TimeSpan.Zero; Served < devices && now < TimeSpan.FromMinutes(10); now += Step, time.Advance(Step))
        {
            while (calls.TryPeek(out var returned, out var due) && due <= now)
            {
                calls.Dequeue();
                if (door.TryBegin(returned ? InformRank.Returned : InformRank.News, out var admitted, out var seconds))
                {
                    inside.Add((admitted, now, work));
                    continue;
                }
                Refusals++;
                calls.Enqueue(true, now + TimeSpan.FromSeconds(seconds));
            }
            Work(door, now);
        }
    }

    private void Work(AdmissionControl door, TimeSpan now)
    {
        var share = Step * Math.Min(1, (double)processors / Math.Max(1, inside.Count));
        for (var i = inside.Count - 1; i >= 0; i--)
        {
            var (admitted, began, left) = inside[i];
            inside[i] = (admitted, began, left - share);
            if (left > share) continue;
            inside.RemoveAt(i);
            door.End(admitted);
            Served++;
            LastEnd = now;
            if (now - began > LongestSession) LongestSession = now - began;
        }
    }
}
