using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Traps;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>
/// Traps of a hundred addresses, each decoded, its sender proved by address and community, repeats looked for, and handed over; and the same against snmptrapd.
/// What is handed over is counted here; how many the whole application has stored, and when, is measured beside it.
/// </summary>
internal sealed class TrapScenario : IScenario
{
    private const int Rate = 10_000, Flood = 50_000;
    private const double Seconds = 2;
    private const string Community = "bench-traps", Trapd = "snmptrapd";

    public string Name => "traps";

    public string Description => $"{Rate:N0} and {Flood:N0} SNMPv2c traps a second for {Seconds:0} s from {TrapSender.Sources} addresses, the sender in the same process";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        using var sender = new TrapSender(Community);
        var desk = new CountingDesk();
        await using var product = await StartAsync(desk, cancellationToken);
        var counters = product.Services.GetRequiredService<TrapCounters>();
        // Each source is looked up once; that is not what is measured.
        sender.Send(product.EndPoint, 500, 1);
        await SettleAsync(counters, cancellationToken);

        var before = Figures(counters);
        var cpu = Environment.CpuUsage.TotalTime;
        var (sent, elapsed) = sender.Send(product.EndPoint, Rate, Seconds);
        await SettleAsync(counters, cancellationToken);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var after = Figures(counters);
        report.Note(string.Create(CultureInfo.InvariantCulture, $"  {sent:N0} sent in {elapsed.TotalSeconds:0.00} s: {after.Accepted - before.Accepted:N0} accepted, {sent - (after.Received - before.Received):N0} lost before the receiver, {after.Dropped - before.Dropped:N0} dropped by it"));
        report.Absolute(Name, "lost at 10,000/s", "traps", Better.Lower, sent - (after.Accepted - before.Accepted), 0);
        report.Absolute(Name, "CPU, sender included", "µs/trap", Better.Lower, cpu.TotalMicroseconds / sent, null);
        await BaselineAsync(report, sender, sent - (after.Accepted - before.Accepted), cancellationToken);
        await new StoredTraps(Name, sender, Community, Rate, Seconds).RunAsync(report, cancellationToken);

        before = Figures(counters);
        (sent, elapsed) = sender.Send(product.EndPoint, Flood, Seconds);
        await SettleAsync(counters, cancellationToken);
        after = Figures(counters);
        var received = after.Received - before.Received;
        report.Note(string.Create(CultureInfo.InvariantCulture, $"  {sent:N0} sent in {elapsed.TotalSeconds:0.00} s: {after.Accepted - before.Accepted:N0} accepted, {after.Storm - before.Storm:N0} cut off as a storm, {after.Dropped - before.Dropped:N0} dropped, {sent - received:N0} lost before the receiver"));
        report.Absolute(Name, "uncounted at 50,000/s", "traps", Better.Lower, received - (after.Accepted - before.Accepted) - (after.Storm - before.Storm) - (after.Dropped - before.Dropped), 0);
        GC.Collect();
        report.Absolute(Name, "GC heap after it", "MB", Better.Lower, GC.GetTotalMemory(true) / 1e6, 50);
        before = after;
        sender.Send(product.EndPoint, 100, 1);
        await SettleAsync(counters, cancellationToken);
        report.Absolute(Name, "accepted of 100 after the flood", "traps", Better.Higher, Figures(counters).Accepted - before.Accepted, 100);
    }

    private async Task BaselineAsync(BenchReport report, TrapSender sender, long lost, CancellationToken cancellationToken)
    {
        if (!File.Exists("/usr/sbin/snmptrapd"))
        {
            report.Note($"  {Trapd} is not installed, so it is missing from the comparison.");
            return;
        }
        await using var trapd = await SnmpTrapd.StartAsync(FreeEndPoint(), cancellationToken);
        var (sent, _) = sender.Send(trapd.EndPoint, Rate, Seconds);
        var counted = await trapd.CountAsync(cancellationToken);
        report.Note(string.Create(CultureInfo.InvariantCulture, $"  {Trapd}: {counted:N0} of {sent:N0} written to its log, {trapd.CpuSeconds * 1e6 / Math.Max(1, counted):0.0} µs of CPU each"));
        report.Compare(Name, "lost at 10,000/s", "traps", Better.Lower, lost + 1, $"{Trapd} (both +1)", sent - counted + 1, 1);
    }

    private static (long Received, long Accepted, long Dropped, long Storm) Figures(TrapCounters counters) =>
        (counters[TrapOutcome.Received], counters[TrapOutcome.Accepted], counters[TrapOutcome.Dropped], counters[TrapOutcome.Storm]);

    private static async Task SettleAsync(TrapCounters counters, CancellationToken cancellationToken)
    {
        for ((long, long, long, long) before = default, now = Figures(counters); before != now; before = now, now = Figures(counters)) await Task.Delay(500, cancellationToken);
    }

    private static async Task<Receiver> StartAsync(INotificationDesk desk, CancellationToken cancellationToken)
    {
        var endPoint = FreeEndPoint();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Snmp:Traps:Port", $"{endPoint.Port}"), new("Snmp:Traps:Address", $"{endPoint.Address}")]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(desk);
        builder.Services.AddTrapReceiver();
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new Receiver(host, endPoint);
    }

    private static IPEndPoint FreeEndPoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private sealed record Receiver(IHost Host, IPEndPoint EndPoint) : IAsyncDisposable
    {
        public IServiceProvider Services => Host.Services;

        public async ValueTask DisposeAsync()
        {
            await Host.StopAsync();
            Host.Dispose();
        }
    }

    /// <summary>One device at each address of the loopback network.</summary>
    private sealed class CountingDesk : INotificationDesk
    {
        private static readonly Guid Tenant = Guid.NewGuid();

        public Task<ReceiverEngine> EngineAsync(string receiver, byte[] proposed, CancellationToken cancellationToken) => Task.FromResult(new ReceiverEngine(proposed, 1, TimeSpan.Zero));

        public Task<IReadOnlyList<ProtocolTarget>> DevicesAtAsync(string protocol, IPAddress source, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ProtocolTarget>>(
            [new ProtocolTarget(Tenant, Guid.NewGuid(), new JsonObject { ["version"] = "v2c" }, new Dictionary<string, string> { ["readCommunity"] = Community }, NetworkPolicy.PublicOnly)]);

        public Task<IReadOnlyList<ProtocolTarget>> DevicesOfEngineAsync(string protocol, string engine, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ProtocolTarget>>([]);

        public bool TryDeliver(ReceivedNotification notification) => true;

        public void Refuse(Guid? tenant, DeviceCall call, string reason)
        {
        }
    }
}
