using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>The forms of SNMP: what a device needs to be reached, and what can be asked of it.</summary>
internal static class SnmpModuleDescriptor
{
    public const string Id = "snmp";

    // Setting a value: the choice's id and the type that it stands for.
    public const string TypeInteger = "integer";
    public const string TypeUnsigned = "unsigned";
    public const string TypeString = "string";
    public const string TypeHex = "hex";
    public const string TypeIdentifier = "oid";
    public const string TypeAddress = "ipaddress";
    public const string TypeTicks = "timeticks";
    public const string TypeCounter = "counter32";
    public const string TypeCounter64 = "counter64";
    public const string TypeFloat = "float";
    public const string TypeDouble = "double";

    /// <summary>The type that the device's present value has.</summary>
    public const string TypeOfDevice = "device";

    public static ProtocolDescriptor Create() => new(
        Id,
        "SNMP",
        "Reads and writes the MIB objects of switches, routers and other agents over SNMP v1, v2c and v3.",
        new PathSyntax("OID", "1.3.6.1.2.1.1.5.0") { IsObjectIdentifier = true },
        Settings(),
        Credentials(),
        [Get(), GetNext(), GetBulk(), Walk(), SnmpTableJob.Descriptor, Set()]);

    private static FieldDescriptor[] Settings() =>
    [
        new("host", "Host", FieldKind.Text) { Required = true, Placeholder = "192.0.2.10", Help = "IPv4 or IPv6 address, or a host name." },
        new("port", "Port", FieldKind.Number) { Default = "161", Minimum = 1, Maximum = 65_535 },
        new("version", "Version", FieldKind.Choice)
        {
            Default = "v2c",
            InTemplate = true,
            Choices = [new("v2c", "SNMP v2c"), new("v3", "SNMP v3"), new("v1", "SNMP v1")],
            Help = "v3 wherever the device knows it; v1 only for devices that know nothing newer: it reads slowly and has no 64-bit counters.",
        },
        new("transport", "Transport", FieldKind.Choice) { Default = "udp", Choices = [new("udp", "UDP"), new("tcp", "TCP")] },
        SnmpContext.Setting,
        .. SnmpUserFields.Settings(),
        new("timeout", "Time-out (ms)", FieldKind.Number)
        {
            Default = "2000", Minimum = 50, Maximum = 60_000, Help = "How long the first try waits; each retry waits half as long again.",
        },
        new("retries", "Retries", FieldKind.Number) { Default = "2", Minimum = 0, Maximum = 10 },
        new("packetsPerSecond", "Packets a second", FieldKind.Number)
        {
            Minimum = 1, Maximum = 10_000, Help = "For an agent that falls behind when it is asked quickly. Leave empty to send as fast as it answers.",
        },
        new("maxRepetitions", "Max-repetitions", FieldKind.Number)
        {
            Minimum = 1, Maximum = 1_000, Help = "Values per answer of a walk. Leave empty to let the product find what the device can do.",
        },
    ];

    private static FieldDescriptor[] Credentials() =>
    [
        new("readCommunity", "Read community", FieldKind.Text) { Required = true, OnlyIf = SnmpUserFields.Community },
        new("writeCommunity", "Write community", FieldKind.Text) { Help = "Used for Set. Leave empty where the read community may write.", OnlyIf = SnmpUserFields.Community },
        new("trapCommunity", "Trap community", FieldKind.Text) { Help = "What its traps carry. Leave empty where it is one of the two above.", OnlyIf = SnmpUserFields.Community },
        .. SnmpUserFields.Credentials(),
    ];

    private static OperationDescriptor Get() => new("get", "Get", "Reads the named instances.", [Names("Instances to read, one OID a line."), SnmpContext.Field]) { Objects = new ObjectUse(ObjectRole.Get, "oids") };

    private static OperationDescriptor GetNext() => new(
        "getnext", "Get next", "Reads the instance that follows each name.", [Names("Names to start from, one OID a line."), SnmpContext.Field])
    { Objects = new ObjectUse(ObjectRole.GetNext, "oids") };

