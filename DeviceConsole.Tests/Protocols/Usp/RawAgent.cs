using System.Net.WebSockets;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>A WebSocket client that sends whatever a test wants.</summary>
internal sealed class RawAgent : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket socket;

    private RawAgent(ClientWebSocket socket) => this.socket = socket;

    public static async Task<RawAgent> ConnectAsync(Uri address, string? subProtocol = "v1.usp")
    {
        var socket = new ClientWebSocket();
        if (subProtocol is not null) socket.Options.AddSubProtocol(subProtocol);
        await socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Patience);
        return new RawAgent(socket);
    }

    /// <summary>The status with which the address refuses the upgrade.</summary>
    public static async Task<int> RefusalAsync(Uri address, string? subProtocol = "v1.usp", string? authorization = null)
    {
        using var socket = new ClientWebSocket();
        if (subProtocol is not null) socket.Options.AddSubProtocol(subProtocol);
        if (authorization is not null) socket.Options.SetRequestHeader("Authorization", authorization);
        socket.Options.CollectHttpResponseDetails = true;
        await FluentActions.Awaiting(() => socket.ConnectAsync(address, CancellationToken.None)).Should().ThrowAsync<WebSocketException>();
        return (int)socket.HttpStatusCode;
    }

    public Task SendAsync(UspRecord record) => SendAsync(record.Encode());

    public Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Binary, bool end = true) => socket.SendAsync(bytes, type, end, CancellationToken.None).WaitAsync(Patience);

    /// <summary>The next record; fails where the connection was closed.</summary>
    public async Task<UspRecord> ReceiveAsync()
    {
        var bytes = await ReadAsync();
        return UspRecord.Decode(bytes ?? throw new InvalidOperationException($"Closed with {socket.CloseStatus}."));
    }

    /// <summary>The next record with a message that is what a test waits for; requests of other kinds are passed over.</summary>
    public Task<UspMessage> ReceiveMessageAsync<T>() where T : UspBody => NextAsync(m => m.Body is T);

    /// <summary>The next message that a test waits for; others are passed over.</summary>
    public async Task<UspMessage> NextAsync(Predicate<UspMessage> awaited)
    {
        while (true)
        {
            var payload = (await ReceiveAsync()).Body switch
            {
                NoSessionContext whole => whole.Payload.ToArray(),
                SessionContext part when part.Payload.Count > 0 => Joined(part),
                _ => null,
            };
            if (payload is null) continue;
            var message = UspMessage.Decode(payload);
            if (awaited(message)) return message;
        }
    }

    /// <summary>Records of an end-to-end session that came.</summary>
    public int Parts { get; private set; }

    private readonly List<byte> joined = [];

    private byte[]? Joined(SessionContext part)
    {
        Parts++;
        if (part.PayloadSarState is SarState.None or SarState.Begin) joined.Clear();
        foreach (var piece in part.Payload) joined.AddRange(piece.ToArray());
        return part.PayloadSarState is SarState.None or SarState.Complete ? [.. joined] : null;
    }

    /// <summary>Reads until the other side closes; its status.</summary>
    public async Task<int> CloseStatusAsync()
    {
        while (await ReadAsync() is not null)
        {
            // Whatever comes before the close.
        }
        return (int)socket.CloseStatus!;
    }

    public void Dispose() => socket.Dispose();

    private async Task<byte[]?> ReadAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16_384];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
            if (got.MessageType == WebSocketMessageType.Close) return null;
            whole.Write(buffer, 0, got.Count);
            if (got.EndOfMessage) return whole.ToArray();
        }
    }
}
