using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// Which number an alias stands for, asked of the device in the job's own session: the table's instances by their numbers, and their Alias parameters.
/// An instance that was answered by its alias is stored under its number, so that it is there once.
/// </summary>
internal sealed class AliasMap(JobContext context)
{
    private const int MaximumTables = 64;
    private readonly Dictionary<string, Dictionary<string, string>> tables = new(StringComparer.Ordinal);

    /// <summary>True where the job's arguments name an instance by its alias.</summary>
    public static bool IsAsked(System.Text.Json.Nodes.JsonObject arguments) =>
        arguments.List("names").Concat(arguments.Rows("values").Concat(arguments.Rows("attributes")).Select(r => r.Text("path") ?? "")).Append(arguments.Text("path") ?? "").Any(InstancePath.HasAlias);

    /// <summary>The outcome with numbers in place of aliases. What no number is known of is not stored.</summary>
    public async Task<ProtocolOutcome> ResolveAsync(ProtocolOutcome outcome)
    {
        if (!outcome.StoreValues || !outcome.Values.Select(v => v.Path).Concat(outcome.Removed).Concat(outcome.Whole).Concat(outcome.Present).Any(InstancePath.HasAlias)) return outcome;
        var values = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        var unknown = 0;
        foreach (var value in outcome.Values)
        {
            if (await CanonicalAsync(value.Path) is { } path) values[path] = value with { Path = path };
            else unknown++;
        }
        return outcome with
        {
            Values = [.. values.Values],
            Removed = await AllAsync(outcome.Removed),
            Whole = unknown > 0 ? [] : await AllAsync(outcome.Whole),
            Present = await AllAsync(outcome.Present),
            Summary = unknown == 0 ? outcome.Summary : $"{outcome.Summary}; {Values.Count(unknown)} of instances whose number the device did not tell were not kept",
        };
    }

    /// <summary>One path with numbers in place of aliases; null where the device has no instance of that alias, or does not tell its number.</summary>
    public ValueTask<string?> CanonicalAsync(string path) => InstancePath.ResolveAsync(path, async (table, alias) =>
    {
        if (!tables.TryGetValue(table, out var instances)) tables[table] = instances = tables.Count < MaximumTables ? await ReadAsync(table) : [];
        return instances.GetValueOrDefault(alias);
    });

    /// <summary>The same parameter of another instance of its table, for an alias that names none yet; null where there is no other.</summary>
    public async Task<string?> SiblingOfAsync(string path)
    {
        if (InstancePath.First(path) is not var (table, _, rest) || InstancePath.HasAlias(rest)) return null;
        await CanonicalAsync(path);
        return tables[table].Values.FirstOrDefault() is { } instance ? instance + rest[1..] : null;
    }

    /// <summary>Has the device answer by numbers, where it answers by aliases; false where it refuses.</summary>
    public static async Task<bool> UseNumbersAsync(JobContext context) => (await context.Rpc.CallAsync<SetParameterValuesResponse>(
        new SetParameterValues([new ParameterValueStruct((context.Root ?? "Device.") + "ManagementServer.InstanceMode", "InstanceNumber", "string")], ""))).Response is not null;

    private async Task<Dictionary<string, string>> ReadAsync(string table)
    {
        var listed = await ListAsync(table);
        if (listed.Any(InstancePath.HasAlias) && await UseNumbersAsync(context)) listed = await ListAsync(table);
        var reader = new ValueReader(context);
        var instances = listed.Where(n => n.Length > table.Length + 1 && n.StartsWith(table, StringComparison.Ordinal) && n.EndsWith('.') && InstancePath.IsInstance(n.AsSpan(table.Length, n.Length - table.Length - 1)) && !InstancePath.HasAlias(n)).ToList();
        if (instances.Count > 0) await reader.ReadAsync([.. instances.Select(i => i + InstancePath.Parameter)]);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in reader.Read)
            if (value.Value is { Length: > 0 } alias && value.Path.EndsWith("." + InstancePath.Parameter, StringComparison.Ordinal)) found.TryAdd(alias, value.Path[..^InstancePath.Parameter.Length]);
        return found;
    }

    private async Task<List<string>> ListAsync(string table) =>
        (await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(table, true) { InWords = context.Quirks.NextLevelInWords })).Response?.Names.Select(n => n.Name).ToList() ?? [];

    private async Task<List<string>> AllAsync(IReadOnlyList<string> paths)
    {
        var resolved = new List<string>(paths.Count);
        foreach (var path in paths)
            if (await CanonicalAsync(path) is { } canonical) resolved.Add(canonical);
        return resolved;
    }
}
