using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// The sessions of this node by number, and by tenant and device: when all devices reconnect at once, nothing that happens for one of
/// them may look at all of them.
/// </summary>
internal sealed class SessionIndex
{
    private readonly ConcurrentDictionary<Guid, OpenSession> byId = new();
    private readonly ConcurrentDictionary<Guid, OfTenant> byTenant = new();

    /// <summary>How many there are.</summary>
    public int Count => byId.Count;

    /// <summary>All of them, at this moment.</summary>
    public IEnumerable<OpenSession> All => byId.Select(s => s.Value);

    /// <summary>Adds one; gives the older ones of the same device by the same protocol.</summary>
    public IReadOnlyList<OpenSession> Add(OpenSession session)
    {
        byId[session.Session.Id] = session;
        return byTenant.GetOrAdd(session.Session.TenantId, _ => new OfTenant()).Add(session);
    }

    /// <summary>The one of that number, or null.</summary>
    public OpenSession? Find(Guid id) => byId.GetValueOrDefault(id);

    /// <summary>Takes one out; null where it is not here.</summary>
    public OpenSession? Remove(DeviceSession session)
    {
        if (!byId.TryRemove(session.Id, out var open)) return null;
        // A tenant that once had a session keeps its place: there are few, and they come again.
        if (byTenant.TryGetValue(session.TenantId, out var tenant)) tenant.Remove(open);
        return open;
    }

    /// <summary>The session waits for work from now on.</summary>
    public void Waits(OpenSession session)
    {
        if (byTenant.TryGetValue(session.Session.TenantId, out var tenant)) tenant.Waits(session);
    }

    /// <summary>True where a session of the tenant waits for work.</summary>
    public bool AnyWaits(Guid tenant) => byTenant.TryGetValue(tenant, out var sessions) && sessions.Waiting > 0;

    /// <summary>True where there is a session of the device.</summary>
    public bool Has(Guid tenant, Guid device) => byTenant.TryGetValue(tenant, out var sessions) && sessions.Has(device);

    /// <summary>The sessions of these devices.</summary>
    public IReadOnlyList<OpenSession> Of(Guid tenant, IEnumerable<Guid> devices) => byTenant.TryGetValue(tenant, out var sessions) ? sessions.Of(devices) : [];

    /// <summary>All of a tenant.</summary>
    public IReadOnlyList<OpenSession> Of(Guid tenant) => byTenant.TryGetValue(tenant, out var sessions) ? sessions.All() : [];

    private sealed class OfTenant
    {
        private readonly Lock gate = new();
        private readonly Dictionary<Guid, List<OpenSession>> byDevice = [];
        private int waiting;

        public int Waiting => Volatile.Read(ref waiting);

        public List<OpenSession> Add(OpenSession session)
        {
            lock (gate)
            {
                if (!byDevice.TryGetValue(session.Session.DeviceId, out var sessions)) byDevice[session.Session.DeviceId] = sessions = new List<OpenSession>(1);
                var older = sessions.FindAll(s => s.Session.Protocol == session.Session.Protocol);
                sessions.Add(session);
                return older;
            }
        }

        public void Remove(OpenSession session)
        {
            lock (gate)
            {
                if (!byDevice.TryGetValue(session.Session.DeviceId, out var sessions) || !sessions.Remove(session)) return;
                if (sessions.Count == 0) byDevice.Remove(session.Session.DeviceId);
                if (session.Waits) waiting--;
            }
        }

        public void Waits(OpenSession session)
        {
            lock (gate)
            {
                if (session.Waits || !byDevice.TryGetValue(session.Session.DeviceId, out var sessions) || !sessions.Contains(session)) return;
                session.Waits = true;
                waiting++;
            }
        }

        public bool Has(Guid device)
        {
            lock (gate) return byDevice.ContainsKey(device);
        }

        public List<OpenSession> Of(IEnumerable<Guid> devices)
        {
            lock (gate) return [.. devices.Where(byDevice.ContainsKey).SelectMany(d => byDevice[d])];
        }

        public List<OpenSession> All()
        {
            lock (gate) return [.. byDevice.Values.SelectMany(s => s)];
        }
    }
}
