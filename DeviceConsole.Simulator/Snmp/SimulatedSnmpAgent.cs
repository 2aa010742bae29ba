using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>
/// A simulated SNMP v1/v2c agent on a UDP socket of its own. It answers from <see cref="Start"/> until it is disposed.
/// </summary>
public sealed class SimulatedSnmpAgent : IAsyncDisposable
{
    // Many times what a request takes; ten thousand agents have such a buffer each.
    private const int LargestRequest = 16_384;

    private readonly SimulatedAgentOptions options;
    private readonly AgentResponder responder;
    private readonly Socket socket;
    private readonly CancellationTokenSource stop = new();
    private readonly Task run;
    private long received;
    private readonly AgentFault fault;

    private SimulatedSnmpAgent(SimulatedAgentOptions options)
    {
        this.options = options;
        fault = options.Fault;
        Device = new SimulatedDevice(options.Index, options.Seed, options.Time, options.Profile);
        responder = new AgentResponder(Device, options);
        socket = new Socket(options.Listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(options.Listen);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        run = RunAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What it plays.</summary>
    public SimulatedDevice Device { get; }

    /// <summary>Datagrams that arrived, whatever they were.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Starts an agent; it listens when this returns.</summary>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public static SimulatedSnmpAgent Start(SimulatedAgentOptions? options = null) => new(options ?? new SimulatedAgentOptions());

    /// <summary>Stops answering and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        socket.Dispose();
        await run;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[LargestRequest];
        var source = new SocketAddress(socket.AddressFamily);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, source, stop.Token).ConfigureAwait(false);
                var number = Interlocked.Increment(ref received);
                if (Answer(buffer.AsSpan(0, length), number) is not { } answer) continue;
                if (fault.Kind == AgentFaultKind.Slow) _ = SendLaterAsync(answer, Copy(source));
                else await SendAsync(answer, source).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // An ICMP error for an earlier answer; the next request may come from somebody else.
                continue;
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> datagram, long number)
    {
        if (fault.Kind == AgentFaultKind.Silent) return null;
        try
        {
            var answer = responder.Respond(datagram.ToArray());
            return answer is null || fault.Kind != AgentFaultKind.Garbage ? answer : GarbageMaker.Spoil(answer, Device.Draw((uint)number));
        }
        catch (SnmpDecodeException)
        {
            return null;
        }
    }

    private async Task SendLaterAsync(byte[] answer, SocketAddress destination)
    {
        try
        {
            await Task.Delay(fault.Delay, options.Time, stop.Token).ConfigureAwait(false);
            await SendAsync(answer, destination).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The agent ended before the answer was due, or its caller did.
            return;
        }
    }

    private async ValueTask SendAsync(byte[] answer, SocketAddress destination) =>
        await socket.SendToAsync(answer, SocketFlags.None, destination, stop.Token).ConfigureAwait(false);

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer[..address.Size].CopyTo(copy.Buffer);
        return copy;
    }
}
