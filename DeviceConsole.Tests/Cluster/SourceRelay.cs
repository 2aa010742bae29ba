using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Tests.Cluster;

/// <summary>A TCP port whose connections reach their goal from an address of their own, 127.0.0.x: a balancer takes what comes through it for another machine.</summary>
internal sealed class SourceRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly IPAddress source;
    private readonly IPEndPoint goal;
    private readonly Task accepting;

    public SourceRelay(IPAddress source, Uri goal)
    {
        (this.source, this.goal) = (source, new IPEndPoint(IPAddress.Parse(goal.Host), goal.Port));
        listener.Start();
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The way through it.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>A connection from an address.</summary>
    public static async Task<Socket> ConnectAsync(IPAddress source, EndPoint goal, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(goal, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await listener.AcceptSocketAsync(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    // Either side may end a connection at any time; the other one is told by its end.
    private async Task PassAsync(Socket client)
    {
        try
        {
            using (client)
            {
                using var server = await ConnectAsync(source, goal, stop.Token);
                await using var inside = new NetworkStream(client);
                await using var outside = new NetworkStream(server);
                await Task.WhenAny(inside.CopyToAsync(outside, stop.Token), outside.CopyToAsync(inside, stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            return;
        }
    }
}
