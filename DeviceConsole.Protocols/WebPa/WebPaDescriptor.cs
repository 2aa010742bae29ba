using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>The forms of WebPA: how a device is known, and what can be asked of it.</summary>
internal static class WebPaDescriptor
{
    public const string Id = "webpa";

    /// <summary>The endpoint's setting that says how a device proves itself.</summary>
    public const string Trust = "trust";

    /// <summary>It shows the token.</summary>
    public const string TrustToken = "token";

    /// <summary>Its name is enough.</summary>
    public const string TrustDeviceId = "device-id";

    /// <summary>Its TLS certificate, and nothing else.</summary>
    public const string TrustCertificate = "certificate";

    /// <summary>The credential.</summary>
    public const string Token = "token";

    /// <summary>The endpoint's setting with the service that answers requests.</summary>
    public const string Service = "service";

    /// <summary>What RDK-B's WebPA component and the mock of parodus register as.</summary>
    public const string DefaultService = "config";

    public static ProtocolDescriptor Create() => new(
        Id,
        "WebPA",
        "RDK gateways that keep a WebSocket open to this product, as they would to an XMiDT cloud.",
        new PathSyntax("parameter path", "Device.WiFi.SSID.10001.SSID"),
        Settings(),
        [
            new(Token, "Token", FieldKind.Text) { Help = "What the device sends as \"Authorization: Bearer …\". Not needed where the device's name is enough." },
        ],
        Operations())
    {
        Identity = new FieldDescriptor("identity", "Device name", FieldKind.Text)
        {
            Required = true, Placeholder = "mac:14cfe2142142", Help = "What parodus sends as X-WebPA-Device-Name: mac:, uuid:, serial: or dns:.",
        },
    };

    private static FieldDescriptor[] Settings() =>
    [
        new(Trust, "The device proves itself by", FieldKind.Choice)
        {
            Default = TrustToken,
            Choices = [new(TrustToken, "its token"), new(TrustCertificate, "its TLS certificate only"), new(TrustDeviceId, "its name alone (weaker)")],
            Help = "A TLS certificate that carries its name always proves it. Stock parodus often has no token. By its name alone anybody who knows the name can play this device: use it only on a network that you trust.",
        },
        CertificateNames.Field,
        new(Service, "Service", FieldKind.Text)
        {
            Default = DefaultService, Placeholder = DefaultService, Help = "The service on the device that answers: config on RDK-B.",
        },
    ];

    private static OperationDescriptor[] Operations() =>
    [
        new("get", "Get", "Reads parameters; a name that ends with a dot reads everything below it.", [Names("Names", "Parameters to read, one a line.")]) { Tree = new TreeUse(TreeRole.Read, "names") },
        new("refresh", "Refresh subtree", "Reads everything below an object and brings the stored tree up to date.", [Path("path", "Object", "Device.WiFi.", "The object, with a dot at its end.")])
        {
            DefaultTimeout = TimeSpan.FromMinutes(2), Tree = new TreeUse(TreeRole.Refresh, "path"),
        },
        new("set", "Set", "Writes all the values, or none of them.", [Values()])
        {
            Writes = true, Tree = new TreeUse(TreeRole.Write, "values") { PathColumn = "name", ValueColumn = "value", TypeColumn = "type" },
        },
        new("get-attributes", "Get attributes", "Reads whether the device reports changes of parameters.", [Names("Names", "Parameters, one a line.")]),
        new("set-attributes", "Set attributes", "Switches on or off that the device reports changes of parameters.", [Attributes()]) { Writes = true },
        new("add-row", "Add row", "Adds an instance to a table.", [Path("table", "Table", "Device.NAT.PortMapping.", "The table, with a dot at its end."), Row()]) { Writes = true, Idempotent = false, Tree = new TreeUse(TreeRole.Add, "table") },
        new("replace-rows", "Replace rows", "Replaces all the instances of a table.", [Path("table", "Table", "Device.NAT.PortMapping.", "The table, with a dot at its end."), Rows()]) { Writes = true, Dangerous = true },
        new("delete-row", "Delete row", "Deletes an instance of a table.", [Path("row", "Row", "Device.NAT.PortMapping.1.", "The instance, with a dot at its end.")]) { Writes = true, Idempotent = false, Tree = new TreeUse(TreeRole.Delete, "row") },
        TestAndSet(),
        FirmwareForm.Create("Has the device fetch an image, by the parameters that RDK has for it, and start with it."),
        new("reboot", "Reboot", "Restarts the device; it writes Device.X_CISCO_COM_DeviceControl.RebootDevice, as RDK-B has it.", [])
        {
            Writes = true, Dangerous = true, Idempotent = false,
        },
    ];

    private static OperationDescriptor TestAndSet() => new(
        "test-and-set",
        "Test and set",
        "Writes the values only where the device's configuration id is still the one that is expected.",
        [
            Values(),
            new("oldCid", "Expected id", FieldKind.Text) { Required = true, Help = "The configuration id that the device should have now (old-cid)." },
            new("newCid", "New id", FieldKind.Text) { Required = true, Help = "The id that the device has afterwards (new-cid)." },
            new("syncCmc", "Change counter", FieldKind.Text) { Help = "The component that changed, as a number (sync-cmc); often 512." },
        ])
    {
        Writes = true, Idempotent = false,
    };

    private static FieldDescriptor Names(string label, string help) => new("names", label, FieldKind.List)
    {
        Required = true, IsPath = true, Placeholder = "Device.DeviceInfo.", Help = help,
    };

    private static FieldDescriptor Path(string id, string label, string example, string help) => new(id, label, FieldKind.Text)
    {
        Required = true, IsPath = true, Placeholder = example, Help = help,
    };

    private static FieldDescriptor Values() => new("values", "Values", FieldKind.Rows)
    {
        Required = true,
        Columns =
        [
            new("name", "Name", FieldKind.Text) { Required = true, IsPath = true, Placeholder = "Device.WiFi.SSID.10001.SSID" },
            new("type", "Type", FieldKind.Choice) { Default = "string", Choices = WebPaTypes.Choices },
            new("value", "Value", FieldKind.Text),
        ],
    };

    private static FieldDescriptor Attributes() => new("attributes", "Attributes", FieldKind.Rows)
    {
        Required = true,
        Columns =
        [
            new("name", "Name", FieldKind.Text) { Required = true, IsPath = true, Placeholder = "Device.WiFi.SSID.10001.SSID" },
            new("notify", "Reports changes", FieldKind.Toggle) { Default = "true" },
        ],
    };

    private static FieldDescriptor Row() => new("values", "Columns", FieldKind.Rows)
    {
        Help = "What the new instance begins with; leave empty for the device's own defaults.",
        Columns =
        [
            new("name", "Column", FieldKind.Text) { Required = true, Placeholder = "ExternalPort" },
            new("value", "Value", FieldKind.Text),
        ],
    };

    private static FieldDescriptor Rows() => new("rows", "Rows", FieldKind.Rows)
    {
        Required = true,
        Columns =
        [
            new("row", "Row", FieldKind.Number) { Required = true, Minimum = 1, Maximum = 10_000 },
            new("name", "Column", FieldKind.Text) { Required = true, Placeholder = "ExternalPort" },
            new("value", "Value", FieldKind.Text),
        ],
    };
}
