using System.Net.WebSockets;
using DeviceConsole.Protocols.WebPa.Wire;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>A WebSocket that carries WRP messages; one send at a time.</summary>
internal sealed class WrpChannel(WebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim sending = new(1, 1);

    public MessageReader OpenReader(int maximum) => new(socket, maximum);

    /// <summary>Sends a message as one binary frame.</summary>
    /// <exception cref="WebSocketException">The connection is broken.</exception>
    public async Task SendAsync(WrpMessage message, CancellationToken cancellationToken)
    {
        var bytes = message.ToArray();
        await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(bytes.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Says that the connection ends and why; one that is broken or does not take it in time is left alone.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, TimeSpan patience)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        // A close that was received is answered as it was asked.
        if (socket.State == WebSocketState.CloseReceived) status = socket.CloseStatus is { } asked && asked != WebSocketCloseStatus.Empty ? asked : WebSocketCloseStatus.NormalClosure;
        using var stop = new CancellationTokenSource(patience);
        try
        {
            await socket.CloseOutputAsync(status, null, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Abort();
        }
    }

    /// <inheritdoc />
    public void Dispose() => sending.Dispose();
}
