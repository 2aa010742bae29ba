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
    private long generation;

    /// <summary>The remembered answer, or a fresh one.</summary>
    public async ValueTask<TValue?> GetAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> load, CancellationToken cancellationToken)
    {
        if (entries.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.Since) < lifetime) return entry.Value;
        // An answer counts from before it was asked for, and not at all when something was forgotten meanwhile.
        var (since, before) = (time.GetTimestamp(), Interlocked.Read(ref generation));
        var value = await load(key, cancellationToken);
        if (entries.Count >= capacity) entries.Clear();
        if (Interlocked.Read(ref generation) == before) entries[key] = new Entry(value, since);
        return value;
    }

    /// <summary>Drops one answer: the thing has changed.</summary>
    public void Forget(TKey key)
    {
        Interlocked.Increment(ref generation);
        entries.TryRemove(key, out _);
    }

    private readonly record struct Entry(TValue? Value, long Since);
}
