using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>A UDP peer that answers each request with what a test says: any number of datagrams.</summary>
public sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Func<CommunityMessage, int, IEnumerable<byte[]>> script;
    private readonly Task run;

    /// <summary><paramref name="script"/> gets the request and its number, from 1.</summary>
    public ScriptedAgent(Func<CommunityMessage, int, IEnumerable<byte[]>> script)
    {
        this.script = script;
        run = RunAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)socket.Client.LocalEndPoint!;

    /// <summary>What arrived, in order.</summary>
    public ConcurrentQueue<Pdu> Requests { get; } = new();

    /// <summary>A response with the request's id.</summary>
    public static byte[] Response(CommunityMessage request, SnmpErrorStatus status = SnmpErrorStatus.NoError, int index = 0, params VarBind[] varBinds) =>
        Encode(request with { Pdu = new Pdu(PduType.Response, request.Pdu.RequestId, (int)status, index, varBinds) });

    public static byte[] Encode(CommunityMessage message)
    {
        var writer = new BerWriter(new byte[65_000]);
        message.Write(ref writer);
        return writer.Written.ToArray();
    }

    public static VarBind Value(string name, int value = 1) => new(ObjectIdentifier.Parse(name), SnmpValue.Integer32(value));

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await run;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var datagram = await socket.ReceiveAsync();
                if (!CommunityMessage.TryRead(datagram.Buffer, out var request, out _)) continue;
                Requests.Enqueue(request.Pdu);
                foreach (var answer in script(request, Requests.Count)) await socket.SendAsync(answer, datagram.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or OperationCanceledException)
        {
            return;
        }
    }
}
