using System.Net;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>From a device's endpoint to the client's peer.</summary>
internal static class SnmpTargets
{
    private const double Backoff = 1.5;

    /// <summary>What keeps the device from being asked at all, or null.</summary>
    public static ProtocolFault? Missing(ProtocolTarget target)
    {
        if (target.Settings.Text("version") != "v3") return null;
        return SnmpUserFields.User(target.Settings, target.Secrets, out var missing) is null
            ? new ProtocolFault(FaultClass.Invalid, "snmp.credentials-missing", missing!)
            : null;
    }

    /// <summary>The peer; <see cref="Missing"/> has said null. A <paramref name="context"/> of null is the device's own.</summary>
    public static SnmpPeer Peer(ProtocolTarget target, IPAddress address, bool writes, ISnmpWatch? watch, string? context = null)
    {
        var settings = target.Settings;
        var endPoint = new IPEndPoint(address, (int)(settings.Number("port") ?? 161));
        var isTcp = settings.Text("transport") == "tcp";
        var retries = (int)(settings.Number("retries") ?? 2);
        var first = TimeSpan.FromMilliseconds(settings.Number("timeout") ?? 2_000);
        // TCP repeats by itself (RFC 3430 §2): one try that waits as long as all of them would.
        var timeout = isTcp ? first * Enumerable.Range(0, retries + 1).Sum(n => Math.Pow(Backoff, n)) : first;
        var transport = isTcp ? SnmpTransport.Tcp : SnmpTransport.Udp;
        if (isTcp) retries = 0;
        var repetitions = (int?)settings.Number("maxRepetitions");
        var pace = (int)(settings.Number("packetsPerSecond") ?? 0);
        if (settings.Text("version") != "v3")
        {
            var version = settings.Text("version") == "v1" ? SnmpVersion.V1 : SnmpVersion.V2c;
            return new SnmpPeer(target.TenantId, endPoint, version, Community(target, writes, context)) { Timeout = timeout, Retries = retries, MaxRepetitions = repetitions, PacketsPerSecond = pace, Transport = transport, Watch = watch };
        }

        SnmpUserFields.TryReadEngineId(settings.Text("contextEngineId"), out var contextEngine);
        SnmpUserFields.TryReadEngineId(settings.Text("engineId"), out var engine);
        return new SnmpPeer(target.TenantId, endPoint, SnmpUserFields.User(settings, target.Secrets, out _)!)
        {
            Timeout = timeout, Retries = retries, MaxRepetitions = repetitions, PacketsPerSecond = pace, Transport = transport, Watch = watch,
            ContextName = Encoding.UTF8.GetBytes(context ?? settings.Text("contextName") ?? ""),
            ContextEngineId = contextEngine,
            EngineId = engine,
        };
    }

    private static byte[] Community(ProtocolTarget target, bool writes, string? context)
    {
        var write = writes ? target.Secrets.GetValueOrDefault("writeCommunity") : null;
        var community = string.IsNullOrEmpty(write) ? target.Secrets.GetValueOrDefault("readCommunity") ?? "" : write;
        return Encoding.UTF8.GetBytes(SnmpContext.Community(community, target.Settings, context));
    }
}
