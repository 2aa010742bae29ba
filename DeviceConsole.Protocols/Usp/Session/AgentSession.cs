using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Wire;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>
/// The talk with one agent, whatever the transport: takes its records, acknowledges its notifications, gives it its jobs one after the other.
/// The transport calls <see cref="ReceiveAsync"/> for each record, one at a time, and <see cref="RunAsync"/> beside it.
/// </summary>
internal sealed partial class AgentSession
{
    /// <summary>TR-369 §"Record Encapsulation": the newest version this controller speaks.</summary>
    public const string NewestVersion = "1.4";

    // An agent of version 1.2 or newer begins with a connect record; an older one may say nothing until it is asked.
    private static readonly TimeSpan GreetingPatience = TimeSpan.FromSeconds(3);

    private readonly AgentServices services;
    private readonly IDeviceGateway gateway;
    private readonly ProtocolTarget target;
    private readonly DeviceCall call;
    private readonly DeviceSession session;
    private readonly IAgentLink link;
    private readonly TimeSpan patience;
    private readonly Reassembly reassembly;
    // Small from the start: an idle agent holds nothing in it, and there are tens of thousands of them.
    private readonly ConcurrentDictionary<string, TaskCompletionSource<AgentReply>> pending = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);
    private readonly TaskCompletionSource addressed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string prefix = Guid.NewGuid().ToString("N")[..8];
    private string controllerId;
    private string version = NewestVersion;
    private int lastId;

    public AgentSession(AgentServices services, ProtocolTarget target, DeviceCall call, DeviceSession session, IAgentLink link)
    {
        (this.services, gateway, this.target, this.call, this.session, this.link) = (services, services.Gateway, target, call, session, link);
        patience = TimeSpan.FromSeconds(target.Settings.Number("timeout") ?? 30);
        reassembly = new Reassembly(services.Options.MaximumRecord);
        inbox = new Inbox(OnInboxFailed);
        controllerId = services.Options.EndpointIdOf(call.TenantSlug);
    }

    /// <summary>The agent.</summary>
    public string AgentId => call.Identity;

    /// <summary>Its session with the engine.</summary>
    public DeviceSession Session => session;

    /// <summary>How many answers in a row did not come: a broker does not tell when an agent is gone.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Why the agent says it leaves, once it does.</summary>
    public string? Farewell { get; private set; }

    /// <summary>Works until <paramref name="cancellationToken"/>, which is the end of the connection or of the device's session. Never throws because of that.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over = ending;
        var talking = Task.CompletedTask;
        try
        {
            await addressed.Task.WaitAsync(GreetingPatience, services.Time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ending.Token.ThrowIfCancellationRequested();
            Task meeting = MeetAsync(ending.Token), working = WorkAsync(ending.Token);
            talking = Task.WhenAll(meeting, working);
            // One of them that fails ends the session; the other would go on without it.
            await (await Task.WhenAny(meeting, working).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The connection is gone, or the session belongs to somebody else.
        }
        finally
        {
            // What was told and answered before the end is written down before the session gives its jobs back: a device that reboots answers and leaves.
            await inbox.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ending.CancelAsync().ConfigureAwait(false);
            FailPending(spoilt ?? AgentReply.Gone);
            await talking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            workedOff.TrySetResult();
            await Task.WhenAll(jobs.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (defect is { } e) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e);
    }

    private readonly TaskCompletionSource spoiling = new(TaskCreationOptions.RunContinuationsAsynchronously), workedOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile AgentReply? spoilt;
    private CancellationTokenSource? over;
    private Exception? defect;

    // A notification that this product failed on: the session ends, and the agent tells it again in the next one.
    private void OnInboxFailed(Exception e)
    {
        defect = e;
        try
        {
            _ = over?.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
            return;
        }
    }

    /// <summary>Takes one record.</summary>
    /// <exception cref="UspDecodeException">It is none: close the connection, after <see cref="SpoilAsync"/>.</exception>
    public async Task ReceiveAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var record = UspRecord.Decode(bytes.Span);
        if (record.FromId != AgentId)
        {
            await DropAsync($"A record came from the endpoint ID {Short(record.FromId)} over the connection of {Short(AgentId)}, and was dropped.", cancellationToken).ConfigureAwait(false);
            return;
        }
        if (!services.Options.IsOurs(record.ToId, call.TenantSlug))
        {
            await DropAsync($"A record is for the controller {Short(record.ToId)}, and was dropped. This one is {services.Options.EndpointIdOf(call.TenantSlug)}: correct Device.LocalAgent.Controller. on the device.", cancellationToken).ConfigureAwait(false);
            return;
        }
        await AdoptAsync(record, cancellationToken).ConfigureAwait(false);
        await TakeAsync(record, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Fails whatever waits for an answer, and the job that is being fetched, because the agent sends garbage. All of them have ended when it returns:
    /// an agent that connects again as soon as it is sent away finds no job that still counts as asked.
    /// </summary>
    public async Task SpoilAsync(string detail)
    {
        spoilt = new AgentReply(null, UspFaults.Garbage(detail));
        FailPending(spoilt);
        spoiling.TrySetResult();
        // Before the agent has told who it talks to, nobody has asked it anything.
        if (addressed.Task.IsCompleted) await workedOff.Task.ConfigureAwait(false);
        await Task.WhenAll(jobs.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Interlocked.Increment(ref lastId)}");

    /// <summary>Sends a request and waits for its answer.</summary>
    private async Task<AgentReply> RequestAsync(UspBody body, TimeSpan wait, List<TraceEntry>? trace, CancellationToken cancellationToken, string? id = null)
    {
        id ??= NextId();
        var answer = new TaskCompletionSource<AgentReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        pending[id] = answer;
        try
        {
            // After the entry: whoever spoils the talk finds it there, or was quicker and is seen here.
            if (spoilt is { } garbage) return garbage;
            await SendAsync(new UspMessage(id, body), trace, cancellationToken).ConfigureAwait(false);
            await answer.Task.WaitAsync(wait, services.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!answer.Task.IsCompleted)
        {
            Unanswered++;
            trace?.Add(UspTrace.Note(services.Time.GetUtcNow(), "No answer", $"Nothing came within {wait.TotalSeconds:0.#} s."));
            return new AgentReply(null, UspFaults.Timeout(wait));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !answer.Task.IsCompleted)
        {
            return spoilt ?? AgentReply.Gone;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The answer is there: the connection's end or the clock was quicker to wake this up.
        }
        finally
        {
            pending.TryRemove(id, out _);
        }
        return Answered(await answer.Task.ConfigureAwait(false), trace);
    }

    private AgentReply Answered(AgentReply reply, List<TraceEntry>? trace)
    {
        Unanswered = 0;
        if (!reply.Raw.IsEmpty) trace?.Add(UspTrace.Message(services.Time.GetUtcNow(), TraceDirection.In, reply.Raw.Span));
        return reply;
    }

    private async Task SendAsync(UspMessage message, List<TraceEntry>? trace, CancellationToken cancellationToken)
    {
        var payload = message.Encode();
        trace?.Add(UspTrace.Message(services.Time.GetUtcNow(), TraceDirection.Out, payload));
        await SendPayloadAsync(payload, cancellationToken).ConfigureAwait(false);
    }

    private Task SendAsync(UspRecordBody body, CancellationToken cancellationToken) =>
        link.SendAsync(new UspRecord(version, AgentId, controllerId, body).Encode(), cancellationToken);

    // The first record tells by which of its names the agent knows this controller, and how old it is.
    private async Task AdoptAsync(UspRecord record, CancellationToken cancellationToken)
    {
        if (addressed.Task.IsCompleted) return;
        controllerId = record.ToId;
        if (record.Version is "1.0" or "1.1" or "1.2" or "1.3") version = record.Version;
        if (link.Greeting is { } greeting) await SendAsync(greeting, cancellationToken).ConfigureAwait(false);
        addressed.TrySetResult();
    }

    private async Task TakeAsync(UspRecord record, CancellationToken cancellationToken)
    {
        if (record.PayloadSecurity != 0)
        {
            await SendAsync(new Disconnect("Payloads are taken in plain text only.", 7102), cancellationToken).ConfigureAwait(false);
            return;
        }
        switch (record.Body)
        {
            case NoSessionContext whole:
                await TakeMessageAsync(whole.Payload, cancellationToken).ConfigureAwait(false);
                break;
            case SessionContext part:
                await TakePartAsync(part, cancellationToken).ConfigureAwait(false);
                break;
            case Disconnect disconnect:
                Farewell = disconnect.ReasonCode == 0 ? $"The agent left: {Short(disconnect.Reason)}" : string.Create(CultureInfo.InvariantCulture, $"The agent left: {disconnect.ReasonCode} {Short(disconnect.Reason)}");
                FailPending(new AgentReply(null, UspFaults.Disconnected(Short(disconnect.Reason), disconnect.ReasonCode)));
                break;
        }
    }

    private async Task TakeMessageAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var message = UspMessage.Decode(payload.Span);
        switch (message.Body)
        {
            case NotifyRequest notify:
                await TakeLaterAsync(() => NotifyAsync(message.Id, notify, payload), notify.Notification is ValueChange or ObjectCreation or ObjectDeletion, cancellationToken).ConfigureAwait(false);
                break;
            case RegisterRequest register:
                await TakeLaterAsync(() => RegisterAsync(message.Id, register, CancellationToken.None), tellsValues: false, cancellationToken).ConfigureAwait(false);
                break;
            case DeregisterRequest deregister:
                await TakeLaterAsync(() => DeregisterAsync(message.Id, deregister, CancellationToken.None), tellsValues: true, cancellationToken).ConfigureAwait(false);
                break;
            case UspError or GetResponse or SetResponse or AddResponse or DeleteResponse or OperateResponse or GetSupportedDmResponse or GetInstancesResponse or GetSupportedProtocolResponse:
                await AnswerInOrderAsync(message, payload, cancellationToken).ConfigureAwait(false);
                break;
            case NotifyResponse or RegisterResponse or DeregisterResponse:
                break;
            default:
                // R-MSG: whoever asks a controller for what only an agent has gets an error.
                await SendAsync(new UspMessage(message.Id, new UspError { Code = 7002, Message = "This is a controller." }), null, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    // An answer that nobody waits for completes nothing.
    private void Answer(UspMessage message, ReadOnlyMemory<byte> payload)
    {
        if (pending.TryRemove(message.Id, out var waiting)) waiting.TrySetResult(new AgentReply(message.Body, null) { Raw = payload });
    }

    private void FailPending(AgentReply reply)
    {
        foreach (var (id, waiting) in pending)
            if (pending.TryRemove(id, out _)) waiting.TrySetResult(reply);
    }

    private Task DropAsync(string reason, CancellationToken cancellationToken) => gateway.NoteRefusalAsync(call, reason, cancellationToken);

    private static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private static JsonObject Masked(IReadOnlyDictionary<string, string> values)
    {
        var node = new JsonObject();
        foreach (var (name, value) in values) node[name] = value;
        Wire.Text.UspRedaction.Apply(node);
        return node;
    }
}
