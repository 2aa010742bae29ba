using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>Accounts of devices at the XMPP server, by service administration (XEP-0133).</summary>
internal static class XmppAccounts
{
    /// <summary>A device's own: its id tells it.</summary>
    public static Jid Of(Guid device, string domain, string resource = "") => new("cpe-" + device.ToString("n"), domain, resource);

    /// <summary>Deletes one (§4.2). Null where it is gone, whether it was there or not.</summary>
    public static async Task<AccountProblem?> DeleteAsync(XmppConnection connected, Jid account, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(patience);
        try
        {
            var deleted = await CommandAsync(connected, AdHocCommand.DeleteUser, [("accountjids", account.Bare)], waiting.Token).ConfigureAwait(false);
            return AdHocCommand.IsDone(deleted) ? null : new AccountProblem(deleted["type"] == "error", AdHocCommand.Words(deleted));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AccountProblem(false, "The XMPP server did not answer.");
        }
        catch (IOException)
        {
            return new AccountProblem(false, "The connection to the XMPP server broke meanwhile.");
        }
    }

    /// <summary>Begins an ad-hoc command and sends the form that it asks for; the last answer.</summary>
    public static async Task<XmppElement> CommandAsync(XmppConnection connected, string node, (string, string)[] fields, CancellationToken cancellationToken)
    {
        var begun = await connected.SetAsync(connected.Jid.Domain, AdHocCommand.Execute(node), cancellationToken).ConfigureAwait(false);
        return AdHocCommand.Session(begun) is not { } session ? begun : await connected.SetAsync(connected.Jid.Domain, AdHocCommand.Complete(node, session, fields), cancellationToken).ConfigureAwait(false);
    }
}
