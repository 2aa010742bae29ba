using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>The forms of software modules, of options and vouchers, and of vendors' own methods.</summary>
internal static class CwmpOtherForms
{
    public static OperationDescriptor Modules() => new(CwmpOperations.ChangeModules, "Change software modules", "Installs, updates and removes software modules, and waits for the device's report (ChangeDUState, CWMP 1.2 on).",
    [
        new("operations", "Operations", FieldKind.Rows)
        {
            Required = true, Help = "At most 16. The device chooses their order.",
            Columns =
            [
                new("operation", "Operation", FieldKind.Choice) { Required = true, Default = "install", Choices = [new("install", "Install"), new("update", "Update"), new("uninstall", "Remove")] },
                new("url", "Address", FieldKind.Text) { Placeholder = "http://files.example.net/app.tar", Help = "As the device reaches it. Empty: the file of the library below." },
                new("uuid", "UUID", FieldKind.Text) { Placeholder = "c0c4328b-18a4-4b3b-b1da-e8ea8d8f457d" },
                new("version", "Version", FieldKind.Text),
                new("environment", "Environment", FieldKind.Text) { IsPath = true, Placeholder = "Device.SoftwareModules.ExecEnv.1" },
            ],
        },
        new("file", "File of the library", FieldKind.File) { Help = "For operations without an address. The device gets a link that holds for this job alone." },
        CwmpOperationForms.Wait(),
    ])
    {
        Writes = true, Dangerous = true, Idempotent = false, DefaultTimeout = TimeSpan.FromMinutes(2),
    };

    public static OperationDescriptor GetOptions() => new(CwmpOperations.GetOptions, "Get options", "Reads the options that vouchers enable on old models (deprecated in CWMP 1.1).",
        [new("name", "Option", FieldKind.Text) { Help = "Empty for all." }]);

    public static OperationDescriptor SetVouchers() => new(CwmpOperations.SetVouchers, "Set vouchers", "Gives vouchers to old models, which enable options (deprecated in CWMP 1.1).",
        [new("vouchers", "Vouchers", FieldKind.List) { Required = true, Help = "Signed documents of the manufacturer in base64, one a line." }])
    {
        Writes = true, Idempotent = false,
    };

    public static OperationDescriptor Setup() => new(CwmpOperations.Setup, "Set up credentials", "Gives the device passwords of its own, which nobody sees, and sets it up for XMPP connection requests.",
    [
        new(SetupJob.Password, "New passwords", FieldKind.Toggle) { Default = "true", Help = "For its calls and for connection requests. Those before are accepted until the device has shown the new ones." },
        new(SetupJob.Xmpp, "XMPP connection requests", FieldKind.Toggle) { Help = "Makes its account at the XMPP server and a connection in Device.XMPP." },
    ])
    {
        Writes = true,
    };

    public static OperationDescriptor Bulk() => new(CwmpOperations.Bulk, "Set up bulk data", "Has the device report parameters by itself, as a profile of its page Bulk data says, or ends that (TR-069 Annex N).",
    [
        new(BulkJobs.Profile, "Profile", FieldKind.Text) { Required = true, Help = "The id of a profile of this device, made under Bulk data: that is where such jobs come from." },
        new(BulkJobs.Remove, "Remove it", FieldKind.Toggle),
    ])
    {
        Writes = true, DefaultTimeout = TimeSpan.FromMinutes(3),
    };

    public static OperationDescriptor Neighbours() => new(CwmpOperations.Neighbours, "Read what is behind it", "Reads which gateway the device is behind, and the devices that are behind it or that it manages for others (TR-069 Annexes F and J).", [])
    {
        DefaultTimeout = TimeSpan.FromMinutes(3),
    };

    public static OperationDescriptor Vendor() => new(CwmpOperations.Vendor, "Vendor method", "Calls a method of the manufacturer's own, as its manual describes it.",
    [
        new("method", "Method", FieldKind.Text) { Required = true, Placeholder = "X_00D09E_Locate", Help = "It begins with X_; Get RPC methods lists what the device has." },
        new("arguments", "Arguments", FieldKind.Rows)
        {
            Columns = [new("name", "Name", FieldKind.Text) { Required = true }, new("value", "Value", FieldKind.Text)],
        },
    ])
    {
        Writes = true, Dangerous = true, Idempotent = false,
    };
}
