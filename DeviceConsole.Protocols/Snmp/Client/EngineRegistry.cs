using System.Collections.Concurrent;
using System.Net;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>Which host an engine ID was seen at, within a tenant: the same one at two hosts is a device that was cloned.</summary>
internal sealed class EngineRegistry(int limit)
{
    private readonly ConcurrentDictionary<(Guid Scope, string Engine), IPAddress> seen = new();

    /// <summary>Remembers; another host that has the same engine ID, or null.</summary>
    public IPAddress? Note(Guid scope, byte[] engineId, IPEndPoint endPoint)
    {
        if (seen.Count >= limit) seen.Clear();
        var key = (scope, Convert.ToHexString(engineId));
        var first = seen.GetOrAdd(key, endPoint.Address);
        if (first.Equals(endPoint.Address)) return null;
        seen[key] = endPoint.Address;
        return first;
    }
}
