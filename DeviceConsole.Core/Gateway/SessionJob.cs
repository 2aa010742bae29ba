using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>A job handed to a session of this node; whoever takes it out of the gateway's table ends it.</summary>
internal sealed class SessionJob(ClaimedJob job, DeviceSession session, DateTimeOffset deadline, string? continuation) : IDisposable
{
    public ClaimedJob Job { get; } = job;

    public DeviceSession Session { get; } = session;

    public ITimer? Timer { get; set; }

    public SessionWork Work(JsonObject arguments) => new(Job.Id, Job.Attempt, Job.Operation, arguments, deadline) { Continuation = continuation };

    public void Dispose() => Timer?.Dispose();
}
