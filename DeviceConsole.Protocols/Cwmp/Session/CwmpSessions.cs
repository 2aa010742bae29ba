using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>The sessions of this node, by cookie and by device.</summary>
internal sealed class CwmpSessions
{
    private readonly ConcurrentDictionary<string, CwmpSession> byCookie = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(Guid Tenant, Guid Device), CwmpSession> byDevice = new();

    private int count;

    /// <summary>How many there are. Asked for with every Inform, so it is counted along: the dictionary would take all its locks for it.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>All of them, now.</summary>
    public IReadOnlyList<CwmpSession> All => [.. byCookie.Values];

    /// <summary>The session of a cookie, or null.</summary>
    public CwmpSession? Find(string? cookie) => cookie is not null && byCookie.TryGetValue(cookie, out var session) ? session : null;

    /// <summary>The session of a device, or null.</summary>
    public CwmpSession? Of(ProtocolTarget target) => byDevice.GetValueOrDefault((target.TenantId, target.DeviceId));

    /// <summary>Adds one.</summary>
    public void Add(CwmpSession session)
    {
        if (byCookie.TryAdd(session.Cookie, session)) Interlocked.Increment(ref count);
        if (session.Device is { } device) byDevice[(device.TenantId, device.DeviceId)] = session;
    }

    /// <summary>Takes one out.</summary>
    public void Remove(CwmpSession session)
    {
        if (byCookie.TryRemove(new KeyValuePair<string, CwmpSession>(session.Cookie, session))) Interlocked.Decrement(ref count);
        if (session.Device is { } device) byDevice.TryRemove(new KeyValuePair<(Guid, Guid), CwmpSession>((device.TenantId, device.DeviceId), session));
    }
}
