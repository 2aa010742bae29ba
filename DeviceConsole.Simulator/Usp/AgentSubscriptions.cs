using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>Who wants to be told what: the rows of Device.LocalAgent.Subscription.</summary>
internal sealed class AgentSubscriptions(HomeGateway gateway, PathResolver resolver, AgentReads reads)
{
    private const string Table = "Device.LocalAgent.Subscription.";

    /// <summary>Notifications for a change of a value or a row.</summary>
    public IEnumerable<NotifyRequest> For(GatewayChange change)
    {
        if (change.Path.StartsWith(Table, StringComparison.Ordinal)) return [];
        var (type, notification) = Notification(change);
        return notification is null ? [] : For(type, change.Path, notification);
    }

    /// <summary>Notifications for an event or the end of a command, at that object and of that name.</summary>
    public IEnumerable<NotifyRequest> For(string type, string path, Notification notification) =>
        from row in resolver.Instances(Table)
        where Text(row, "Enable") == "true" && Text(row, "NotifType") == type && Text(row, "ReferenceList").Split(',', StringSplitOptions.TrimEntries).Any(r => Covers(r, path))
        select new NotifyRequest(notification) { SubscriptionId = Text(row, "ID"), SendResponse = Text(row, "NotifRetry") == "true" };

    private (string Type, Notification? Notification) Notification(GatewayChange change) => change switch
    {
        { Old: null } => ("ObjectCreation", new ObjectCreation { Path = change.Path, UniqueKeys = reads.UniqueKeys(change.Path) }),
        { New: null } => ("ObjectDeletion", new ObjectDeletion { Path = change.Path }),
        _ when change.Path.EndsWith('.') => ("", null),
        _ => ("ValueChange", new ValueChange { Path = change.Path, Value = change.New }),
    };

    private string Text(string row, string name) => gateway.Find(row + name)?.Value ?? "";

    // A search expression is taken as every instance: the simulated agent tells rather too much than too little.
    private static bool Covers(string reference, string path)
    {
        var (wanted, given) = (PathSegments.Split(reference), PathSegments.Split(path));
        if (wanted.Count > given.Count || !reference.EndsWith('.') && wanted.Count != given.Count) return false;
        for (var i = 0; i < wanted.Count; i++)
            if (wanted[i] != given[i] && !(wanted[i] is "*" or ['[', ..] && PathSegments.IsInstance(given[i]))) return false;
        return wanted.Count > 0;
    }
}
