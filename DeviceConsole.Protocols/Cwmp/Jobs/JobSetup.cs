using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Xmpp;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>The stored credentials of one device, as a job that changes them sees them, and the XMPP server.</summary>
internal sealed class JobSetup(IDeviceProvisioning provisioning, IDeviceGateway gateway, DeviceSession session, XmppService xmpp, IBulkDesk bulk)
{
    /// <summary>The device.</summary>
    public Guid Device => session.DeviceId;

    /// <summary>The session, for what else asks for it.</summary>
    public DeviceSession Session => session;

    /// <summary>Profiles of bulk data.</summary>
    public IBulkDesk Bulk => bulk;

    /// <summary>The XMPP server.</summary>
    public XmppService Xmpp => xmpp;

    /// <summary>The credentials; null where they come from a template.</summary>
    public Task<IReadOnlyDictionary<string, string>?> ReadAsync() => provisioning.ReadAsync(session, CancellationToken.None);

    /// <summary>Merges changes into them; false where they are not the device's, or the session is over.</summary>
    public Task<bool> ChangeAsync(IReadOnlyDictionary<string, string?> changes) => provisioning.ChangeAsync(session, changes, CancellationToken.None);

    /// <summary>Merges changes into the endpoint's settings.</summary>
    public Task SaveSettingsAsync(JsonObject changes) => gateway.SaveSettingsAsync(session, changes, CancellationToken.None);
}
