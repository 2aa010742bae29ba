using System.Collections.Concurrent;
using System.Net;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>The devices that the client knows, by tenant and endpoint; forgets the idle ones that were unused longest.</summary>
internal sealed class HostTable(SnmpClientOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<(Guid Scope, IPEndPoint EndPoint), HostState> hosts = new();
    private readonly Lock trimming = new();

    /// <summary>The device's state, made on its first use.</summary>
    public HostState Get(SnmpPeer peer)
    {
        var key = (peer.Scope, peer.EndPoint);
        if (!hosts.TryGetValue(key, out var host))
        {
            Trim();
            host = hosts.GetOrAdd(key, static (_, o) => new HostState(o), options);
        }

        host.LastUsed = time.GetTimestamp();
        return host;
    }

    private void Trim()
    {
        if (hosts.Count < options.RememberedHosts) return;
        lock (trimming)
        {
            if (hosts.Count < options.RememberedHosts) return;
            foreach (var (key, _) in hosts.Where(h => h.Value.IsIdle).OrderBy(h => h.Value.LastUsed).Take(Math.Max(1, options.RememberedHosts / 10)).ToList())
                hosts.TryRemove(key, out _);
        }
    }
}
