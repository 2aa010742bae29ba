using System.Collections.Concurrent;

namespace DeviceConsole.Core.Tenancy;

/// <summary>
/// Remembers answers for a short while, the answer "there is none" too, so that revoked rights end in time and unknown
/// keys cost no query each. Keys of tenant data hold the tenant.
/// </summary>
/// <param name="lifetime">How long an answer may be used.</param>
/// <param name="capacity">How many answers are kept; beyond it all are dropped.</param>
/// <param name="time">The clock.</param>
public sealed class TimedCache<TKey, TValue>(TimeSpan lifetime, int capacity, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> entries = new();
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue?>>> loading = new();
    private long generation;

    /// <summary>The remembered answer, or a fresh one. Who asks while it is being fetched waits for the same answer.</summary>
    public async ValueTask<TValue?> GetAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> load, CancellationToken cancellationToken)
    {
        if (entries.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.Since) < lifetime) return entry.Value;
        var fetch = loading.GetOrAdd(key, k =>
        {
            Lazy<Task<TValue?>>? own = null;
            return own = new Lazy<Task<TValue?>>(() => LoadAsync(k, load, () => loading.TryRemove(new KeyValuePair<TKey, Lazy<Task<TValue?>>>(k, own!))));
        });
        return await fetch.Value.WaitAsync(cancellationToken);
    }

    // For all who wait: one of them who gives up does not end it.
    private async Task<TValue?> LoadAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> load, Action done)
    {
        try
        {
            // An answer counts from before it was asked for, and not at all when something was forgotten meanwhile.
            var (since, before) = (time.GetTimestamp(), Interlocked.Read(ref generation));
            var value = await load(key, CancellationToken.None);
            if (entries.Count >= capacity) entries.Clear();
            if (Interlocked.Read(ref generation) == before) entries[key] = new Entry(value, since);
            return value;
        }
        finally
        {
            done();
        }
    }

    /// <summary>Drops one answer: the thing has changed.</summary>
    public void Forget(TKey key)
    {
        Interlocked.Increment(ref generation);
        // Whoever asks from now on does not get what was asked before.
        loading.TryRemove(key, out _);
        entries.TryRemove(key, out _);
    }

    private readonly record struct Entry(TValue? Value, long Since);
}
