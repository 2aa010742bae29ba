using System.Data.Common;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.WebPa.Wire;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>
/// The jobs of one session: asks for the next, sends it as a WRP request and completes it with the answer of the same transaction.
/// What is under way when the connection breaks is given back when the session is closed.
/// </summary>
internal sealed partial class DeviceJobs(
    IDeviceGateway gateway, DeviceSession session, string identity, string service, WrpChannel channel, DeviceFirmware firmware, TimeProvider time, ILogger logger)
{
    private const string Source = "dns:deviceconsole/config";

    // The engine's own time-out knows nothing of the connection; this one comes first and says more.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly PendingAnswers pending = new();
    private volatile Task current = Task.CompletedTask;

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = new List<Task> { ReturnedAsync(cancellationToken) };
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var done in running.Where(t => t.IsCompleted).ToList())
            {
                running.Remove(done);
                await done.ConfigureAwait(false);
            }
            if (await NextAsync(cancellationToken).ConfigureAwait(false) is { } work) running.Add(current = ExecuteAsync(work, cancellationToken));
            else await WaitAsync(running, cancellationToken).ConfigureAwait(false);
        }
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>False where nobody waits for this answer: late, or never asked for.</summary>
    public bool Answered(WrpRequest answer) => pending.Complete(answer);

    /// <summary>Ends what is under way with a fault, and waits until that is written: it is not asked again on the next connection.</summary>
    public async Task FailAsync(ProtocolFault fault)
    {
        pending.Fail(fault);
        await current.WaitAsync(Pause, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<SessionWork?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await gateway.NextWorkAsync(session, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException)
        {
            // The device stays connected while the database is away.
            LogNoWork(identity, e.Message);
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    // A job that ends makes room for the next one, so its end wakes as well.
    private async Task WaitAsync(List<Task> running, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = gateway.WaitForWorkAsync(session, stop.Token);
        await Task.WhenAny([waiting, .. running]).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ExecuteAsync(SessionWork work, CancellationToken cancellationToken)
    {
        // Nothing is sent before whoever started this knows of it: the answer could come first.
        await Task.Yield();
        var trace = new List<TraceEntry>();
        try
        {
            if (work.Operation == FirmwareForm.Id)
            {
                await FirmwareAsync(work, trace, cancellationToken).ConfigureAwait(false);
                return;
            }
            var outcome = await AskAsync(work.Operation, work.Arguments, work.Deadline, trace, cancellationToken).ConfigureAwait(false);
            await gateway.CompleteAsync(session, work, outcome with { Trace = trace }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is over; the receiving side says why, and the session's end gives the job back.
            LogLeft(identity, work.JobId);
        }
    }

    private async Task<ProtocolOutcome> AskAsync(string operation, JsonObject arguments, DateTimeOffset deadline, List<TraceEntry> trace, CancellationToken cancellationToken)
    {
        var (command, payload) = WebPaRequest.Make(operation, arguments);
        var (transaction, answering) = pending.Add();
        try
        {
            var request = new WrpRequest
            {
                Source = Source, Dest = $"{identity}/{service}", TransactionUuid = transaction, ContentType = "application/json",
                Payload = JsonSerializer.SerializeToUtf8Bytes(payload),
            };
            trace.Add(WrpText.Entry(time.GetUtcNow(), TraceDirection.Out, command, request));
            await channel.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var left = deadline - time.GetUtcNow();
            var patience = left > Margin * 2 ? left - Margin : left / 2;
            var answer = await answering.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
            if (answer.Answer is not { } message)
            {
                trace.Add(WrpText.Note(time.GetUtcNow(), answer.Fault!.Detail ?? answer.Fault.Message));
                return ProtocolOutcome.Failure(answer.Fault);
            }
            trace.Add(WrpText.Entry(time.GetUtcNow(), TraceDirection.In, $"{command} response", message));
            return WebPaAnswer.Read(operation, WebPaModule.Asked(operation, arguments), message.Payload);
        }
        catch (TimeoutException)
        {
            trace.Add(WrpText.Note(time.GetUtcNow(), "No answer came in time"));
            return ProtocolOutcome.Failure(WebPaFaults.Timeout(trace[^1].At - trace[0].At));
        }
        finally
        {
            pending.Remove(transaction);
        }
    }

    [LoggerMessage(3203, LogLevel.Warning, "The next job of {Device} cannot be asked for now ({Reason}).")]
    private partial void LogNoWork(string device, string reason);

    [LoggerMessage(3204, LogLevel.Information, "{Device} left while job {Job} was under way.")]
    private partial void LogLeft(string device, Guid job);
}
