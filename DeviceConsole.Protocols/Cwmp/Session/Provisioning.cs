using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>
/// What a device's call has the product do by itself: it gives devices credentials of their own where their settings ask for it, at the first contact, after a reset to factory
/// settings and when the present ones are old, and reads what is behind a gateway when that changes. The work is a job of the device like any other.
/// </summary>
internal sealed class Provisioning(IDeviceProvisioning provisioning, XmppService xmpp, CwmpOptions options, TimeProvider time)
{
    // What a device refused today it refuses in an hour.
    private static readonly TimeSpan Pause = TimeSpan.FromDays(1), PauseAfterReset = TimeSpan.FromMinutes(1), PauseOfLists = TimeSpan.FromSeconds(5);

    /// <summary>The device has called and proved itself.</summary>
    public async Task CalledAsync(DeviceSession session, ProtocolTarget target, CallProof proof, Inform inform, string? root, CancellationToken cancellationToken)
    {
        var secrets = target.Secrets;
        if (proof.ShowsPresent && secrets.ContainsKey(OwnCredentials.Since) && !secrets.ContainsKey(OwnCredentials.Proved))
            await provisioning.ChangeAsync(session, new Dictionary<string, string?> { [OwnCredentials.Proved] = time.GetUtcNow().ToString("O") }, cancellationToken);
        var reset = inform.Events.Any(e => e.Code == "0");
        var password = target.Settings.IsOn(CwmpModuleDescriptor.Own) && (reset || secrets.ContainsKey(OwnCredentials.Next) || IsOld(secrets, OwnCredentials.Since));
        var byXmpp = target.Settings.IsOn(CwmpModuleDescriptor.UseXmpp) && xmpp.IsUsed && (root ?? target.Settings.Text(CwmpModuleDescriptor.Root)) is "Device." && (reset || IsOld(secrets, OwnCredentials.XmppSince));
        if (!password && !byXmpp) return;
        await provisioning.RequestAsync(session, CwmpOperations.Setup, new JsonObject { ["password"] = password, ["xmpp"] = byXmpp }, reset ? PauseAfterReset : Pause, cancellationToken);
    }

    /// <summary>The device counts what is behind it: its lists are read, in this session or the next.</summary>
    public async Task CountedAsync(DeviceSession session, InformFacts facts, CancellationToken cancellationToken)
    {
        if (facts.CountsNeighbours) await provisioning.RequestAsync(session, CwmpOperations.Neighbours, [], PauseOfLists, cancellationToken);
    }

    private bool IsOld(IReadOnlyDictionary<string, string> secrets, string since) =>
        !secrets.TryGetValue(since, out var text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var moment)
        || (options.CredentialLifetime > TimeSpan.Zero && time.GetUtcNow() - moment >= options.CredentialLifetime);
}
