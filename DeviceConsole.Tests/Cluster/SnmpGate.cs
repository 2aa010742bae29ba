using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Tests.Cluster;

/// <summary>
/// A UDP port before an SNMP agent, with a gate: while it is shut requests wait, and a job that asks is in the middle of its work for exactly as long
/// as a test wants.
/// </summary>
internal sealed class SnmpGate : IAsyncDisposable
{
    private readonly IPEndPoint agent;
    private readonly UdpClient outside = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource stop = new();
    private readonly Task pump;
    private TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SnmpGate(IPEndPoint agent)
    {
        this.agent = agent;
        open.SetResult();
        pump = Task.Run(PumpAsync);
    }

    public int Port => ((IPEndPoint)outside.Client.LocalEndPoint!).Port;

    /// <summary>From here on requests wait.</summary>
    public void Shut() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What waits goes on.</summary>
    public void Open() => open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        open.TrySetResult();
        await pump;
        outside.Dispose();
        stop.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                var request = await outside.ReceiveAsync(stop.Token);
                _ = AnswerAsync(request, open.Task);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    // Whoever asked may be gone by then: an answer to nobody is no fault of the gate.
    private async Task AnswerAsync(UdpReceiveResult request, Task gate)
    {
        try
        {
            await gate.WaitAsync(stop.Token);
            using var inside = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            await inside.SendAsync(request.Buffer, agent, stop.Token);
            var answer = await inside.ReceiveAsync(stop.Token);
            await outside.SendAsync(answer.Buffer, request.RemoteEndPoint, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }
}
