using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>The forms of transfers in windows of time, and of those that are not over.</summary>
internal static class CwmpTransferForms
{
    /// <summary>The modes of a window (TR-069 A.4.1.8).</summary>
    public static readonly string[] Modes = ["1 At Any Time", "2 Immediately", "3 When Idle", "4 Confirmation Needed"];

    public static OperationDescriptor Scheduled() => new(CwmpOperations.ScheduleDownload, "Schedule download", "Has the device fetch and apply a file within a window of time, and waits for its report (CWMP 1.2 on).",
    [
        new("file", "File of the library", FieldKind.File) { Help = "Its type and size go with it. The device gets a link that holds for this job alone." },
        new("url", "Or its address", FieldKind.Text) { Placeholder = "http://files.example.net/hg310-2.1.bin", Help = "A file elsewhere, as the device reaches it, without a user or password in it." },
        TransferTypes.Choice(TransferTypes.Downloads) with { Help = "Of a file elsewhere." },
        TransferTypes.Own("X 00D09E Dictionary", ""),
        new("version", "Expected version", FieldKind.Text) { Help = "Of a firmware: what the device reports as SoftwareVersion when it runs it. Empty: as the library says." },
        new("fileSize", "File size (bytes)", FieldKind.Number) { Minimum = 0, Maximum = int.MaxValue },
        new("targetFileName", "Target file name", FieldKind.Text),
        new("windows", "Windows", FieldKind.Rows)
        {
            Required = true, Help = "One or two, counted in minutes from now; the second begins after the first.",
            Columns =
            [
                new("start", "From (min)", FieldKind.Number) { Required = true, Default = "0", Minimum = 0, Maximum = 525_600 },
                new("end", "To (min)", FieldKind.Number) { Required = true, Default = "60", Minimum = 1, Maximum = 525_600 },
                new("mode", "When", FieldKind.Choice) { Default = Modes[0], Choices = [.. Modes.Select(m => new FieldChoice(m, m[2..]))] },
                new("message", "Message to the user", FieldKind.Text) { Help = "For the choice that needs a confirmation." },
                new("retries", "Tries again", FieldKind.Number) { Default = "0", Minimum = -1, Maximum = 100, Help = "Within the window; -1: as the device likes." },
            ],
        },
        CwmpOperationForms.Wait() with { Help = "How long the job waits after the last window's end before it counts as failed." },
    ])
    {
        Writes = true, Dangerous = true, Idempotent = false, DefaultTimeout = TimeSpan.FromMinutes(2),
    };

    public static OperationDescriptor Queued() => new(CwmpOperations.QueuedTransfers, "List transfers", "Lists downloads and uploads that the device still has before it.", []);

    public static OperationDescriptor Cancel() => new(CwmpOperations.CancelTransfer, "Cancel transfer", "Has the device give up a transfer that it still has before it; the job that waits for it ends.",
        [new("transfer", "Transfer", FieldKind.Text) { Required = true, Help = "Its command key as List transfers shows it, or the id of the job that asked for it." }])
    {
        Writes = true,
    };
}
