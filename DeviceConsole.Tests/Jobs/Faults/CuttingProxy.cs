using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>
/// A TCP proxy before PostgreSQL that can lose an answer: the request arrives and is carried out, the answer never comes back.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Guid, (Socket Client, Socket Server)> links = new();
    private readonly CancellationTokenSource ending = new();
    private readonly int target;
    private readonly Task accepting;
    private int loseAnswers;

    public CuttingProxy(int target)
    {
        this.target = target;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    /// <summary>Answers that were lost so far.</summary>
    public int Lost { get; private set; }

    /// <summary>The next answer of whichever connection asks next is lost, together with its connection.</summary>
    public void LoseAnAnswer() => Interlocked.Increment(ref loseAnswers);

    /// <summary>Ends every connection and takes no new one.</summary>
    public void Close()
    {
        listener.Stop();
        foreach (var (client, server) in links.Values)
        {
            client.Dispose();
            server.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        Close();
        await accepting;
        ending.Dispose();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(ending.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, target, ending.Token);
                var id = Guid.NewGuid();
                links[id] = (client, server);
                _ = Task.WhenAll(PumpAsync(client, server, answers: false), PumpAsync(server, client, answers: true)).ContinueWith(_ => links.TryRemove(id, out var _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool answers)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, ending.Token)) > 0;)
            {
                if (answers && TakeLoss()) break;
                await to.SendAsync(buffer.AsMemory(0, read), ending.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other side went away; so does this one.
        }
        from.Dispose();
        to.Dispose();
    }

    private bool TakeLoss()
    {
        for (int wanted; (wanted = Volatile.Read(ref loseAnswers)) > 0;)
        {
            if (Interlocked.CompareExchange(ref loseAnswers, wanted - 1, wanted) != wanted) continue;
            Lost++;
            return true;
        }
        return false;
    }
}
