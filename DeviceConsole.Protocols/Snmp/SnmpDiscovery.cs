using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>
/// Asks one address who it is: with each of the credentials in order, and where none fits by the discovery of its SNMPv3 engine (RFC 3414 §4), which any
/// SNMPv3 agent answers. Everything is sent once at a time, at the probe's pace.
/// </summary>
internal sealed class SnmpDiscovery(SnmpClient client, DiscoveryProbe probe, IPAddress address)
{
    private const string Name = "1.3.6.1.2.1.1.5.0", EngineId = "1.3.6.1.6.3.10.2.1.1.0";

    // A user that no device has: the answer to it is a Report, of whoever speaks SNMPv3.
    private static readonly UsmUser Nobody = new("deviceconsole-discovery");

    private static readonly ObjectIdentifier[] Names = [.. new[] { "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", Name, EngineId }.Select(n => ObjectIdentifier.Parse(n))];

    private SnmpReport? refusal;

    /// <summary>The finding; null where nobody answers.</summary>
    public async Task<DiscoveryFinding?> RunAsync(CancellationToken cancellationToken)
    {
        if (!probe.Policy.Allows(address)) return null;
        foreach (var credentials in probe.Credentials)
        {
            var target = Target(credentials);
            if (SnmpTargets.Missing(target) is not null) continue;
            var peer = SnmpTargets.Peer(target, address, writes: false, watch: null);
            var reply = await AskAsync(peer, cancellationToken).ConfigureAwait(false);
            if (reply.Status == SnmpReplyStatus.Answered && reply.ErrorStatus is not (SnmpErrorStatus.AuthorizationError or SnmpErrorStatus.NoAccess)) return Found(credentials.TemplateId, reply);
            // The network says that nothing listens there: no other credentials change that.
            if (reply.Status == SnmpReplyStatus.Unreachable) return null;
            if (reply.Status == SnmpReplyStatus.Report) refusal = reply.Report is SnmpReport.UnknownUserName && refusal is not null ? refusal : reply.Report;
        }

        return await EngineAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<DiscoveryFinding?> EngineAsync(CancellationToken cancellationToken)
    {
        var peer = new SnmpPeer(probe.TenantId, new IPEndPoint(address, probe.Port), Nobody) { Timeout = probe.Timeout, Retries = 0 };
        if (refusal is null && (await AskAsync(peer, cancellationToken).ConfigureAwait(false)).Status != SnmpReplyStatus.Report) return null;
        return new DiscoveryFinding(address)
        {
            Identity = client.Hosts.Get(peer).Engine is { } engine ? SnmpText.Render(SnmpValue.OctetString(engine.Id)) : null,
            IdentityPath = EngineId,
            NamePath = Name,
            Note = refusal switch
            {
                SnmpReport.WrongDigest => "It answers SNMPv3 and knows the user of a template, but not its authentication protocol or password.",
                SnmpReport.DecryptionError => "It answers SNMPv3 and knows the user of a template, but not its privacy protocol or password.",
                SnmpReport.UnsupportedSecurityLevel => "It answers SNMPv3 and knows the user of a template, but not with this security level.",
                _ => "It answers SNMPv3, but no template fits.",
            },
        };
    }

    // One question a time, and again only where nothing came: so that the pace is kept.
    private async Task<SnmpReply> AskAsync(SnmpPeer peer, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            await probe.Turn(cancellationToken).ConfigureAwait(false);
            // The first question to an SNMPv3 engine is preceded by its discovery.
            if (peer.User is not null && client.Hosts.Get(peer).Engine is null) await probe.Turn(cancellationToken).ConfigureAwait(false);
            var reply = await client.GetAsync(peer, Names, cancellationToken).ConfigureAwait(false);
            if (reply.Status != SnmpReplyStatus.TimedOut || attempt >= probe.Retries) return reply;
        }
    }

    private ProtocolTarget Target(DiscoveryCredentials credentials)
    {
        var settings = (JsonObject)credentials.Settings.DeepClone();
        settings["host"] = address.ToString();
        settings["port"] = probe.Port;
        settings["timeout"] = (long)probe.Timeout.TotalMilliseconds;
        settings["retries"] = 0;
        return new ProtocolTarget(probe.TenantId, Guid.Empty, settings, credentials.Secrets, probe.Policy);
    }

    private DiscoveryFinding Found(Guid template, SnmpReply reply)
    {
        var values = new Dictionary<string, SnmpValue>(StringComparer.Ordinal);
        foreach (ref readonly var varBind in reply.VarBinds.Span) values[varBind.Name.ToString()] = varBind.Value;
        var kind = values.GetValueOrDefault(Names[1].ToString());
        return new DiscoveryFinding(address)
        {
            TemplateId = template,
            Description = Text(Names[0].ToString()),
            Kind = kind.Type == SnmpType.ObjectIdentifier ? kind.ToIdentifier().ToString() : "",
            Vendor = kind.Type == SnmpType.ObjectIdentifier ? EnterpriseNumbers.VendorOf(kind.ToIdentifier()) : "",
            Name = Text(Name),
            Identity = Text(EngineId) is { Length: > 0 } engine ? engine : null,
            IdentityPath = EngineId,
            NamePath = Name,
            Note = reply.IsSuccess ? null : "It answers to these credentials, but does not show its system group.",
        };

        string Text(string name) => values.GetValueOrDefault(name) is { Type: SnmpType.OctetString } value ? SnmpText.Render(value) : "";
    }
}
