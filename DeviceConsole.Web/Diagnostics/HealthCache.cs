using DeviceConsole.Core.Diagnostics;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>The report of the last second: however many ask, the database is asked once.</summary>
public sealed class HealthCache(HealthProbe probe, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim turn = new(1, 1);
    private HealthReport? last;
    private long checkedAt;

    /// <summary>How the process is.</summary>
    public async Task<HealthReport> GetAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (last is not null && time.GetElapsedTime(checkedAt) < Lifetime) return last;
            last = await probe.CheckAsync(cancellationToken);
            checkedAt = time.GetTimestamp();
            return last;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();
}
