namespace DeviceConsole.Core.Jobs;

/// <summary>One life of a worker: an id that fences, and a token that ends when the lease does.</summary>
internal sealed class WorkerLease : IDisposable
{
    private readonly CancellationTokenSource ending = new();

    public WorkerLease() => Lost = ending.Token;

    /// <summary>Stands in <c>jobs.worker</c> and <c>workers.id</c>.</summary>
    public Guid Id { get; } = Guid.CreateVersion7();

    /// <summary>Cancelled when the lease is lost: whatever runs under it is no longer this node's.</summary>
    public CancellationToken Lost { get; }

    public void Lose() => ending.Cancel();

    public void Dispose() => ending.Dispose();
}
