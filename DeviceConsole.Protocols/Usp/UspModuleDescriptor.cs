using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Usp;

/// <summary>The forms of USP: what is known of an agent, and what can be asked of it.</summary>
internal static class UspModuleDescriptor
{
    public const string Id = "usp";

    public const string TrustToken = "token", TrustEndpointId = "endpoint-id", TrustCertificate = "certificate";

    public const string Get = "get", Set = "set", Add = "add", Delete = "delete", Operate = "operate", Refresh = "refresh", Reboot = "reboot", FactoryReset = "factory-reset",
        SupportedDm = "get-supported-dm", Instances = "get-instances", SupportedProtocol = "get-supported-protocol";

    public static ProtocolDescriptor Create() => new(
        Id,
        "USP",
        "Reads, writes and operates gateways and other agents that speak the User Services Platform (TR-369) over WebSocket or MQTT.",
        new PathSyntax("parameter path", "Device.WiFi.SSID.1.SSID"),
        Settings(),
        [new("token", "Token", FieldKind.Text) { Help = "What the agent shows when it connects: the last part of its WebSocket path, or the password of HTTP Basic." }],
        Operations())
    {
        Identity = new("identity", "Endpoint ID", FieldKind.Text) { Required = true, Placeholder = "os::012345-ABC123", Help = "As the agent reports it in Device.LocalAgent.EndpointID." },
    };

    private static FieldDescriptor[] Settings() =>
    [
        new("trust", "Trust", FieldKind.Choice)
        {
            Default = TrustToken,
            Choices = [new(TrustToken, "Token"), new(TrustCertificate, "Client certificate only"), new(TrustEndpointId, "Endpoint ID alone (weaker)")],
            Help = "How the agent proves itself over WebSocket. A TLS certificate that carries its endpoint ID always does. By its endpoint ID alone, whoever knows the ID can pose as the agent. Over MQTT the broker proves it.",
        },
        CertificateNames.Field,
        new("timeout", "Time-out (s)", FieldKind.Number) { Default = "30", Minimum = 1, Maximum = 600, Help = "How long the agent may take for one answer." },
        new("subscribe", "Keep subscriptions", FieldKind.Toggle)
        {
            Default = "true", Help = "Has the agent tell its boots and the ends of its commands. Without it, commands that take long never end here.",
        },
        new("replyTopic", "MQTT topic", FieldKind.Text) { Help = "Where the agent listens; filled in when it connects through the broker." },
    ];

    private static OperationDescriptor[] Operations() =>
    [
        new(Get, "Get", "Reads parameters and objects; wildcards and search expressions are allowed.",
        [
            Paths("paths", "Paths", "Parameters, or objects with a dot at the end, one a line.", "Device.DeviceInfo."),
            new("maxDepth", "Depth", FieldKind.Number) { Default = "0", Minimum = 0, Maximum = 100, Help = "How many levels below each object are read; 0 for all." },
        ]) { Tree = new TreeUse(TreeRole.Read, "paths") },
        new(Set, "Set", "Changes parameters.",
        [
            new("values", "Values", FieldKind.Rows) { Required = true, Columns = [Path("path", "Parameter", "Device.WiFi.SSID.1.SSID"), Value(), RequiredToggle()] },
            Partial("What can be changed is changed although something else cannot."),
        ]) { Writes = true, Tree = new TreeUse(TreeRole.Write, "values") },
        new(Add, "Add", "Creates an instance of a table.",
        [
            Path("table", "Table", "Device.NAT.PortMapping."),
            new("values", "First values", FieldKind.Rows) { Columns = [new("name", "Parameter", FieldKind.Text) { Required = true }, Value(), RequiredToggle()] },
        ]) { Writes = true, Idempotent = false, Tree = new TreeUse(TreeRole.Add, "table") },
        new(Delete, "Delete", "Deletes instances of tables.",
        [
            Paths("paths", "Instances", "Instances, with a dot at the end, one a line.", "Device.NAT.PortMapping.3."),
            Partial("What can be deleted is deleted although something else cannot."),
        ]) { Writes = true, Tree = new TreeUse(TreeRole.Delete, "paths") },
        new(Operate, "Operate", "Runs a command of the device and waits for its end.",
        [
            Path("command", "Command", "Device.IP.Diagnostics.IPPing()"),
            new("arguments", "Arguments", FieldKind.Rows) { Columns = [new("name", "Name", FieldKind.Text) { Required = true }, Value()] },
            new("wait", "Wait (minutes)", FieldKind.Number)
            {
                Default = "60", Minimum = 1, Maximum = 10_080, Help = "How long the device may take to report the end of a command that goes on by itself.",
            },
        ]) { Writes = true, Idempotent = false },
        DiagnosticForm.Create(),
        FirmwareForm.Create("Has the device fetch an image into the place that does not run, activate it and start with it."),
        new(Refresh, "Refresh", "Reads objects and everything below them into the device's parameters.", [Paths("paths", "Objects", "Objects with a dot at the end, one a line.", "Device.WiFi.")])
        {
            Tree = new TreeUse(TreeRole.Refresh, "paths"),
        },
        new(SupportedDm, "Get supported data model", "Asks which objects, parameters, commands and events the device knows.",
        [
            Paths("paths", "Objects", "Objects with a dot at the end, {i} for instances, one a line.", "Device."),
            new("firstLevelOnly", "This level only", FieldKind.Toggle) { Default = "false" },
        ]),
        new(Instances, "Get instances", "Asks which instances tables have.",
        [
            Paths("paths", "Tables", "Tables with a dot at the end, one a line.", "Device.WiFi.SSID."),
            new("firstLevelOnly", "This level only", FieldKind.Toggle) { Default = "true" },
        ]),
        new(SupportedProtocol, "Get supported protocol", "Asks which versions of USP the agent speaks.", []),
        new(Reboot, "Reboot", "Restarts the device.", []) { Writes = true, Dangerous = true, Idempotent = false },
        new(FactoryReset, "Factory reset", "Sets the device back to how it left the factory; it may lose the address of this product.", []) { Writes = true, Dangerous = true, Idempotent = false },
    ];

    private static FieldDescriptor Paths(string id, string label, string help, string example) =>
        new(id, label, FieldKind.List) { Required = true, IsPath = true, Help = help, Placeholder = example };

    private static FieldDescriptor Path(string id, string label, string example) => new(id, label, FieldKind.Text) { Required = true, IsPath = true, Placeholder = example };

    private static FieldDescriptor Value() => new("value", "Value", FieldKind.Text);

    private static FieldDescriptor RequiredToggle() => new("required", "Required", FieldKind.Toggle) { Default = "true" };

    private static FieldDescriptor Partial(string help) => new("allowPartial", "Allow partial", FieldKind.Toggle) { Default = "false", Help = help };
}
