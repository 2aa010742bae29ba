using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// The manager's side of SNMP for any number of devices over one UDP socket per address family. Thread-safe; one per process.
/// Expected failures are in the reply; cancellation throws <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class SnmpClient : IDisposable
{
    private const int PooledExchanges = 1_024;

    private readonly ConcurrentQueue<SnmpExchange> pool = new();
    private readonly ConcurrentDictionary<IPEndPoint, TcpChannel> connections = new();
    private readonly Lock opening = new();
    private UdpChannel? v4;
    private UdpChannel? v6;
    private bool disposed;

    /// <summary>A client. Sockets are opened on first use.</summary>
    public SnmpClient(SnmpClientOptions? options = null, TimeProvider? time = null)
    {
        Options = options ?? new SnmpClientOptions();
        Time = time ?? TimeProvider.System;
        Hosts = new HostTable(Options, Time);
        Engines = new EngineRegistry(Options.RememberedHosts);
    }

    /// <summary>The settings.</summary>
    public SnmpClientOptions Options { get; }

    internal TimeProvider Time { get; }

    internal HostTable Hosts { get; }

    internal UsmKeyCache Keys { get; } = new();

    internal EngineRegistry Engines { get; }

    /// <summary>
    /// Reads instances with GET. More names than fit a message are split over several requests, also after tooBig; an SNMPv1 device
    /// that lacks some of them is asked again for the others, and gives noSuchObject for these (RFC 3584 §4.2.1 has it so).
    /// </summary>
    public Task<SnmpReply> GetAsync(SnmpPeer peer, IReadOnlyList<ObjectIdentifier> names, CancellationToken cancellationToken = default) =>
        SnmpReads.ReadAsync(this, peer, PduType.GetRequest, names, cancellationToken);

    /// <summary>Reads the instance after each name with GETNEXT; split as <see cref="GetAsync"/>. What has no successor gives endOfMibView.</summary>
    public Task<SnmpReply> GetNextAsync(SnmpPeer peer, IReadOnlyList<ObjectIdentifier> names, CancellationToken cancellationToken = default) =>
        SnmpReads.ReadAsync(this, peer, PduType.GetNextRequest, names, cancellationToken);

    /// <summary>
    /// One GETBULK (RFC 3416 §4.2.3). The device may answer with fewer variables than were asked for.
    /// </summary>
    /// <exception cref="InvalidOperationException">The peer speaks SNMPv1, which has no GETBULK.</exception>
    public ValueTask<SnmpReply> GetBulkAsync(
        SnmpPeer peer, IReadOnlyList<ObjectIdentifier> names, int nonRepeaters, int maxRepetitions, CancellationToken cancellationToken = default)
    {
        if (peer.Version == SnmpVersion.V1) throw new InvalidOperationException("SNMPv1 has no GETBULK.");
        ArgumentOutOfRangeException.ThrowIfNegative(nonRepeaters);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRepetitions);
        return SendAsync(peer, new SnmpRequest
        {
            Type = PduType.GetBulkRequest,
            VarBinds = SnmpReads.Unspecified(names),
            NonRepeaters = nonRepeaters,
            MaxRepetitions = maxRepetitions,
        }, false, cancellationToken);
    }

    /// <summary>Writes all the values in one SET, or none (RFC 3416 §4.2.5). Never split. Sent again where no answer comes.</summary>
    public ValueTask<SnmpReply> SetAsync(SnmpPeer peer, ReadOnlyMemory<VarBind> values, CancellationToken cancellationToken = default) =>
        SendAsync(peer, new SnmpRequest { Type = PduType.SetRequest, VarBinds = values }, false, cancellationToken);

    /// <summary>Reads one instance with a single GET: the fastest way, without splitting.</summary>
    public ValueTask<SnmpReply> GetAsync(SnmpPeer peer, ObjectIdentifier name, CancellationToken cancellationToken = default) =>
        SendAsync(peer, new SnmpRequest { Type = PduType.GetRequest, VarBinds = new[] { VarBind.Unspecified(name) } }, false, cancellationToken);

    /// <summary>
    /// Reads everything below <paramref name="root"/>, page by page while it arrives. The walk begins with the enumeration.
    /// </summary>
    public SnmpWalk Walk(SnmpPeer peer, ObjectIdentifier root, int? limit = null) => new(this, peer, root, limit ?? Options.WalkLimit);

    /// <summary>Closes the sockets. Requests that wait end with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (opening)
        {
            if (disposed) return;
            disposed = true;
        }

        v4?.Dispose();
        v6?.Dispose();
        foreach (var connection in connections.Values) connection.Dispose();
        while (pool.TryDequeue(out var exchange)) exchange.Discard();
    }

    internal ValueTask<SnmpReply> SendAsync(SnmpPeer peer, in SnmpRequest request, bool inline, CancellationToken cancellationToken)
    {
        if (!pool.TryDequeue(out var exchange)) exchange = new SnmpExchange(this);
        return exchange.Start(peer, request, inline, cancellationToken);
    }

    internal ISnmpChannel Channel(SnmpPeer peer)
    {
        if (peer.Transport == SnmpTransport.Udp) return Channel(peer.Family);
        ObjectDisposedException.ThrowIf(disposed, this);
        return connections.GetOrAdd(peer.EndPoint, static e => new TcpChannel(e));
    }

    private UdpChannel Channel(AddressFamily family)
    {
        var open = family == AddressFamily.InterNetwork ? v4 : v6;
        if (open is not null) return open;
        lock (opening)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return family == AddressFamily.InterNetwork
                ? v4 ??= new UdpChannel(family, Options.ReceiveBuffer)
                : v6 ??= new UdpChannel(family, Options.ReceiveBuffer);
        }
    }

    internal void Return(SnmpExchange exchange)
    {
        if (pool.Count < PooledExchanges && !disposed) pool.Enqueue(exchange);
        else exchange.Discard();
    }

    /// <summary>How long the n-th try (from 1) waits for its answer.</summary>
    internal TimeSpan WaitFor(SnmpPeer peer, int attempt)
    {
        var factor = Math.Pow(Options.Backoff, attempt - 1) * (1 + (Options.Jitter * ((Random.Shared.NextDouble() * 2) - 1)));
        return peer.Timeout * factor;
    }

    /// <summary>Gives a place in flight to the next in line that still wants it.</summary>
    internal static void PassOn(HostState host)
    {
        while (host.TryPassOn(out var next, out var use))
            if (next.OnTurn(use)) return;
    }
}
