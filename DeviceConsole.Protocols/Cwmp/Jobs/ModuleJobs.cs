using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>ChangeDUState. The device takes the request and reports the end of all its operations by a DUStateChangeComplete; the job waits aside until then.</summary>
internal static class ModuleJobs
{
    /// <summary>Has the device install, update and remove software modules.</summary>
    public static async Task<JobEnd> RunAsync(JobContext context)
    {
        var patience = TimeSpan.FromMinutes(context.Arguments.Number("wait") ?? 60);
        var rows = context.Arguments.Rows("operations");
        string? link = null;
        if (context.Arguments.File("file") is { } file && rows.Any(NeedsFile))
        {
            if (await context.Files!.OfferAsync(file, patience) is not { } offer) return CwmpFaults.FileGone();
            link = offer.Url.AbsoluteUri;
        }
        var result = await context.Rpc.CallAsync<ChangeDUStateResponse>(new ChangeDUState([.. rows.Select(r => Operation(r, link))], context.CommandKey));
        if (result.Response is not null) return Aside(context, "The device took the change of software modules; waits for its DUStateChangeComplete.", patience);
        if (result.WasRefused || result.Fault!.Class != FaultClass.Timeout) return result.Fault!;
        return Aside(context, "The device left the session while it was asked to change software modules; waits for a DUStateChangeComplete in case it took it.", patience);
    }

    /// <summary>The device reports what became of each operation.</summary>
    public static ProtocolOutcome Reported(DUStateChangeComplete report)
    {
        var values = report.Results.Select(Value).ToList();
        var failed = report.Results.Where(r => r.Fault.Code != 0).ToList();
        var outcome = failed.Count == 0
            ? ProtocolOutcome.Success(values, $"The device changed {Values.Count(values.Count, "software module")}.")
            : ProtocolOutcome.Failure(CwmpFaults.From(failed[0].Fault.Code, failed[0].Fault.Text) with { Message = Sentence(failed, report.Results.Count) }, values);
        return outcome with { StoreValues = false };
    }

    /// <summary>An operation for people.</summary>
    public static string Describe(JsonObject row) => $"{row.Text("operation") switch { "update" => "Update", "uninstall" => "Remove", _ => "Install" }} {row.Text("uuid") ?? row.Text("url") ?? "a file of the library"}";

    private static JobEnd Aside(JobContext context, string reason, TimeSpan patience) => new(null, new ParkedJob(context.CommandKey, reason, patience));

    // An update may name the module alone: the device knows where it came from.
    private static bool NeedsFile(JsonObject row) => row.Text("operation") is "install" or "update" && row.Text("url") is null;

    private static DUOperation Operation(JsonObject row, string? link)
    {
        var kind = row.Text("operation") switch
        {
            "update" => DUOperationKind.Update,
            "uninstall" => DUOperationKind.Uninstall,
            _ => DUOperationKind.Install,
        };
        var url = row.Text("url")?.Trim() ?? (NeedsFile(row) ? link : null) ?? "";
        return new DUOperation(kind, url, row.Text("uuid")?.Trim() ?? "", row.Text("version")?.Trim() ?? "", row.Text("environment")?.Trim() ?? "", "", "");
    }

    private static ParameterValue Value(DUStateChangeResult result, int index)
    {
        var name = result.DeploymentUnitRef.Length > 0 ? result.DeploymentUnitRef : result.Uuid.Length > 0 ? result.Uuid : FormattableString.Invariant($"operation {index + 1}");
        var version = result.Version.Length > 0 ? $" {result.Version}" : "";
        return new ParameterValue(name, result.Fault.Code == 0 ? $"{result.CurrentState}{version}" : FormattableString.Invariant($"{result.CurrentState}{version}, fault {result.Fault.Code}"), "deploymentUnit");
    }

    private static string Sentence(List<DUStateChangeResult> failed, int all)
    {
        var first = CwmpFaults.From(failed[0].Fault.Code, failed[0].Fault.Text).Message;
        return all == 1 ? first : FormattableString.Invariant($"{failed.Count} of {all} operations failed. The first: {first}");
    }
}
