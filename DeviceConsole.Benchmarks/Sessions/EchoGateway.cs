using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>
/// The engine replaced by one without a database: everybody is let in, and while it works each session gets the same request again as
/// soon as it was answered. What is left is the protocol: socket, frames, codec, session.
/// </summary>
internal sealed class EchoGateway(string operation, JsonObject arguments) : IDeviceGateway
{
    private static readonly Guid Tenant = Guid.CreateVersion7(), Node = Guid.CreateVersion7();
    private readonly ConcurrentDictionary<Guid, bool> sessions = new();
    private readonly ConcurrentQueue<string> faults = new();
    private TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long completed;
    private volatile bool works;

    /// <summary>Sessions that are open.</summary>
    public int Open => sessions.Count;

    /// <summary>Requests that were answered with values.</summary>
    public long Completed => Interlocked.Read(ref completed);

    /// <summary>The first answer that was a fault, or null.</summary>
    public string? Fault => faults.TryPeek(out var fault) ? fault : null;

    /// <summary>Gives work to everybody from now on.</summary>
    public void Begin()
    {
        works = true;
        begun.TrySetResult();
    }

    /// <summary>Gives none any more.</summary>
    public void End()
    {
        begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        works = false;
    }

    public Task<CallVerdict> AuthenticateAsync(DeviceCall call, Func<CallCredentials, CredentialCheck> verify, CancellationToken cancellationToken) =>
        Task.FromResult(new CallVerdict(CallOutcome.Accepted, new ProtocolTarget(Tenant, new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(call.Identity)).AsSpan(0, 16)), [], new Dictionary<string, string>(), NetworkPolicy.PublicOnly)));

    public Task NoteRefusalAsync(DeviceCall call, string reason, CancellationToken cancellationToken) => throw new InvalidOperationException(reason);

    public Task<DeviceSession> OpenSessionAsync(ProtocolTarget target, DeviceCall call, CancellationToken cancellationToken)
    {
        var session = new DeviceSession(Guid.CreateVersion7(), target.TenantId, target.DeviceId, call.Protocol, Node, 1);
        sessions[session.Id] = true;
        return Task.FromResult(session);
    }

    public Task<SessionWork?> NextWorkAsync(DeviceSession session, CancellationToken cancellationToken) => Task.FromResult(
        works && sessions.TryUpdate(session.Id, false, true) ? new SessionWork(Guid.CreateVersion7(), 1, operation, arguments, DateTimeOffset.UtcNow.AddMinutes(1)) : null);

    public Task WaitForWorkAsync(DeviceSession session, CancellationToken cancellationToken) =>
        works ? Task.Delay(Timeout.Infinite, cancellationToken) : begun.Task.WaitAsync(cancellationToken);

    public Task<bool> CompleteAsync(DeviceSession session, SessionWork work, ProtocolOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Fault is { } fault) faults.Enqueue(fault.Message);
        else if (outcome.Values.Count > 0) Interlocked.Increment(ref completed);
        sessions[session.Id] = true;
        return Task.FromResult(true);
    }

    public Task<bool> ParkAsync(DeviceSession session, SessionWork work, ParkedWork parked, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task NoteAnsweredAsync(DeviceSession session, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> WaitOnAsync(DeviceSession session, SessionWork work, string continuation, string reason, DateTimeOffset until, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<SessionWork?> ResumeAsync(DeviceSession session, string continuation, CancellationToken cancellationToken) => Task.FromResult<SessionWork?>(null);

    public Task<bool> StoreValuesAsync(DeviceSession session, IReadOnlyList<ParameterValue> values, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> ForgetValuesAsync(DeviceSession session, IReadOnlyList<string> objects, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<JsonObject> QuirksAsync(DeviceSession session, CancellationToken cancellationToken) => Task.FromResult(new JsonObject());

    public Task LearnAsync(DeviceSession session, JsonObject changes, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DescribeAsync(DeviceSession session, DeviceFacts facts, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SaveSettingsAsync(DeviceSession session, JsonObject changes, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> RaiseEventAsync(DeviceSession session, string kind, string message, JsonObject? detail, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task TraceAsync(DeviceSession session, IReadOnlyList<TraceEntry> entries, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task CloseSessionAsync(DeviceSession session, string reason, bool failed, CancellationToken cancellationToken)
    {
        sessions.TryRemove(session.Id, out _);
        return Task.CompletedTask;
    }
}
