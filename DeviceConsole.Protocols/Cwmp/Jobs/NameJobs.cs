using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>GetParameterNames.</summary>
internal static class NameJobs
{
    /// <summary>Lists names. They are an answer to look at: names without values do not go into the tree.</summary>
    public static async Task<JobEnd> GetNamesAsync(JobContext context)
    {
        var path = context.Arguments.Text("path")?.Trim() ?? "";
        var nextLevel = context.Arguments["nextLevel"]?.GetValueKind() == System.Text.Json.JsonValueKind.True;
        var result = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(path, nextLevel));
        // Some devices refuse the empty path; the root's name is the same question.
        if (path.Length == 0 && result.WasRefused && context.Root is { } root)
            result = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(root, nextLevel));
        if (result.Fault is { } fault) return fault;
        var values = result.Response!.Names.Where(n => n.Name.Length > 0).DistinctBy(n => n.Name)
            .Select(n => new ParameterValue(n.Name, null, n.Name.EndsWith('.') ? "object" : "") { Writable = n.Writable }).ToList();
        return ProtocolOutcome.Success(values, Values.Count(values.Count, "name")) with { StoreValues = false };
    }
}
