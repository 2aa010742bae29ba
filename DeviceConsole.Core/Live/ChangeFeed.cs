using System.Collections.Concurrent;

namespace DeviceConsole.Core.Live;

/// <summary>
/// Tells components of this node that something of a tenant changed which is no job, after its commit: read it again.
/// Topics: <c>parameters</c> and <c>events</c> (keys are device ids), <c>calls</c> (attempts and pending devices), <c>sessions</c> (keys are device ids),
/// and those of other features. When notifications may have been lost, every subscriber is told.
/// </summary>
public sealed class ChangeFeed
{
    private readonly ConcurrentDictionary<Subscription, byte> subscriptions = new();

    /// <summary>One for the process.</summary>
    internal ChangeFeed(JobListener listener)
    {
        listener.ChangeNoticed += OnNoticed;
        listener.Missed += () => Raise(_ => true, null);
    }

    /// <summary>
    /// Calls <paramref name="changed"/> after each change of the topic in the tenant, with the keys that changed, or null where everything may have.
    /// The handler returns at once. Dispose what this returns.
    /// </summary>
    public IDisposable Subscribe(Guid tenant, string topic, Action<IReadOnlyList<string>?> changed)
    {
        var subscription = new Subscription(this, tenant, topic, changed);
        subscriptions[subscription] = 0;
        return subscription;
    }

    // Payload: topic:tenant:key,key
    private void OnNoticed(string payload)
    {
        var parts = payload.Split(':', 3);
        if (parts.Length < 3 || !Guid.TryParseExact(parts[1], "N", out var tenant)) return;
        Raise(s => s.Tenant == tenant && s.Topic == parts[0], parts[2] == "*" ? null : parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    private void Raise(Func<Subscription, bool> which, IReadOnlyList<string>? keys)
    {
        foreach (var (subscription, _) in subscriptions)
            if (which(subscription)) subscription.Changed(keys);
    }

    private sealed record Subscription(ChangeFeed Feed, Guid Tenant, string Topic, Action<IReadOnlyList<string>?> Changed) : IDisposable
    {
        public void Dispose() => Feed.subscriptions.TryRemove(this, out _);
    }
}
