using System.Globalization;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// Diagnostics: inputs and DiagnosticsState = Requested are set at once, the device tests after the session and calls with 8 DIAGNOSTICS COMPLETE, and then
/// the results are read (TR-181, TR-098, TR-143 §4). The event does not say which test it is about, so each waiting job looks at its own state.
/// </summary>
internal static class DiagnosticJobs
{
    /// <summary>What a job waits for whose test runs.</summary>
    public const string Running = "diagnostics";

    /// <summary>What stands there when it is to look at the results.</summary>
    public const string Reported = "diagnostics-reported";

    /// <summary>Begins a test, or reads its results.</summary>
    public static Task<JobEnd> RunAsync(JobContext context) => context.Continuation is null ? BeginAsync(context) : ReadAsync(context);

    /// <summary>The device says that a test is over: whatever waits for one is handed out again, in this session.</summary>
    public static async Task ReportedAsync(IDeviceGateway gateway, DeviceSession device, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 8 && await gateway.ResumeAsync(device, Running, cancellationToken) is { } work; i++)
            if (!await gateway.WaitOnAsync(device, work, Reported, "The device reports that the test is over; its results are read.", now.AddSeconds(-1), cancellationToken)) return;
    }

    private static async Task<JobEnd> BeginAsync(JobContext context)
    {
        var path = PathOf(context);
        var values = Inputs(context).Append(new ParameterValueStruct("DiagnosticsState", "Requested", "string")).Select(v => v with { Name = path + v.Name }).ToList();
        var result = await context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues(values, ""));
        if (result.Fault is { } fault) return fault;
        return Aside(context, "The device runs the test; waits for it to report the end.");
    }

    private static async Task<JobEnd> ReadAsync(JobContext context)
    {
        var reader = new ValueReader(context);
        if (await reader.ReadBelowAsync(PathOf(context)) is { } fault) return fault;
        var values = reader.Read;
        var state = DiagnosticReport.State(values);
        if (DiagnosticReport.IsOver(state)) return DiagnosticReport.Of(CwmpModuleDescriptor.Id, values);
        // Another test's report, or a device that reports too early.
        if (context.Continuation == Reported && state is not null && state.StartsWith("Request", StringComparison.OrdinalIgnoreCase)) return Aside(context, "The device still runs the test; waits for it to report the end.");
        return ProtocolOutcome.Failure(CwmpFaults.NoDiagnosis(state), values);
    }

    private static JobEnd Aside(JobContext context, string reason) => new(null, new ParkedJob(Running, reason, TimeSpan.FromMinutes(context.Arguments.Number("wait") ?? 10)));

    private static string PathOf(JobContext context)
    {
        var old = context.Root == "InternetGatewayDevice.";
        return (context.Arguments.Text("kind"), old) switch
        {
            (DiagnosticForm.TraceRoute, true) => "InternetGatewayDevice.TraceRouteDiagnostics.",
            (DiagnosticForm.TraceRoute, false) => "Device.IP.Diagnostics.TraceRoute.",
            (DiagnosticForm.Download, true) => "InternetGatewayDevice.DownloadDiagnostics.",
            (DiagnosticForm.Download, false) => "Device.IP.Diagnostics.DownloadDiagnostics.",
            (DiagnosticForm.Upload, true) => "InternetGatewayDevice.UploadDiagnostics.",
            (DiagnosticForm.Upload, false) => "Device.IP.Diagnostics.UploadDiagnostics.",
            (_, true) => "InternetGatewayDevice.IPPingDiagnostics.",
            _ => "Device.IP.Diagnostics.IPPing.",
        };
    }

    private static ParameterValueStruct[] Inputs(JobContext context)
    {
        var arguments = context.Arguments;
        var target = arguments.Text("target")!.Trim();
        string Number(string field, long otherwise) => (arguments.Number(field) ?? otherwise).ToString(CultureInfo.InvariantCulture);
        return arguments.Text("kind") switch
        {
            DiagnosticForm.TraceRoute => [new("Host", target, "string")],
            DiagnosticForm.Download => [new("DownloadURL", target, "string")],
            DiagnosticForm.Upload => [new("UploadURL", target, "string"), new("TestFileLength", Number("size", 10_000_000), "unsignedInt")],
            _ => [new("Host", target, "string"), new("NumberOfRepetitions", Number("repetitions", 4), "unsignedInt")],
        };
    }
}
