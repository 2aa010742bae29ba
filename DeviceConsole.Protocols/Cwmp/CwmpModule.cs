using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.ConnectionRequest;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Session;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>TR-069/CWMP as a module of the product: the ACS. Devices call <see cref="CwmpParts"/>' addresses.</summary>
internal sealed class CwmpModule(ConnectionRequester requester) : ISessionProtocol, IConnectable
{
    /// <inheritdoc />
    public ProtocolDescriptor Descriptor { get; } = CwmpModuleDescriptor.Create();

    /// <inheritdoc />
    public IdentityCheck CheckIdentity(string text) => CwmpIdentity.Check(text);

    /// <inheritdoc />
    public CertificateMatch MatchCertificate(DeviceCertificate certificate, string identity, JsonObject settings) => CwmpCertificate.Match(certificate, identity, settings);

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings)
    {
        var errors = new List<FieldError>();
        if (settings.Text(CwmpModuleDescriptor.ConnectionRequestUrl) is { } url && ConnectionRequester.CheckUrl(url, out _) is { } wrong)
            errors.Add(new FieldError(CwmpModuleDescriptor.ConnectionRequestUrl, wrong));
        if (settings.Text(CwmpModuleDescriptor.Root) is { } root && !(root.EndsWith('.') && root.Count(c => c == '.') == 1 && root.Length > 1))
            errors.Add(new FieldError(CwmpModuleDescriptor.Root, "The root object is one name with a dot at its end, for example Device."));
        return errors;
    }

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [.. CwmpArguments.Check(operation, arguments)];

    /// <inheritdoc />
    public string Describe(string operation, JsonObject arguments) => operation switch
    {
        CwmpOperations.Get => $"Get {Few(arguments.List("names"))}",
        CwmpOperations.Refresh => $"Refresh {arguments.Text("path") ?? "the whole tree"}",
        CwmpOperations.GetNames => $"Get names of {arguments.Text("path") ?? "the whole tree"}",
        CwmpOperations.Set => $"Set {Few([.. arguments.Rows("values").Select(Assignment)])}",
        CwmpOperations.AddObject => $"Add an object to {arguments.Text("path")}",
        CwmpOperations.DeleteObject => $"Delete {arguments.Text("path")}",
        CwmpOperations.GetAttributes => $"Get attributes of {Few(arguments.List("names"))}",
        CwmpOperations.SetAttributes => $"Set attributes of {Few([.. arguments.Rows("attributes").Select(r => r.Text("path") ?? "")])}",
        CwmpOperations.Download when arguments.Text("url") is null => arguments.Text("version") is { } version ? $"Download a file of the library, version {version}" : "Download a file of the library",
        CwmpOperations.Download => $"Download {TransferTypes.Spoken(arguments, TransferTypes.Firmware)} from {arguments.Text("url")}",
        CwmpOperations.Upload => $"Upload {TransferTypes.Spoken(arguments, TransferTypes.Configuration)} to {arguments.Text("url") ?? "this console"}",
        CwmpOperations.ScheduleDownload => arguments.Text("url") is { } url ? $"Schedule a download from {url}" : "Schedule a download of a file of the library",
        CwmpOperations.CancelTransfer => $"Cancel the transfer {arguments.Text("transfer")}",
        CwmpOperations.QueuedTransfers => "List the transfers that are not over",
        CwmpOperations.ChangeModules => $"{Few([.. arguments.Rows("operations").Select(ModuleJobs.Describe)])}",
        CwmpOperations.GetOptions => $"Get {arguments.Text("name") ?? "all"} options",
        CwmpOperations.SetVouchers => $"Set {arguments.List("vouchers").Count} vouchers",
        CwmpOperations.Vendor => $"Call {arguments.Text("method")}",
        CwmpOperations.Setup => arguments.IsOn(SetupJob.Xmpp) ? arguments.IsOn(SetupJob.Password) ? "Set up credentials and XMPP" : "Set up for XMPP" : "Set up credentials",
        CwmpOperations.Bulk => arguments.IsOn(BulkJobs.Remove) ? "Remove a profile of bulk data" : "Set up bulk data",
        CwmpOperations.Diagnose => DiagnosticForm.Describe(arguments),
        CwmpOperations.Reboot => "Reboot",
        CwmpOperations.FactoryReset => "Factory reset",
        CwmpOperations.ScheduleInform => $"Call again in {arguments.Number("delay") ?? 60} s",
        CwmpOperations.Neighbours => "Read what is behind it",
        CwmpOperations.GetMethods => "Get RPC methods",
        _ => operation,
    };

    /// <inheritdoc />
    public Task<string> WakeAsync(ProtocolTarget target, CancellationToken cancellationToken) => requester.AskAsync(target, cancellationToken);

    /// <inheritdoc />
    public Task<WakeReport> AskAsync(ProtocolTarget target, CancellationToken cancellationToken) => requester.ReportAsync(target, cancellationToken);

    /// <inheritdoc />
    public IReadOnlyList<string> IntervalPaths { get; } = ["Device.ManagementServer.PeriodicInformInterval", "InternetGatewayDevice.ManagementServer.PeriodicInformInterval"];

    /// <inheritdoc />
    public IReadOnlyList<string> FirmwarePaths { get; } = ["Device.DeviceInfo.SoftwareVersion", "InternetGatewayDevice.DeviceInfo.SoftwareVersion"];

    /// <inheritdoc />
    public ConnectGuide Connect(ConnectContext context)
    {
        var address = context.DeviceAddress.ToString().TrimEnd('/');
        return new ConnectGuide(
            [
                new ConnectLine("ACS URL", $"{address}/cwmp/{context.TenantSlug}"),
                new ConnectLine("Username", context.UserName ?? (context.Enrols ? "any" : "as you enter it for the device")),
                new ConnectLine("Periodic Inform", "enabled, every 3600 s"),
                new ConnectLine("Shared ACS URL", $"{address}/cwmp"),
                .. requester.ByXmpp,
            ],
            "Enter them on the device under Management, TR-069 or ACS (ManagementServer.URL, Username, Password). It calls at once, or after its next start, and then appears here. The shared address is for fleets whose address cannot carry the tenant: there, the username of a new device has to be "
            + (context.UserName is { } name && name != context.TenantSlug ? $"{context.TenantSlug}, so it has to be the enrolment's username too." : $"{context.TenantSlug}."));
    }

    private static string Assignment(JsonObject row)
    {
        var path = row.Text("path") ?? "";
        return $"{path} to {(SoapRedactor.IsSecret(path) ? "••••" : row.Text("value") ?? "\"\"")}";
    }

    private static string Few(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "nothing",
        <= 3 => string.Join(", ", items),
        _ => $"{items[0]}, {items[1]} and {items.Count - 2} more",
    };
}
