using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// Finds the names below a path with as few requests as the device takes: everything at once, or level by level where that is too much for it.
/// </summary>
internal sealed class Discovery(JobContext context)
{
    private const int MaximumNames = 100_000;
    private static readonly string[] Roots = ["Device.", "InternetGatewayDevice."];

    private readonly Dictionary<string, bool> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> listed = new(StringComparer.Ordinal);
    private readonly HashSet<string> unlisted = new(StringComparer.Ordinal);

    /// <summary>Every name that was found, with whether it can be written.</summary>
    public IReadOnlyDictionary<string, bool> Names => names;

    /// <summary>The parameters among them. A name that others stand below is an object, also where the device forgot its dot.</summary>
    public List<string> Parameters()
    {
        var parents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names.Keys)
            for (var parent = ParentOf(name); parent.Length > 0 && parents.Add(parent); parent = ParentOf(parent)) { }
        return [.. names.Keys.Where(n => !n.EndsWith('.') && !parents.Contains(n + "."))];
    }

    /// <summary>The objects among them, as rows of the tree.</summary>
    public IEnumerable<ParameterValue> Objects() =>
        names.Where(n => n.Key.EndsWith('.') && n.Key.Length <= Values.MaximumPath).Select(n => new ParameterValue(n.Key, null, "object") { Writable = n.Value });

    /// <summary>
    /// Objects below which nothing was left out: what is not among the names is not on the device. An object that could not be listed takes those
    /// that hold it out of the list, not its neighbours.
    /// </summary>
    public IReadOnlyList<string> Whole()
    {
        if (names.Count >= MaximumNames) return [];
        if (unlisted.Count == 0) return [.. listed];
        var children = names.Keys.Where(n => n.EndsWith('.')).ToLookup(ParentOf, StringComparer.Ordinal);
        var holders = unlisted.SelectMany(AncestorsOf).ToHashSet(StringComparer.Ordinal);
        var whole = new List<string>();
        var waiting = new Stack<string>(listed);
        while (waiting.TryPop(out var next) && whole.Count < ProtocolOutcome.MaximumWhole)
        {
            if (unlisted.Contains(next)) continue;
            if (!holders.Contains(next)) whole.Add(next);
            else foreach (var child in children[next]) waiting.Push(child);
        }
        return whole;
    }

    /// <summary>Lists everything below the path; a fault where the device refuses or is gone.</summary>
    public async Task<ProtocolFault?> RunAsync(string path)
    {
        if (path.Length > 0) return await ListOrDescendAsync(path);
        ProtocolFault? fault = null;
        var wasRefused = false;
        // netcwmp crashes at the empty path, and would again at every further try: what was tried before goes by the root's name.
        if (!context.Quirks.SkipsEmptyPath && (context.Attempt == 1 || context.Root is null))
        {
            (fault, var refused) = await ListAsync(path);
            if (fault is null ? names.Count > 0 : !refused) return fault;
            wasRefused = true;
        }
        // Some devices refuse the empty path, or have nothing below it.
        foreach (var root in context.Root is { } known ? [known] : Roots)
        {
            var before = names.Count;
            fault = await ListOrDescendAsync(root);
            if (names.Count > before && fault is null && wasRefused && context.Quirks.IsOpen(CwmpQuirks.SkipEmptyPath)) context.Quirks.Learn(CwmpQuirks.SkipEmptyPath, true);
            if (fault is null || fault.IsWorthARetry) return fault;
        }
        return fault;
    }

    private async Task<ProtocolFault?> ListOrDescendAsync(string path)
    {
        if (context.Quirks.ByLevels) return await DescendAsync(path, null);
        var (fault, refused) = await ListAsync(path);
        return fault is null || !refused ? fault : await DescendAsync(path, fault);
    }

    private async Task<(ProtocolFault? Fault, bool Refused)> ListAsync(string path)
    {
        var result = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(path, false) { InWords = context.Quirks.NextLevelInWords });
        if (result.Response is { } response)
        {
            Take(response);
            Claim(path);
        }
        return (result.Fault, result.WasRefused);
    }

    // One level at a time: the answers are small.
    private async Task<ProtocolFault?> DescendAsync(string path, ProtocolFault? first)
    {
        var waiting = new Stack<string>([path]);
        var seen = new HashSet<string>(StringComparer.Ordinal) { path };
        var answered = false;
        while (waiting.TryPop(out var next) && names.Count < MaximumNames && !context.IsOverdue)
        {
            var result = await NextLevelAsync(next, !answered);
            first ??= result.Fault;
            if (result.Fault is { } fault && !result.WasRefused) return fault;
            // One object that cannot be listed is no reason to give up the others. Nor is an empty answer about what always holds something a word that it is gone.
            if (result.Response is not { } response)
            {
                unlisted.Add(next);
                continue;
            }
            if (response.Names.Count == 0 && !CanBeEmpty(next)) unlisted.Add(next);
            answered = true;
            Take(response);
            foreach (var item in response.Names)
                if (item.Name.EndsWith('.') && item.Name.StartsWith(next, StringComparison.Ordinal) && seen.Add(item.Name)) waiting.Push(item.Name);
        }
        if (answered && first is not null && unlisted.Count == 0 && waiting.Count == 0 && context.Quirks.IsOpen(CwmpQuirks.Listing)) context.Quirks.Learn(CwmpQuirks.Listing, CwmpQuirks.Levels);
        unlisted.UnionWith(waiting);
        if (answered) Claim(path);
        return answered ? null : first;
    }

    // A device that takes NextLevel in the other spelling only says so at the first request, if at all.
    private async Task<RpcResult<GetParameterNamesResponse>> NextLevelAsync(string path, bool isFirst)
    {
        var request = new GetParameterNames(path, true) { InWords = context.Quirks.NextLevelInWords };
        var result = await context.Rpc.CallAsync<GetParameterNamesResponse>(request);
        if (!isFirst || result.Code != 9003 || !context.Quirks.IsOpen(CwmpQuirks.NextLevel)) return result;
        var again = await context.Rpc.CallAsync<GetParameterNamesResponse>(request with { InWords = true });
        if (again.Response is not null) context.Quirks.Learn(CwmpQuirks.NextLevel, CwmpQuirks.Words);
        return again.Response is null && again.WasRefused ? result : again;
    }

    // An empty list about a root is a mistake of the device, never the word that everything is gone.
    private void Claim(string path)
    {
        if (path.Length == 0) listed.UnionWith(Roots.Where(r => names.Keys.Any(n => n.Length > r.Length && n.StartsWith(r, StringComparison.Ordinal))));
        else if (path.EndsWith('.') && (CanBeEmpty(path) ? names.Count > 0 : names.Keys.Any(n => n.Length > path.Length && n.StartsWith(path, StringComparison.Ordinal)))) listed.Add(path);
    }

    // A table can be without rows; a root, and what stands right below it, is not.
    private static bool CanBeEmpty(string path) => path.AsSpan().Count('.') > 2;

    private static IEnumerable<string> AncestorsOf(string path)
    {
        for (var parent = ParentOf(path); parent.Length > 0; parent = ParentOf(parent)) yield return parent;
    }

    private void Take(GetParameterNamesResponse response)
    {
        foreach (var item in response.Names)
            if (item.Name.Length > 0 && names.Count < MaximumNames) names[item.Name] = item.Writable;
    }

    private static string ParentOf(string name) => name[..(name.TrimEnd('.').LastIndexOf('.') + 1)];
}
