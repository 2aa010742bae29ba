using Npgsql;

namespace DeviceConsole.Core.Mibs;

/// <summary>Runs the batches of an upload in their order: while one is stored the next one is compiled.</summary>
internal sealed class UploadPipeline(UploadBatch step)
{
    private static readonly TimeSpan LongestBatch = TimeSpan.FromSeconds(60);

    /// <summary>Runs all of them. Gives who asked for the upload's end, or null.</summary>
    public async Task<string?> RunAsync(IReadOnlyList<IReadOnlyList<PlannedFile>> batches, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<PreparedBatch?>? ahead = null;
        try
        {
            for (var i = 0; i < batches.Count; i++)
            {
                var prepared = await (ahead ?? PrepareAsync(batches[i], ended.Token));
                // Behind one that could not be compiled nothing is compiled before it is settled.
                ahead = prepared is not null && i + 1 < batches.Count ? PrepareAsync(batches[i + 1], ended.Token) : null;
                var (isStored, by) = prepared is null ? (false, null) : await StoreAsync(prepared, cancellationToken);
                if (by is not null) return by;
                if (isStored) continue;
                if (ahead is not null) await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ahead = null;
                if (await OneAsync(batches[i], cancellationToken) is { } stop) return stop;
            }
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            if (ahead is not null) await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Null where it takes too long.
    private async Task<PreparedBatch?> PrepareAsync(IReadOnlyList<PlannedFile> files, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        try
        {
            return await step.PrepareAsync(files, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<(bool IsStored, string? StoppedBy)> StoreAsync(PreparedBatch batch, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        try
        {
            return await step.StoreAsync(batch, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, null);
        }
        catch (PostgresException e) when (IsOfItsContent(e))
        {
            return (false, null);
        }
    }

    // What takes too long, or cannot be stored, is parted until the one file is found that is the cause: it is left out, the others are not.
    private async Task<string?> OneAsync(IReadOnlyList<PlannedFile> files, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        string why;
        try
        {
            return await step.RunAsync(files, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            why = $"Compiling it took longer than {LongestBatch.TotalSeconds:0} seconds and was stopped.";
        }
        catch (PostgresException e) when (IsOfItsContent(e))
        {
            why = $"It cannot be stored: {e.MessageText}.";
        }
        step.Forget();
        if (files.Count == 1)
        {
            await step.LeaveOutAsync(files, why, cancellationToken);
            return null;
        }
        foreach (var half in files.Chunk((files.Count + 1) / 2))
            if (await OneAsync(half, cancellationToken) is { } by) return by;
        return null;
    }

    private static CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestBatch);
        return limit;
    }

    private static bool IsOfItsContent(PostgresException e) => e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal);
}
