using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using DeviceConsole.Protocols.Cwmp.Wire.Stun;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Cwmp.Stun;

/// <summary>
/// The STUN server that devices behind a NAT learn their UDP address from (TR-069 Annex G, RFC 3489): it answers Binding Requests with the address that
/// they came from. The device tells that address in its Inform (UDPConnectionRequestAddress). It never answers elsewhere than where a request came from
/// (no RESPONSE-ADDRESS, no CHANGE-REQUEST: those make a reflector), and answers one address a few times a second at most.
/// </summary>
internal sealed partial class StunServer(CwmpOptions options, ILogger<StunServer> logger) : BackgroundService
{
    private readonly PartitionedRateLimiter<IPAddress> limits = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = 40, TokensPerPeriod = 10, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
    }));

    private Socket? socket;

    /// <summary>Where it listens; null where it is off.</summary>
    public IPEndPoint? Address => (IPEndPoint?)socket?.LocalEndPoint;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.StunEndpoint.Length == 0) return Task.CompletedTask;
        if (!IPEndPoint.TryParse(options.StunEndpoint, out var endPoint)) throw new InvalidOperationException($"Cwmp:StunEndpoint holds '{options.StunEndpoint}'; write it like 0.0.0.0:3478.");
        socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(endPoint);
        LogListens(logger, Address!);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>The answer to a datagram; null where there is none.</summary>
    /// <param name="datagram">What came.</param>
    /// <param name="from">Where it came from, as the last NAT on the way has it.</param>
    /// <param name="local">Where it arrived.</param>
    public static byte[]? Answer(ReadOnlySpan<byte> datagram, IPEndPoint from, IPEndPoint local)
    {
        if (StunMessage.Read(datagram) is not { Type: StunMessage.BindingRequest } request || request.Find(StunMessage.ResponseAddress) is not null) return null;
        var isNew = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(request.TransactionId) == StunMessage.MagicCookie;
        StunAttribute[] attributes = isNew
            ? [StunMessage.Address(StunMessage.XorMappedAddress, from, request.TransactionId), StunMessage.Address(StunMessage.MappedAddress, from)]
            : [StunMessage.Address(StunMessage.MappedAddress, from), StunMessage.Address(StunMessage.SourceAddress, local)];
        return new StunMessage(StunMessage.BindingResponse, request.TransactionId, attributes).Write();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var buffer = new byte[1500];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var received = await socket!.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0), stoppingToken);
                var from = (IPEndPoint)received.RemoteEndPoint;
                using var permit = limits.AttemptAcquire(from.Address);
                if (permit.IsAcquired && Answer(buffer.AsSpan(0, received.ReceivedBytes), from, Address!) is { } answer) await socket.SendToAsync(answer, from, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e)
            {
                // One peer's unreachable port is no reason to stop.
                LogFailed(logger, e.SocketErrorCode);
            }
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        socket?.Dispose();
        limits.Dispose();
    }

    [LoggerMessage(3510, LogLevel.Information, "STUN listens on {Address}.")]
    private static partial void LogListens(ILogger logger, IPEndPoint address);

    [LoggerMessage(3511, LogLevel.Debug, "STUN met {Error}.")]
    private static partial void LogFailed(ILogger logger, SocketError error);
}
