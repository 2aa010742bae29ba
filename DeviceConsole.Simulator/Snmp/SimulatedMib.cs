using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>Reads one instance of a device.</summary>
public delegate SnmpValue InstanceReader(SimulatedDevice device);

/// <summary>Writes one instance of a device; says what is wrong with the value, or that nothing is.</summary>
public delegate SnmpErrorStatus InstanceWriter(SimulatedDevice device, SnmpValue value, bool commit);

/// <summary>The instances that a kind of device has, in order; the values come from the device.</summary>
public sealed class SimulatedMib
{
    private readonly ObjectIdentifier[] names;
    private readonly InstanceReader[] readers;
    private readonly Dictionary<ObjectIdentifier, InstanceWriter> writers;

    internal SimulatedMib(IEnumerable<KeyValuePair<ObjectIdentifier, InstanceReader>> instances, Dictionary<ObjectIdentifier, InstanceWriter> writers)
    {
        var sorted = instances.OrderBy(i => i.Key).ToList();
        names = [.. sorted.Select(i => i.Key)];
        readers = [.. sorted.Select(i => i.Value)];
        this.writers = writers;
    }

    /// <summary>How many instances there are.</summary>
    public int Count => names.Length;

    /// <summary>The value, or why there is none.</summary>
    public SnmpValue Read(SimulatedDevice device, ObjectIdentifier name)
    {
        var at = Array.BinarySearch(names, name);
        if (at >= 0) return readers[at](device);

        // The object exists where some instance shares all but the last number.
        var arcs = name.ToArcs();
        if (arcs.Length < 3) return SnmpValue.NoSuchObject;
        var parent = ObjectIdentifier.FromArcs(arcs.AsSpan(..^1));
        return ~at < names.Length && parent.IsPrefixOf(names[~at]) || ~at > 0 && parent.IsPrefixOf(names[~at - 1])
            ? SnmpValue.NoSuchInstance
            : SnmpValue.NoSuchObject;
    }

    /// <summary>The instance after <paramref name="name"/>, or that name with endOfMibView.</summary>
    public VarBind Next(SimulatedDevice device, ObjectIdentifier name)
    {
        var at = Array.BinarySearch(names, name);
        at = at >= 0 ? at + 1 : ~at;
        return at < names.Length ? new VarBind(names[at], readers[at](device)) : new VarBind(name, SnmpValue.EndOfMibView);
    }

    /// <summary>Checks a write, and does it where <paramref name="commit"/> says so.</summary>
    public SnmpErrorStatus Write(SimulatedDevice device, VarBind varBind, bool commit)
    {
        if (writers.TryGetValue(varBind.Name, out var writer)) return writer(device, varBind.Value, commit);
        return Array.BinarySearch(names, varBind.Name) >= 0 ? SnmpErrorStatus.NotWritable : SnmpErrorStatus.NoCreation;
    }
}
