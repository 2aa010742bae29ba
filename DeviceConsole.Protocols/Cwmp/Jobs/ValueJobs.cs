using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Session;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>GetParameterValues and SetParameterValues.</summary>
internal static class ValueJobs
{
    // Objects that are listed anew for names that went.
    private const int MaximumListed = 8;

    /// <summary>Reads named parameters, or everything below objects.</summary>
    public static async Task<JobEnd> GetAsync(JobContext context)
    {
        var names = context.Arguments.List("names");
        var reader = new ValueReader(context);
        var fault = await reader.ReadAsync(names);
        var values = reader.Read;
        if (fault is not null) return ProtocolOutcome.Failure(fault, values);
        if (reader.Refused.Count > 0)
        {
            var (name, why, _) = reader.Refused[0];
            return await RediscoverAsync(context, reader, ProtocolOutcome.Failure(why with { Message = $"{name}: {why.Message}" }, values));
        }
        var missing = names.Count(n => !n.EndsWith('.') && !values.Exists(v => v.Path == n));
        return ProtocolOutcome.Success(values, Values.Count(values.Count) + (missing == 0 ? "" : $"; the device left out {missing} of the names")) with
        {
            // A partial path is answered with everything below it (A.3.2.2); nothing at all says nothing. A job that ran out of time did not ask for all.
            Whole = context.IsOverdue ? [] : [.. names.Where(n => n.EndsWith('.') && values.Exists(v => v.Path.StartsWith(n, StringComparison.Ordinal)))],
        };
    }

    // What the device does not know any more is forgotten: the object that held it is listed anew. A root is too much for that.
    private static async Task<ProtocolOutcome> RediscoverAsync(JobContext context, ValueReader reader, ProtocolOutcome outcome)
    {
        var (gone, whole, present) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var holder in reader.Refused.Where(r => r.Code == 9005).Select(r => HolderOf(r.Name)).Where(h => h.IndexOf('.', StringComparison.Ordinal) < h.Length - 1).Distinct().Take(MaximumListed))
        {
            if (context.IsOverdue) break;
            var result = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(holder, false) { InWords = context.Quirks.NextLevelInWords });
            if (!result.WasRefused && result.Response is null) break;
            if (result.Code == 9005) gone.Add(holder);
            if (result.Response is not { Names.Count: > 0 } listed) continue;
            whole.Add(holder);
            present.AddRange(listed.Names.Select(n => n.Name));
        }
        return outcome with { Removed = gone, Whole = whole, Present = present };
    }

    private static string HolderOf(string name) => name[..(name.TrimEnd('.').LastIndexOf('.') + 1)];

    /// <summary>Sets values, all or none. A type that was not given is asked of the device first.</summary>
    public static async Task<JobEnd> SetAsync(JobContext context)
    {
        var rows = context.Arguments.Rows("values");
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var untyped = rows.Where(r => r.Text("type") is null).Select(r => r.Text("path")!.Trim()).Distinct().ToList();
        if (untyped.Count > 0)
        {
            var reader = new ValueReader(context);
            if (await reader.ReadAsync(untyped) is { } gone) return gone;
            foreach (var value in reader.Read) types[value.Path] = value.Type;
            if (await SiblingsAsync(context, untyped.Where(p => InstancePath.HasAlias(p) && !types.ContainsKey(p)), types) is { } lost) return lost;
        }
        var parameters = rows.Select(row => Parameter(row, types)).ToList();
        var result = await SendAsync(context, parameters);
        if (result.Fault is { } fault) return fault;
        if (result.Response!.Status == 1)
            return ProtocolOutcome.Success([], $"{Values.Count(parameters.Count)} taken; the device applies them later, perhaps after a reboot");
        // What is read back of a secret is empty; what was sent must not be kept in the tree.
        return ProtocolOutcome.Success([.. Values.From(parameters).Where(v => !SoapRedactor.IsSecret(v.Path))], $"{Values.Count(parameters.Count)} set");
    }

    // An instance that the device makes while it is set (AutoCreateInstances) has the types of the others in its table.
    private static async Task<ProtocolFault?> SiblingsAsync(JobContext context, IEnumerable<string> paths, Dictionary<string, string> types)
    {
        var (aliases, siblings) = (new AliasMap(context), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var path in paths)
            if (await aliases.SiblingOfAsync(path) is { } sibling) siblings[path] = sibling;
        if (siblings.Count == 0) return null;
        var reader = new ValueReader(context);
        if (await reader.ReadAsync([.. siblings.Values.Distinct()]) is { } gone) return gone;
        var read = reader.Read.ToDictionary(v => v.Path, v => v.Type, StringComparer.Ordinal);
        foreach (var (path, sibling) in siblings)
            if (read.TryGetValue(sibling, out var type)) types[path] = type;
        return null;
    }

    // All or none: what was refused changed nothing, and may be tried in the other spelling. The one that the device takes is kept for its model.
    private static async Task<RpcResult<SetParameterValuesResponse>> SendAsync(JobContext context, IReadOnlyList<ParameterValueStruct> parameters)
    {
        var quirks = context.Quirks;
        var result = await SendAsync(context, parameters, quirks.BooleansInWords, quirks.DatesWithoutZone);
        if (!IsAboutSpelling(result)) return result;
        if (!quirks.BooleansInWords && quirks.IsOpen(CwmpQuirks.Booleans) && parameters.Any(p => p.Type == "boolean"))
        {
            var again = await SendAsync(context, parameters, true, quirks.DatesWithoutZone);
            if (again.Response is not null) quirks.Learn(CwmpQuirks.Booleans, CwmpQuirks.Words);
            if (again.Response is not null || !again.WasRefused) return again;
        }
        if (!quirks.DatesWithoutZone && quirks.IsOpen(CwmpQuirks.Dates) && parameters.Any(p => p.Type == "dateTime"))
        {
            var again = await SendAsync(context, parameters, quirks.BooleansInWords, true);
            if (again.Response is not null) quirks.Learn(CwmpQuirks.Dates, CwmpQuirks.NoZone);
            if (again.Response is not null || !again.WasRefused) return again;
        }
        return result;
    }

    private static Task<RpcResult<SetParameterValuesResponse>> SendAsync(JobContext context, IEnumerable<ParameterValueStruct> parameters, bool words, bool noZone) =>
        context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues([.. parameters.Select(p => p with { Value = Spell(p, words, noZone) })], ""));

    private static string Spell(ParameterValueStruct parameter, bool words, bool noZone) => (parameter.Type, parameter.Value) switch
    {
        ("boolean", "1") when words => "true",
        ("boolean", "0") when words => "false",
        ("dateTime", { } time) when noZone => time.TrimEnd('Z'),
        var (_, value) => value ?? "",
    };

    // The value or its type is what the device does not like (9006, 9007), or it says so of the whole (9003).
    private static bool IsAboutSpelling(RpcResult<SetParameterValuesResponse> result) =>
        result.WasRefused && result.Fault!.Code is "cwmp.invalid-value" or "cwmp.invalid-type" or "cwmp.invalid-arguments";

    private static ParameterValueStruct Parameter(JsonObject row, Dictionary<string, string> types)
    {
        var path = row.Text("path")!.Trim();
        var type = row.Text("type") ?? types.GetValueOrDefault(path) ?? "string";
        return new ParameterValueStruct(path, CwmpText.Canonical(type, row.Text("value") ?? ""), type);
    }
}
