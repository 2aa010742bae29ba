using System.Data.Common;
using System.Net.WebSockets;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.WebPa.Wire;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>How a connection ended.</summary>
/// <param name="Reason">One sentence.</param>
/// <param name="Failed">Otherwise than it should.</param>
internal readonly record struct ConnectionEnd(string Reason, bool Failed);

/// <summary>
/// One device's WebSocket while it is open: sends the jobs of its session, matches answers by transaction, and takes its events.
/// </summary>
internal sealed partial class DeviceConnection(IDeviceGateway gateway, DeviceSession session, string identity, WrpChannel channel, DeviceJobs jobs, WebPaOptions options, WebPaMetrics metrics, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource over = new();
    private int skipped;

    /// <summary>Runs until the device leaves, the session ends or the server stops.</summary>
    public async Task<ConnectionEnd> RunAsync(CancellationToken stopping)
    {
        var told = new TaskCompletionSource<ConnectionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ended = session.Ended.Register(() => told.TrySetResult(new ConnectionEnd("The device connected again, or may no longer be here.", false)));
        using var stopped = stopping.Register(() => told.TrySetResult(new ConnectionEnd("The server was stopped.", false)));
        var receiving = ReceiveAsync();
        var working = jobs.RunAsync(over.Token);
        var first = await Task.WhenAny(receiving, working, told.Task).ConfigureAwait(false);
        var status = first == told.Task ? stopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.PolicyViolation : WebSocketCloseStatus.InternalServerError;
        await channel.CloseAsync(status, ClosePatience).ConfigureAwait(false);
        // Whoever closes waits for the other side's word, or what was sent last may be lost on the way.
        if (!receiving.IsCompleted) await ((Task)receiving).WaitAsync(ClosePatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(receiving, working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first == told.Task) return await told.Task.ConfigureAwait(false);
        return first == receiving ? await receiving.ConfigureAwait(false) : await EndOfWorkAsync(working).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => over.Dispose();

    private static async Task<ConnectionEnd> EndOfWorkAsync(Task working)
    {
        await working.ConfigureAwait(false);
        return new ConnectionEnd("The server stopped working for this connection.", true);
    }

    private async Task<ConnectionEnd> ReceiveAsync()
    {
        using var reader = channel.OpenReader(options.MaximumMessage);
        try
        {
            while (true)
            {
                switch (await reader.ReadAsync(over.Token).ConfigureAwait(false))
                {
                    case MessageEnd.Closed:
                        return new ConnectionEnd("The device closed the connection.", false);
                    case MessageEnd.TooLong:
                        await jobs.FailAsync(WebPaFaults.TooLong(options.MaximumMessage)).ConfigureAwait(false);
                        await channel.CloseAsync(WebSocketCloseStatus.MessageTooBig, ClosePatience).ConfigureAwait(false);
                        return new ConnectionEnd($"The device sent a message of more than {options.MaximumMessage} bytes.", true);
                    case MessageEnd.Text:
                        await SkipAsync("A text message; WRP messages are binary.").ConfigureAwait(false);
                        break;
                    default:
                        await TakeAsync(reader.Message).ConfigureAwait(false);
                        break;
                }
                if (skipped <= options.MaximumSkipped) continue;
                await channel.CloseAsync(WebSocketCloseStatus.InvalidPayloadData, ClosePatience).ConfigureAwait(false);
                return new ConnectionEnd($"The device sent more than {options.MaximumSkipped} messages that are no WRP.", true);
            }
        }
        catch (WebSocketException e)
        {
            return new ConnectionEnd($"The connection broke, or the device no longer answered PINGs ({e.WebSocketErrorCode}).", true);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return new ConnectionEnd("The connection was closed.", false);
        }
        catch (OperationCanceledException)
        {
            // The socket gives this where the PONG did not come in time.
            return new ConnectionEnd("The device no longer answered PINGs.", true);
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        WrpMessage? message;
        try
        {
            if (!WrpMessage.TryRead(bytes, out message, out var consumed) || consumed != bytes.Length)
            {
                await SkipAsync("A message that ends too early, or has something behind it.", unreadable: true).ConfigureAwait(false);
                return;
            }
        }
        catch (WrpDecodeException e)
        {
            await SkipAsync(e.Message, unreadable: true).ConfigureAwait(false);
            return;
        }
        try
        {
            await DispatchAsync(message!).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException)
        {
            // Not acknowledged, so a device that cares sends it again.
            LogNotTaken(identity, e.Message);
        }
    }

    private async Task DispatchAsync(WrpMessage message)
    {
        switch (message)
        {
            case WrpRequest answer when jobs.Answered(Stamp(answer)):
                break;
            case WrpRequest answer:
                await NoteAsync("An answer that nobody waits for", Stamp(answer)).ConfigureAwait(false);
                break;
            case WrpEvent happened:
                await TakeEventAsync(Stamp(happened)).ConfigureAwait(false);
                break;
            case WrpCrud crud:
                await NoteAsync(WrpText.Title(crud), Stamp(crud)).ConfigureAwait(false);
                break;
            default:
                // Authorization, registration and keep-alive mean nothing on this side.
                metrics.Skipped();
                break;
        }
    }

    private async Task TakeEventAsync(WrpEvent message)
    {
        var happened = DeviceEvent.Read(message);
        var entry = WrpText.Entry(time.GetUtcNow(), TraceDirection.In, WrpText.Title(message), message);
        await gateway.StoreValuesAsync(session, happened.Values, over.Token).ConfigureAwait(false);
        await gateway.RaiseEventAsync(session, happened.Kind, happened.Message, happened.Detail, over.Token).ConfigureAwait(false);
        await gateway.TraceAsync(session, [entry], over.Token).ConfigureAwait(false);
        if (message.Qos >= WrpEvent.AcknowledgedQos && message.TransactionUuid is not null) await channel.SendAsync(Acknowledgement(message), over.Token).ConfigureAwait(false);
    }

    private static WrpEvent Acknowledgement(WrpEvent message) => new()
    {
        Source = message.Dest, Dest = message.Source, TransactionUuid = message.TransactionUuid, Qos = message.Qos, RequestDeliveryResponse = 0,
        PartnerIds = message.PartnerIds, SessionId = message.SessionId,
    };

    private Task NoteAsync(string title, WrpRoutedMessage message)
    {
        metrics.Skipped();
        return gateway.TraceAsync(session, [WrpText.Entry(time.GetUtcNow(), TraceDirection.In, title, message)], over.Token);
    }

    // The device is who it proved to be, whatever it writes; what stays of its source is the service's name.
    private T Stamp<T>(T message) where T : WrpRoutedMessage
    {
        var slash = message.Source.IndexOf('/', StringComparison.Ordinal);
        return message with { Source = slash < 0 ? identity : identity + message.Source[slash..] };
    }

    private async Task SkipAsync(string reason, bool unreadable = false)
    {
        metrics.Skipped();
        skipped++;
        LogSkipped(identity, reason);
        if (unreadable) await jobs.FailAsync(WebPaFaults.Garbage("The device sent bytes that are no WRP message.")).ConfigureAwait(false);
        await gateway.TraceAsync(session, [new TraceEntry(time.GetUtcNow(), TraceDirection.Note, "Skipped a message", reason)], over.Token).ConfigureAwait(false);
    }

    [LoggerMessage(3201, LogLevel.Information, "Skipped a message of {Device}: {Reason}")]
    private partial void LogSkipped(string device, string reason);

    [LoggerMessage(3202, LogLevel.Warning, "A message of {Device} could not be stored and was not acknowledged ({Reason}).")]
    private partial void LogNotTaken(string device, string reason);
}
