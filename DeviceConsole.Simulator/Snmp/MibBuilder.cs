using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>Collects the instances of a tree.</summary>
internal sealed class MibBuilder
{
    private readonly Dictionary<ObjectIdentifier, InstanceReader> instances = [];
    private readonly Dictionary<ObjectIdentifier, InstanceWriter> writers = [];

    public SimulatedMib Build() => new(instances, writers);

    public void Add(ObjectIdentifier name, InstanceReader read) => instances.Add(name, read);

    public void Integer(ObjectIdentifier name, Func<SimulatedDevice, long> read) => Add(name, d => SnmpValue.Integer32((int)read(d)));

    public void Text(ObjectIdentifier name, Func<SimulatedDevice, string> read) => Add(name, d => SnmpValue.Text(read(d)));

    public void Gauge(ObjectIdentifier name, Func<SimulatedDevice, double> read) => Add(name, d => SnmpValue.Unsigned32(SnmpType.Gauge32, (uint)read(d)));

    public void Ticks(ObjectIdentifier name, Func<SimulatedDevice, TimeSpan> read) =>
        Add(name, d => SnmpValue.Unsigned32(SnmpType.TimeTicks, unchecked((uint)(read(d).Ticks / 100_000))));

    public void Counter(ObjectIdentifier name, uint purpose, double perSecond) =>
        Add(name, d => SnmpValue.Unsigned32(SnmpType.Counter32, unchecked((uint)d.Count(purpose, perSecond))));

    public void Counter64(ObjectIdentifier name, uint purpose, double perSecond) => Add(name, d => SnmpValue.Counter64(d.Count(purpose, perSecond)));

    /// <summary>A DisplayString of up to 255 octets that can be written (RFC 3418).</summary>
    public void WritableText(ObjectIdentifier name, Func<SimulatedDevice, string> read, Action<SimulatedDevice, string> write)
    {
        Text(name, read);
        writers.Add(name, (device, value, commit) =>
        {
            if (value.Type != SnmpType.OctetString) return SnmpErrorStatus.WrongType;
            if (value.Encoded.Length > 255) return SnmpErrorStatus.WrongLength;
            if (!SnmpText.TryReadText(value.Encoded, out var text)) return SnmpErrorStatus.WrongValue;
            if (commit) write(device, text);
            return SnmpErrorStatus.NoError;
        });
    }
}
