using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Traps;
using DeviceConsole.Tests.Peers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Protocols.Snmp.Traps;

/// <summary>A receiver on a port of 127.0.0.1, and a product that knows the devices that a test names.</summary>
internal sealed class TrapWorld : INotificationDesk, IAsyncDisposable
{
    public static readonly Guid Tenant = Guid.NewGuid(), Device = Guid.NewGuid();

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider services;
    private readonly TrapListener listener;

    private TrapWorld(TrapOptions options)
    {
        Counters = new TrapCounters();
        services = new ServiceCollection().AddSingleton<INotificationDesk>(this).BuildServiceProvider();
        listener = new TrapListener(Options.Create(options), services, Counters, TimeProvider.System, NullLogger<TrapListener>.Instance);
        (Port, TcpPort) = (options.Port, options.TcpPort);
    }

    public int Port { get; }

    public int TcpPort { get; }

    /// <summary>Where its devices are reached.</summary>
    public IPAddress DeviceAddress { get; set; } = IPAddress.Loopback;

    public string Address => $"127.0.0.1:{Port}";

    public TrapCounters Counters { get; }

    public List<ProtocolTarget> Devices { get; } = [];

    public ConcurrentQueue<ReceivedNotification> Delivered { get; } = new();

    public ConcurrentQueue<(Guid? Tenant, string Reason)> Refusals { get; } = new();

    public bool IsFull { get; set; }

    /// <summary>What looking devices up waits for.</summary>
    public TaskCompletionSource? LookUp { get; set; }

    public byte[] EngineId { get; private set; } = [];

    public static async Task<TrapWorld> StartAsync(Action<TrapOptions>? configure = null)
    {
        var options = new TrapOptions { Port = FreePort.Udp(), Address = "127.0.0.1", Receiver = "test" };
        configure?.Invoke(options);
        var world = new TrapWorld(options);
        await world.listener.StartAsync(default);
        await WaitAsync(() => world.listener.LocalEndPoint is not null);
        return world;
    }

    public static ProtocolTarget V2(string community, Guid? tenant = null, Guid? device = null) => new(
        tenant ?? Tenant, device ?? Device, new JsonObject { ["host"] = "127.0.0.1", ["version"] = "v2c" }, new Dictionary<string, string> { ["readCommunity"] = community }, NetworkPolicy.PublicOnly);

    public static ProtocolTarget V3(string user, string auth, string priv) => new(
        Tenant, Device, new JsonObject { ["host"] = "127.0.0.1", ["version"] = "v3", ["user"] = user, ["authProtocol"] = auth, ["privProtocol"] = priv },
        new Dictionary<string, string> { ["authPassword"] = "authpass12345", ["privPassword"] = "privpass12345" }, NetworkPolicy.PublicOnly);

    public static async Task WaitAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(20, patience.Token);
    }

    /// <summary>Sends one of many datagrams, no more at once than the system holds for a listener that gets no processor for a while.</summary>
    public async Task SendAsync(UdpClient socket, byte[] datagram, int index)
    {
        if (index % 100 == 0) await WaitAsync(() => Counters[TrapOutcome.Received] >= index);
        await socket.SendAsync(datagram);
    }

    public async Task<ReceivedNotification> NextAsync()
    {
        await WaitAsync(() => !Delivered.IsEmpty);
        Delivered.TryDequeue(out var notification);
        return notification!;
    }

    public async Task<(Guid? Tenant, string Reason)> RefusalAsync()
    {
        await WaitAsync(() => !Refusals.IsEmpty);
        Refusals.TryDequeue(out var refusal);
        return refusal;
    }

    public Task<ReceiverEngine> EngineAsync(string receiver, byte[] proposed, CancellationToken cancellationToken)
    {
        EngineId = proposed;
        return Task.FromResult(new ReceiverEngine(proposed, 3, TimeSpan.FromSeconds(1_000)));
    }

    public async Task<IReadOnlyList<ProtocolTarget>> DevicesAtAsync(string protocol, IPAddress source, CancellationToken cancellationToken)
    {
        if (LookUp is { } lookUp) await lookUp.Task.WaitAsync(cancellationToken);
        return source.Equals(DeviceAddress) ? [.. Devices] : [];
    }

    public Task<IReadOnlyList<ProtocolTarget>> DevicesOfEngineAsync(string protocol, string engine, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ProtocolTarget>>([.. Devices.Where(d => (string?)d.Settings["engineId"] == engine)]);

    public bool TryDeliver(ReceivedNotification notification)
    {
        if (IsFull) return false;
        Delivered.Enqueue(notification);
        return true;
    }

    public void Refuse(Guid? tenant, DeviceCall call, string reason) => Refusals.Enqueue((tenant, reason));

    public async ValueTask DisposeAsync()
    {
        await listener.StopAsync(default);
        listener.Dispose();
        Counters.Dispose();
        await services.DisposeAsync();
    }
}
