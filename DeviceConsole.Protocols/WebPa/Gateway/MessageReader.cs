using System.Buffers;
using System.Net.WebSockets;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>How reading a message ended.</summary>
internal enum MessageEnd
{
    /// <summary>A whole binary message.</summary>
    Binary,

    /// <summary>A whole text message; its content was not kept.</summary>
    Text,

    /// <summary>The device closed the connection.</summary>
    Closed,

    /// <summary>It is longer than allowed, or is made of endless empty frames.</summary>
    TooLong,
}

/// <summary>
/// Reads whole messages from a WebSocket. While a device is idle no buffer is held; the buffer of a message is good until the next one is read.
/// </summary>
internal sealed class MessageReader(WebSocket socket, int maximum) : IDisposable
{
    private const int FirstBuffer = 4 * 1024;
    private const int MaximumEmptyFrames = 100;

    private byte[] buffer = [];
    private int length;

    /// <summary>The last message.</summary>
    public ReadOnlyMemory<byte> Message => buffer.AsMemory(0, length);

    public async ValueTask<MessageEnd> ReadAsync(CancellationToken cancellationToken)
    {
        Dispose();
        // Returns when there is something to read, and takes no buffer for the wait.
        var result = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        var empty = 0;
        while (!result.EndOfMessage && result.MessageType != WebSocketMessageType.Close)
        {
            if (length == maximum) return MessageEnd.TooLong;
            Grow();
            result = await socket.ReceiveAsync(buffer.AsMemory(length, Math.Min(buffer.Length, maximum) - length), cancellationToken).ConfigureAwait(false);
            length += result.Count;
            if (result.Count == 0 && !result.EndOfMessage && ++empty > MaximumEmptyFrames) return MessageEnd.TooLong;
        }
        return result.MessageType switch
        {
            WebSocketMessageType.Close => MessageEnd.Closed,
            WebSocketMessageType.Text => MessageEnd.Text,
            _ => MessageEnd.Binary,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
    }

    private void Grow()
    {
        if (length < buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, buffer.Length * 2));
        Message.CopyTo(larger);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
