using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>The operations' forms.</summary>
internal static class CwmpOperationForms
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    // TR-181 and TR-098 know these; with TR-106's names.
    private static readonly string[] Types = ["string", "boolean", "int", "unsignedInt", "long", "unsignedLong", "dateTime", "base64", "hexBinary", "decimal"];

    public static OperationDescriptor[] All() =>
    [
        Get(), Refresh(), GetNames(), Set(), AddObject(), DeleteObject(), GetAttributes(), SetAttributes(), Download(), CwmpTransferForms.Scheduled(), Upload(),
        CwmpTransferForms.Queued(), CwmpTransferForms.Cancel(), DiagnosticForm.Create(), Reboot(), FactoryReset(), ScheduleInform(), GetMethods(), CwmpOtherForms.Modules(), CwmpOtherForms.GetOptions(), CwmpOtherForms.SetVouchers(), CwmpOtherForms.Vendor(), CwmpOtherForms.Setup(), CwmpOtherForms.Bulk(), CwmpOtherForms.Neighbours(),
    ];

    /// <summary>True for a type that SetParameterValues can carry.</summary>
    public static bool IsType(string type) => Array.IndexOf(Types, type) >= 0;

    private static OperationDescriptor Get() => new(CwmpOperations.Get, "Get", "Reads parameters, or everything below an object.", [Names("Full paths, or object paths that end with a dot; one a line.")])
    {
        Tree = new TreeUse(TreeRole.Read, "names"),
    };

    private static OperationDescriptor Refresh() => new(CwmpOperations.Refresh, "Refresh", "Finds out what there is below an object and reads all of it.",
        [new("path", "Object", FieldKind.Text) { IsPath = true, Placeholder = "Device.WiFi.", Help = "An object path that ends with a dot; empty for the whole tree." }])
    {
        DefaultTimeout = Long, Tree = new TreeUse(TreeRole.Refresh, "path"),
    };

    private static OperationDescriptor GetNames() => new(CwmpOperations.GetNames, "Get names", "Lists the names below an object, without their values.",
    [
        new("path", "Path", FieldKind.Text) { IsPath = true, Placeholder = "Device.", Help = "Empty for the whole tree." },
        new("nextLevel", "Next level only", FieldKind.Toggle) { Default = "true" },
    ])
    {
        DefaultTimeout = TimeSpan.FromMinutes(2),
    };

    private static OperationDescriptor Set() => new(CwmpOperations.Set, "Set", "Sets values, all of them or none.",
    [
        new("values", "Values", FieldKind.Rows)
        {
            Required = true,
            Columns =
            [
                new("path", "Parameter", FieldKind.Text) { Required = true, IsPath = true, Placeholder = "Device.WiFi.SSID.1.SSID" },
                new("type", "Type", FieldKind.Choice) { Choices = [.. Types.Select(t => new FieldChoice(t, t))], Help = "Empty: as the device has it." },
                new("value", "Value", FieldKind.Text),
            ],
        },
    ])
    {
        Writes = true, Tree = new TreeUse(TreeRole.Write, "values") { TypeColumn = "type" },
    };

    private static OperationDescriptor AddObject() => new(CwmpOperations.AddObject, "Add object", "Makes an instance of a table and reads it.",
        [new("path", "Table", FieldKind.Text) { Required = true, IsPath = true, Placeholder = "Device.NAT.PortMapping.", Help = "With an alias at its end, Device.NAT.PortMapping.[web]., the new instance gets that name, where the device supports aliases." }])
    {
        Writes = true, Idempotent = false, Tree = new TreeUse(TreeRole.Add, "path"),
    };

    private static OperationDescriptor DeleteObject() => new(CwmpOperations.DeleteObject, "Delete object", "Deletes an instance and everything below it.",
        [new("path", "Instance", FieldKind.Text) { Required = true, IsPath = true, Placeholder = "Device.NAT.PortMapping.3." }])
    {
        Writes = true, Tree = new TreeUse(TreeRole.Delete, "path"),
    };

    private static OperationDescriptor GetAttributes() =>
        new(CwmpOperations.GetAttributes, "Get attributes", "Reads which changes the device reports by itself, and who may write.", [Names("Full paths, or object paths that end with a dot; one a line.")]);

    private static OperationDescriptor SetAttributes() => new(CwmpOperations.SetAttributes, "Set attributes", "Sets which changes the device reports by itself, and who may write.",
    [
        new("attributes", "Attributes", FieldKind.Rows)
        {
            Required = true,
            Columns =
            [
                new("path", "Parameter", FieldKind.Text) { Required = true, IsPath = true },
                new("notification", "Notification", FieldKind.Choice) { Choices = [new("0", "Off"), new("1", "Passive: with the next Inform"), new("2", "Active: at once")], Help = "Empty: unchanged." },
                new("accessList", "Written by", FieldKind.Text) { Placeholder = "Subscriber", Help = "Beside the ACS; none for nobody. Empty: unchanged." },
            ],
        },
    ])
    {
        Writes = true,
    };

    private static OperationDescriptor Download() => new(CwmpOperations.Download, "Download", "Has the device fetch a file and waits for its report; a firmware makes it reboot.",
    [
        new("file", "File of the library", FieldKind.File) { Help = "Its type and size go with it. The device gets a link that holds for this job alone." },
        new("url", "Or its address", FieldKind.Text) { Placeholder = "http://files.example.net/hg310-2.1.bin", Help = "A file elsewhere, as the device reaches it, without a user or password in it." },
        TransferTypes.Choice(TransferTypes.Downloads) with { Help = "Of a file elsewhere." },
        TransferTypes.Own("X 00D09E Dictionary", ""),
        new("version", "Expected version", FieldKind.Text) { Help = "Of a firmware: what the device reports as SoftwareVersion when it runs it. The job ends well only then. Empty: as the library says." },
        new("fileSize", "File size (bytes)", FieldKind.Number) { Minimum = 0, Maximum = int.MaxValue, Help = "Some devices check their memory against it." },
        new("targetFileName", "Target file name", FieldKind.Text),
        Delay("Begins"),
        Wait(),
    ])
    {
        Writes = true, Dangerous = true, Idempotent = false, DefaultTimeout = TimeSpan.FromMinutes(2),
    };

    private static OperationDescriptor Upload() => new(CwmpOperations.Upload, "Upload", "Has the device send a file to a server and waits for its report.",
    [
        TransferTypes.Choice(TransferTypes.Configuration, "2 Vendor Log File"),
        TransferTypes.Own("3 Vendor Configuration File 1", "With 3 Vendor Configuration File or 4 Vendor Log File and the file's number in the device's own table. "),
        new("url", "Server address", FieldKind.Text) { Placeholder = "http://files.example.net/in/", Help = "Empty: the file comes here, among the device's files. Else as the device reaches it, without a user or password in it." },
        Delay("Begins"),
        Wait(),
    ])
    {
        Writes = true, Idempotent = false, DefaultTimeout = TimeSpan.FromMinutes(2),
    };

    private static OperationDescriptor Reboot() => new(CwmpOperations.Reboot, "Reboot", "Restarts the device; it is away for some minutes.", [])
    {
        Writes = true, Dangerous = true, Idempotent = false,
    };

    private static OperationDescriptor FactoryReset() => new(CwmpOperations.FactoryReset, "Factory reset", "Resets the device to its factory settings. It may lose its way to this ACS.", [])
    {
        Writes = true, Dangerous = true, Idempotent = false,
    };

    private static OperationDescriptor ScheduleInform() => new(CwmpOperations.ScheduleInform, "Schedule Inform", "Has the device call again after a time.",
        [new("delay", "Delay (s)", FieldKind.Number) { Required = true, Default = "60", Minimum = 1, Maximum = 31_536_000 }])
    {
        Writes = true,
    };

    private static OperationDescriptor GetMethods() => new(CwmpOperations.GetMethods, "Get RPC methods", "Asks which requests the device knows.", []);

    private static FieldDescriptor Names(string help) => new("names", "Paths", FieldKind.List) { Required = true, IsPath = true, Placeholder = "Device.DeviceInfo.SoftwareVersion", Help = help };

    private static FieldDescriptor Delay(string what) => new("delay", "Delay (s)", FieldKind.Number) { Default = "0", Minimum = 0, Maximum = 86_400, Help = $"{what} that long after the device took the request." };

    internal static FieldDescriptor Wait() => new("wait", "Wait (minutes)", FieldKind.Number) { Default = "60", Minimum = 1, Maximum = 10_080, Help = "How long the job waits for the device's report before it counts as failed." };
}
