namespace DeviceConsole.Protocols.Cwmp;

/// <summary>The ids of the operations; jobs and schedules hold them, so they never change.</summary>
internal static class CwmpOperations
{
    public const string GetNames = "get-names";
    public const string Get = "get";
    public const string Set = "set";
    public const string Refresh = "refresh";
    public const string AddObject = "add-object";
    public const string DeleteObject = "delete-object";
    public const string GetAttributes = "get-attributes";
    public const string SetAttributes = "set-attributes";
    public const string Reboot = "reboot";
    public const string FactoryReset = "factory-reset";
    public const string ScheduleInform = "schedule-inform";
    public const string GetMethods = "get-rpc-methods";
    public const string Download = "download";
    public const string Upload = "upload";
    public const string ScheduleDownload = "schedule-download";
    public const string CancelTransfer = "cancel-transfer";
    public const string QueuedTransfers = "queued-transfers";
    public const string ChangeModules = "change-du-state";
    public const string GetOptions = "get-options";
    public const string SetVouchers = "set-vouchers";
    public const string Vendor = "vendor-rpc";
    public const string Setup = "set-up-credentials";
    public const string Bulk = "bulk-data";
    public const string Neighbours = "neighbours";
    public const string Diagnose = Shared.DiagnosticForm.Id;
}
