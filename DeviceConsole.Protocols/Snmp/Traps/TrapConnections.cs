using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Shared.ProxyProtocol;
using DeviceConsole.Protocols.Snmp.Wire;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>The TCP side of the receiver: accepts connections, a bounded number of them, and reads each.</summary>
internal sealed partial class TrapConnections(Socket listening, TrapNetworks proxies, Action<byte[], IPAddress, TrapConnection> take, TrapCounters counters, TimeProvider time, ILogger logger)
{
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<TrapConnection, Task> open = new();

    /// <summary>Runs until it is stopped; the connections end with it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Socket accepted;
                try
                {
                    accepted = await listening.AcceptAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    // The caller hung up before it was taken, or there are too many open files: neither ends the listening.
                    LogEnded(null, e.Message);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (open.Count >= Most)
                {
                    counters.Add(TrapOutcome.Dropped);
                    accepted.Dispose();
                    continue;
                }

                var connection = new TrapConnection(accepted, proxies, take, time);
                open[connection] = Task.CompletedTask;
                _ = ServeAsync(connection, accepted.RemoteEndPoint, cancellationToken);
            }
        }
        finally
        {
            foreach (var connection in open.Keys) connection.Dispose();
        }
    }

    private async Task ServeAsync(TrapConnection connection, EndPoint? peer, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await connection.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SnmpDecodeException or ProxyHeaderException)
        {
            counters.Add(TrapOutcome.Received);
            counters.Add(TrapOutcome.Malformed);
            LogEnded(peer, e.Message);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogEnded(peer, e.Message);
        }
        finally
        {
            open.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    [LoggerMessage(2856, LogLevel.Debug, "A connection of notifications from {Peer} ends: {Reason}")]
    private partial void LogEnded(EndPoint? peer, string reason);
}
