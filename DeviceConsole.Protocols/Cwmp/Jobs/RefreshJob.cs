using System.Globalization;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>Discovers a subtree and reads it.</summary>
internal static class RefreshJob
{
    /// <summary>Names first, then their values; a refused path that was known is forgotten.</summary>
    public static async Task<JobEnd> RunAsync(JobContext context)
    {
        var started = context.Time.GetTimestamp();
        var path = context.Arguments.Text("path")?.Trim() ?? "";
        var (discovery, fault) = await DiscoverAsync(context, path);
        // The object is not on the device any more: that is an answer, and what is stored of it goes.
        if (fault is { Code: "cwmp.invalid-name" } && path.EndsWith('.') && path.Count(c => c == '.') > 1)
            return ProtocolOutcome.Failure(fault) with { Removed = [path] };
        if (fault is not null && discovery.Names.Count == 0) return fault;

        var reader = new ValueReader(context);
        var names = discovery.Parameters();
        fault ??= await reader.ReadAsync(names);
        var values = Rows(discovery, reader);
        var summary = Summary(reader.Read.Count, reader, context.Time.GetElapsedTime(started));
        var outcome = fault is null ? ProtocolOutcome.Success(values, summary) : ProtocolOutcome.Failure(fault, values);
        // The listing says what is there, also of names whose value the device did not give.
        return outcome with { Whole = discovery.Whole(), Present = names };
    }

    /// <summary>The names below a path; a fault where they could not be listed.</summary>
    public static async Task<(Discovery Discovery, ProtocolFault? Fault)> DiscoverAsync(JobContext context, string path)
    {
        var discovery = new Discovery(context);
        var fault = await discovery.RunAsync(path);
        // A device that answers by aliases is asked to answer by numbers, under which instances are kept.
        if (!context.AliasBased || InstancePath.HasAlias(path) || !discovery.Names.Keys.Any(InstancePath.HasAlias) || !await AliasMap.UseNumbersAsync(context)) return (discovery, fault);
        discovery = new Discovery(context);
        return (discovery, await discovery.RunAsync(path));
    }

    /// <summary>The rows of the tree: what was read, with whether it can be written, and the objects.</summary>
    public static List<ParameterValue> Rows(Discovery discovery, ValueReader reader) =>
        [.. reader.Read.Select(v => v with { Writable = discovery.Names.TryGetValue(v.Path, out var writable) ? writable : null }), .. discovery.Objects()];

    private static string Summary(int values, ValueReader reader, TimeSpan elapsed)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Values.Count(values)} in {elapsed.TotalSeconds:0.0} s");
        if (values == 0 && reader.Refused.Count == 0) return $"{text}; the device named nothing, so everything that is stored stays";
        return reader.Refused.Count == 0 ? text : $"{text}; {reader.Refused.Count} could not be read, the first was {reader.Refused[0].Name}";
    }
}
