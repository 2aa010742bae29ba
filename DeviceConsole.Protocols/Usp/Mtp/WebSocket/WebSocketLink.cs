using System.Buffers;
using System.Net.WebSockets;
using DeviceConsole.Protocols.Usp.Session;
using DeviceConsole.Protocols.Usp.Wire;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Protocols.Usp.Mtp.WebSocket;

/// <summary>How a connection ended.</summary>
internal sealed record LinkEnd(string Reason, bool Failed);

/// <summary>
/// One agent's WebSocket connection: a binary message is one record (R-WS.13). Fragments are joined up to the largest record that is taken.
/// </summary>
internal sealed class WebSocketLink(System.Net.WebSockets.WebSocket socket, AgentServices services) : IAgentLink, IDisposable
{
    private const int FirstBuffer = 4_096;

    // A message that was begun has to end within this time: fragments that drip hold a buffer.
    private static readonly TimeSpan MessagePatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim sending = new(1);

    public UspRecordBody Greeting { get; } = new WebSocketConnect();

    /// <inheritdoc />
    public async Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(record, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("The WebSocket connection is gone.", e);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Talks until the connection or the session ends, or the product stops.</summary>
    public async Task<LinkEnd> RunAsync(AgentSession session, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Session.Ended);
        var work = session.RunAsync(over.Token);
        // Neither the session's end nor the product's cancels the receiving: that would break the connection instead of closing it.
        var receive = ReceiveAllAsync(session, over.Token);
        if (await Task.WhenAny(receive, work).ConfigureAwait(false) == work)
        {
            await CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The session is over.").ConfigureAwait(false);
            await Task.WhenAny(receive, Task.Delay(ClosePatience, services.Time, CancellationToken.None)).ConfigureAwait(false);
        }
        socket.Abort();
        await over.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(false);
        var end = await receive.ConfigureAwait(false);
        if (session.Session.Ended.IsCancellationRequested) return new LinkEnd("The device connected again, or may not be here any more.", Failed: false);
        if (cancellationToken.IsCancellationRequested) return new LinkEnd("The product stopped, or the connection broke.", Failed: false);
        return session.Farewell is { } farewell ? new LinkEnd(farewell, end.Failed) : end;
    }

    public void Dispose() => sending.Dispose();

    private async Task<LinkEnd> ReceiveAllAsync(AgentSession session, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var (message, end) = await ReceiveAsync().ConfigureAwait(false);
                if (end is not null) return end;
                await session.ReceiveAsync(message, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (UspDecodeException e)
        {
            await session.SpoilAsync(e.Message).ConfigureAwait(false);
            return await RefuseAsync(WebSocketCloseStatus.InvalidMessageType, $"The agent sent something that is no USP record: {e.Message}").ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            // Among others: frames that break the protocol, and no answer to a ping.
            return new LinkEnd("The connection broke.", Failed: true);
        }
        catch (OperationCanceledException)
        {
            return new LinkEnd("The agent began a message and did not end it.", Failed: true);
        }
    }

    // Waits without a buffer, so that an idle connection costs none.
    private async Task<(ReadOnlyMemory<byte> Message, LinkEnd? End)> ReceiveAsync()
    {
        await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(MessagePatience, services.Time);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length) buffer = Grow(buffer, length);
                var got = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token).ConfigureAwait(false);
                length += got.Count;
                if (got.MessageType == WebSocketMessageType.Close) return (default, await AnswerCloseAsync().ConfigureAwait(false));
                if (got.MessageType == WebSocketMessageType.Text) return (default, await RefuseAsync(WebSocketCloseStatus.InvalidMessageType, "The agent sent text; records are binary.").ConfigureAwait(false));
                if (length > services.Options.MaximumRecord) return (default, await RefuseAsync(WebSocketCloseStatus.MessageTooBig, $"The agent sent a record of more than {services.Options.MaximumRecord:N0} bytes.").ConfigureAwait(false));
                if (got.EndOfMessage) return (buffer.AsSpan(0, length).ToArray(), null);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private async Task<LinkEnd> AnswerCloseAsync()
    {
        var status = socket.CloseStatus is { } code ? $" ({(int)code})" : "";
        await CloseAsync(WebSocketCloseStatus.NormalClosure, null).ConfigureAwait(false);
        return new LinkEnd($"The agent closed the connection{status}.", Failed: false);
    }

    private async Task<LinkEnd> RefuseAsync(WebSocketCloseStatus status, string reason)
    {
        await CloseAsync(status, reason).ConfigureAwait(false);
        await DrainAsync().ConfigureAwait(false);
        return new LinkEnd(reason, Failed: true);
    }

    // Input that nobody reads makes the network reset the connection, and the agent would never see why it was closed.
    private async Task DrainAsync()
    {
        using var patience = new CancellationTokenSource(ClosePatience, services.Time);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), patience.Token).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close) patience.Token.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It closed, or it goes on sending: it had its time.
            return;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status, string? reason)
    {
        using var patience = new CancellationTokenSource(ClosePatience, services.Time);
        try
        {
            await socket.CloseOutputAsync(status, reason is { Length: > 100 } ? reason[..100] : reason, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is closed already, or nobody listens any more; there is nothing left to be polite to.
            return;
        }
    }
}
