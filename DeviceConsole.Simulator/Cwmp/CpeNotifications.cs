using System.Collections.Concurrent;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>Which parameters the ACS wants to hear of, and what changed since the last Inform (TR-069 A.3.2.4).</summary>
public sealed class CpeNotifications
{
    private readonly ConcurrentDictionary<string, SetParameterAttributesStruct> attributes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> changed = new(StringComparer.Ordinal);

    /// <summary>Takes over the attributes of parameters or objects.</summary>
    public void Set(IEnumerable<SetParameterAttributesStruct> changes)
    {
        foreach (var change in changes)
        {
            attributes.AddOrUpdate(change.Name, change, (_, old) =>
                new SetParameterAttributesStruct(change.Name, change.Notification ?? old.Notification, change.AccessList ?? old.AccessList));
        }
    }

    /// <summary>One parameter's attributes.</summary>
    public ParameterAttributeStruct Of(string path)
    {
        var known = Find(path);
        return new ParameterAttributeStruct(path, known?.Notification ?? 0, known?.AccessList ?? ["Subscriber"]);
    }

    /// <summary>A value changed by itself; true where the ACS is to be told at once.</summary>
    public bool Note(GatewayChange change)
    {
        if (change.Path.EndsWith('.') || Find(change.Path)?.Notification is not (> 0 and var notification)) return false;
        changed[change.Path] = true;
        return notification is 2 or 4 or 6;
    }

    /// <summary>What changed; it counts as told then.</summary>
    public IReadOnlyList<string> Take()
    {
        var paths = changed.Keys.ToList();
        foreach (var path in paths) changed.TryRemove(path, out _);
        return paths;
    }

    /// <summary>Forgets everything: a factory reset.</summary>
    public void Clear()
    {
        attributes.Clear();
        changed.Clear();
    }

    // The longest object above the parameter decides where it has none of its own.
    private SetParameterAttributesStruct? Find(string path)
    {
        for (var at = path; at.Length > 0;)
        {
            if (attributes.TryGetValue(at, out var found)) return found;
            at = at[..(at.TrimEnd('.').LastIndexOf('.') + 1)];
        }
        return null;
    }
}
