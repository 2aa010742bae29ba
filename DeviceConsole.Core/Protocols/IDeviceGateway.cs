using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// The engine as a session-bound protocol sees it: a device called in, what now? One implementation lives in Core;
/// protocol modules call it from their listeners and know nothing of jobs, tables or tenants' rights.
/// </summary>
public interface IDeviceGateway
{
    /// <summary>
    /// Finds the device that calls. On a tenant's address it is looked up within that tenant; on a shared listener every device of that
    /// identity is a candidate, and the credential decides. <paramref name="verify"/> compares the credentials in the protocol's own way
    /// (Basic, Digest, token, certificate); it is called once a candidate, and once with nothing for an unknown identity, so that unknown and wrong
    /// take the same time and give the same answer. An unknown device that shows the tenant's enrolment credential is taken in, or waits for approval, as the tenant's policy says.
    /// Refusals are recorded for the operator.
    /// </summary>
    Task<CallVerdict> AuthenticateAsync(DeviceCall call, Func<CallCredentials, CredentialCheck> verify, CancellationToken cancellationToken);

    /// <summary>
    /// Records a call that failed before it came to credentials (malformed, wrong sub-protocol, unknown form of identity): one sentence for the listening panel.
    /// </summary>
    Task NoteRefusalAsync(DeviceCall call, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the device's session for this node, and keeps all that the call tells. The higher epoch wins: whoever held it before finds its calls refused. The gateway prolongs the
    /// session's lease until it is closed; <see cref="DeviceSession.Ended"/> says when somebody else took it over or the device's right to be here ended.
    /// </summary>
    Task<DeviceSession> OpenSessionAsync(ProtocolTarget target, DeviceCall call, CancellationToken cancellationToken);

    /// <summary>What is stored of the device below an object, of parameters whose paths end thus; at most 1,000. Nothing where nothing is kept.</summary>
    Task<IReadOnlyList<ParameterValue>> StoredAsync(ProtocolTarget target, string start, string end, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ParameterValue>>([]);

    /// <summary>The device's next job, now running, or null when there is none or the session was superseded.</summary>
    Task<SessionWork?> NextWorkAsync(DeviceSession session, CancellationToken cancellationToken);

    /// <summary>
    /// Returns when there may be work for the session, at the latest after some seconds: for sessions that stay open (WebSocket, MQTT).
    /// Ask <see cref="NextWorkAsync"/> then.
    /// </summary>
    Task WaitForWorkAsync(DeviceSession session, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the work, fenced: false where the attempt is no longer the live one (cancelled, timed out, rescued), and then nothing was written.
    /// </summary>
    Task<bool> CompleteAsync(DeviceSession session, SessionWork work, ProtocolOutcome outcome, CancellationToken cancellationToken);

    /// <summary>
    /// Puts work aside until the device reports its end by itself (TransferComplete, OperationComplete), perhaps in another session and on another node.
    /// The device's lane is free meanwhile. When nothing came until <paramref name="until"/>, the work is handed out again with its
    /// <see cref="SessionWork.Continuation"/> set: it is not sent again, the protocol decides what its silence means.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="work">The work.</param>
    /// <param name="parked">What it waits for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it was not put aside: the attempt is no longer the live one, it is cancelled, or the session is not the device's any more.</returns>
    Task<bool> ParkAsync(DeviceSession session, SessionWork work, ParkedWork parked, CancellationToken cancellationToken);

    /// <summary>The parked work that a report names, running again; null where there is none: acknowledge the report all the same.</summary>
    Task<SessionWork?> ResumeAsync(DeviceSession session, string continuation, CancellationToken cancellationToken);

    /// <summary>
    /// Has parked work wait on, for another report of the device (the download is over, now its start with the new software is awaited).
    /// False where the work ended meanwhile.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="work">What <see cref="ResumeAsync"/> gave.</param>
    /// <param name="continuation">What the other report will name.</param>
    /// <param name="reason">Why the job waits, in a sentence.</param>
    /// <param name="until">The latest moment.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> WaitOnAsync(DeviceSession session, SessionWork work, string continuation, string reason, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The device says that it calls because it was asked to: the way that was tried last works.</summary>
    Task NoteAnsweredAsync(DeviceSession session, CancellationToken cancellationToken);

    /// <summary>
    /// Stores values that the device reported by itself (Inform parameters, ValueChange, SYNC_NOTIFICATION). False where the session is not the device's any
    /// more: nothing was stored, and a report that can be told again must not be acknowledged.
    /// </summary>
    Task<bool> StoreValuesAsync(DeviceSession session, IReadOnlyList<ParameterValue> values, CancellationToken cancellationToken);

    /// <summary>Forgets everything below these object paths (each ends with a dot): the device said that it is gone. False as with <see cref="StoreValuesAsync"/>.</summary>
    Task<bool> ForgetValuesAsync(DeviceSession session, IReadOnlyList<string> objects, CancellationToken cancellationToken);

    /// <summary>Fills what the device says of itself into its record; null leaves a field as it is.</summary>
    Task DescribeAsync(DeviceSession session, DeviceFacts facts, CancellationToken cancellationToken);

    /// <summary>Merges what the protocol learnt (ConnectionRequestURL, reply topic) into the endpoint's settings; a null value removes a field.</summary>
    Task SaveSettingsAsync(DeviceSession session, JsonObject changes, CancellationToken cancellationToken);

    /// <summary>What is known of the device's model, by the ids of <see cref="ProtocolDescriptor.Quirks"/>; empty where nothing is, or the device did not name its model.</summary>
    Task<JsonObject> QuirksAsync(DeviceSession session, CancellationToken cancellationToken);

    /// <summary>Keeps what the protocol found out about the device's model, for the sessions to come.</summary>
    Task LearnAsync(DeviceSession session, JsonObject changes, CancellationToken cancellationToken);

    /// <summary>Records something that the device told (boot, transfer complete, a trap) in its event log. False as with <see cref="StoreValuesAsync"/>.</summary>
    Task<bool> RaiseEventAsync(DeviceSession session, string kind, string message, JsonObject? detail, CancellationToken cancellationToken);

    /// <summary>Records messages of the session that belong to no job (Inform, Boot!). Messages of a job go with its outcome: <see cref="ProtocolOutcome.Trace"/>.</summary>
    Task TraceAsync(DeviceSession session, IReadOnlyList<TraceEntry> entries, CancellationToken cancellationToken);

    /// <summary>Gives the session up. Work that was handed out and not completed returns to the queue without a burnt attempt.</summary>
    /// <param name="session">The session.</param>
    /// <param name="reason">How it ended, in a sentence.</param>
    /// <param name="failed">True where it ended otherwise than it should: it shows in the list of sessions.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CloseSessionAsync(DeviceSession session, string reason, bool failed, CancellationToken cancellationToken);

    /// <summary>The same, with the session's own messages that were not recorded yet: cheaper than recording them before.</summary>
    /// <param name="session">The session.</param>
    /// <param name="reason">How it ended, in a sentence.</param>
    /// <param name="failed">True where it ended otherwise than it should.</param>
    /// <param name="trace">Messages that belong to no job.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    async Task CloseSessionAsync(DeviceSession session, string reason, bool failed, IReadOnlyList<TraceEntry> trace, CancellationToken cancellationToken)
    {
        await TraceAsync(session, trace, cancellationToken);
        await CloseSessionAsync(session, reason, failed, cancellationToken);
    }
}

/// <summary>A device's session as held by one node. <paramref name="Epoch"/> grows with each take-over.</summary>
public sealed record DeviceSession(Guid Id, Guid TenantId, Guid DeviceId, string Protocol, Guid Node, long Epoch)
{
    /// <summary>Cancelled when the session is over for another reason than its own closing: superseded, or its tenant suspended, or its device deleted.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>False where no work waited for a report of the device as its session opened: there is nothing to resume, until this session puts some aside.</summary>
    public bool HasParked { get; init; } = true;

    /// <summary>True where the session began in this node's memory alone; its epoch is known to the gateway only.</summary>
    public bool IsQuiet { get; init; }
}

/// <summary>What work waits for that is put aside.</summary>
/// <param name="Continuation">What the device's report will name (a CommandKey); unique per job.</param>
/// <param name="Reason">Why the job waits, in a sentence for its <c>wait_reason</c>.</param>
/// <param name="Until">The latest moment.</param>
public sealed record ParkedWork(string Continuation, string Reason, DateTimeOffset Until)
{
    /// <summary>What was said with the device until then.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];
}

/// <summary>A job handed to a session. <paramref name="Attempt"/> fences its completion.</summary>
public sealed record SessionWork(Guid JobId, int Attempt, string Operation, JsonObject Arguments, DateTimeOffset Deadline)
{
    /// <summary>Set where the work was parked under this name and is handed out again: the device already has the request.</summary>
    public string? Continuation { get; init; }
}