    private static OperationDescriptor GetBulk() => new(
        "getbulk",
        "Get bulk",
        "Reads several successors of each name in one answer, as many as the device can fit.",
        [
            Names("Names to start from, one OID a line. The non-repeaters come first."),
            new("nonRepeaters", "Non-repeaters", FieldKind.Number)
            {
                Default = "0", Minimum = 0, Maximum = 100, Help = "How many of the names are read once only.",
            },
            new("maxRepetitions", "Max-repetitions", FieldKind.Number)
            {
                Default = "10", Minimum = 1, Maximum = 1_000, Help = "How many successors of each other name.",
            },
            SnmpContext.Field,
        ])
    { Objects = new ObjectUse(ObjectRole.GetBulk, "oids") };

    private static OperationDescriptor Walk() => new(
        "walk",
        "Walk",
        "Reads everything below an OID.",
        [
            new("oid", "OID", FieldKind.Text)
            {
                Required = true, IsPath = true, Default = "1.3.6.1.2.1.1", Placeholder = "1.3.6.1.2.1.1", Help = "The subtree to read.",
            },
            new("limit", "At most", FieldKind.Number)
            {
                Minimum = 1, Maximum = 1_000_000, Placeholder = "200000", Help = "The walk ends after this many values.",
            },
            SnmpContext.Field,
        ])
    {
        DefaultTimeout = TimeSpan.FromMinutes(5),
        Objects = new ObjectUse(ObjectRole.Walk, "oid"),
    };

    private static OperationDescriptor Set() => new(
        "set",
        "Set",
        "Writes all the values, or none of them.",
        [
            new("values", "Values", FieldKind.Rows)
            {
                Required = true,
                Columns =
                [
                    new("oid", "OID", FieldKind.Text) { Required = true, IsPath = true, Placeholder = "1.3.6.1.2.1.1.5.0" },
                    new("type", "Type", FieldKind.Choice) { Required = true, Default = TypeString, Choices = SetTypes() },
                    new("value", "Value", FieldKind.Text),
                ],
            },
            new("dryRun", "Only show what would change", FieldKind.Toggle) { Default = "false", Help = "Reads the present values and writes nothing." },
            SnmpContext.Field,
        ])
    {
        Writes = true,
        Objects = new ObjectUse(ObjectRole.Set, "values") { Types = SmiTypes(), DryRunField = "dryRun" },
    };

    private static Dictionary<string, string> SmiTypes() => new()
    {
        ["Integer32"] = TypeInteger, ["Enumeration"] = TypeInteger, ["Unsigned32"] = TypeUnsigned, ["Gauge32"] = TypeUnsigned, ["Counter32"] = TypeCounter,
        ["Counter64"] = TypeCounter64, ["TimeTicks"] = TypeTicks, ["IpAddress"] = TypeAddress, ["ObjectIdentifier"] = TypeIdentifier,
        ["OctetString"] = TypeString, ["OctetString.hex"] = TypeHex, ["Bits.hex"] = TypeHex,
    };

    private static FieldChoice[] SetTypes() =>
    [
        new(TypeString, "OCTET STRING (text)"), new(TypeOfDevice, "As the device has it"), new(TypeHex, "OCTET STRING (hex)"), new(TypeInteger, "INTEGER"),
        new(TypeUnsigned, "Gauge32 / Unsigned32"), new(TypeIdentifier, "OBJECT IDENTIFIER"), new(TypeAddress, "IpAddress"),
        new(TypeTicks, "TimeTicks"), new(TypeCounter, "Counter32"), new(TypeCounter64, "Counter64"),
        new(TypeFloat, "Opaque Float"), new(TypeDouble, "Opaque Double"),
    ];

    private static FieldDescriptor Names(string help) => new("oids", "OIDs", FieldKind.List)
    {
        Required = true, IsPath = true, Placeholder = "1.3.6.1.2.1.1.5.0", Help = help,
    };
}
