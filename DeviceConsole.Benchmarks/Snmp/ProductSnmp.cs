using System.Diagnostics;
using System.Net;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>The product's client under the clock.</summary>
internal sealed class ProductSnmp(IPEndPoint agent, bool secure) : IDisposable
{
    private const int Concurrency = 64;

    private readonly SnmpClient client = new(new SnmpClientOptions { InFlightPerHost = Concurrency });
    private readonly SnmpPeer peer = Peer(agent, secure, null);
    private readonly ObjectIdentifier root = ObjectIdentifier.Parse(SteadySnmpd.Root);

    public Task<SnmpFigures> WalkAsync(int? fixedRepetitions, CancellationToken cancellationToken) => MeasureAsync(async () =>
    {
        var target = fixedRepetitions is null ? peer : Peer(agent, secure, fixedRepetitions);
        var walk = client.Walk(target, root);
        var pages = await walk.CollectAsync(cancellationToken);
        if (walk.End!.Reason != SnmpWalkReason.SubtreeEnd) throw new InvalidOperationException($"The walk did not end well: {walk.End.Message}");
        return pages.Sum(p => p.Length);
    });

    public Task<SnmpFigures> GetAsync(double seconds, CancellationToken cancellationToken) => MeasureAsync(async () =>
    {
        var name = root.Append(1, 1);
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(async _ =>
        {
            await Task.Yield();
            var count = 0;
            for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; count++)
            {
                var reply = await client.GetAsync(peer, name, cancellationToken);
                if (!reply.IsSuccess) throw new InvalidOperationException($"A GET failed: {reply.Status} {reply.ErrorStatus} {reply.Detail}");
            }

            return count;
        }));
        return counts.Sum();
    });

    public void Dispose() => client.Dispose();

    private static SnmpPeer Peer(IPEndPoint agent, bool secure, int? repetitions) => secure
        ? new SnmpPeer(Guid.Empty, agent, new UsmUser(SteadySnmpd.User, AuthProtocol.Sha256, SteadySnmpd.AuthPassword, PrivProtocol.Aes128, SteadySnmpd.PrivPassword)) { MaxRepetitions = repetitions }
        : new SnmpPeer(Guid.Empty, agent, SnmpVersion.V2c, "public"u8.ToArray()) { MaxRepetitions = repetitions };

    private static async Task<SnmpFigures> MeasureAsync(Func<Task<int>> work)
    {
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var count = await work();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new SnmpFigures(count, seconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }
}
