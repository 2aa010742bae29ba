using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>What is written when a session is over.</summary>
/// <param name="Session">The session.</param>
/// <param name="OpenedAt">When it began: the partition of its row.</param>
/// <param name="Reason">How it ended, in a sentence.</param>
/// <param name="Failed">True where it ended otherwise than it should.</param>
/// <param name="Jobs">How many jobs it was given.</param>
/// <param name="Trace">Its own messages; empty for none.</param>
internal sealed record SessionEnding(DeviceSession Session, DateTimeOffset OpenedAt, string Reason, bool Failed, int Jobs, IReadOnlyList<TraceEntry> Trace)
{
    private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it is written.</summary>
    public Task Written => written.Task;

    public void Done() => written.TrySetResult();

    public void Fail(Exception exception) => written.TrySetException(exception);
}
