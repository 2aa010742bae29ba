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

    /// <summary>Every name that was found, with whether it can be written.</summary>
    public IReadOnlyDictionary<string, bool> Names => names;

    /// <summary>True where nothing was left out: what is not among the names is not on the device.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>The parameters among them. A name that others stand below is an object, also where the device forgot its dot.</summary>
    public List<string> Parameters()
    {
        var parents = names.Keys.Select(ParentOf).ToHashSet(StringComparer.Ordinal);
        return [.. names.Keys.Where(n => !n.EndsWith('.') && !parents.Contains(n + "."))];
    }

    /// <summary>Lists everything below the path; a fault where the device refuses or is gone.</summary>
    public async Task<ProtocolFault?> RunAsync(string path)
    {
        var (fault, refused) = await ListAsync(path);
        if (fault is null || !refused) return fault;
        if (path.Length > 0) return await DescendAsync(path, fault);
        // Some devices refuse the empty path.
        foreach (var root in context.Root is { } known ? [known] : Roots)
        {
            (fault, refused) = await ListAsync(root);
            if (fault is null || !refused) return fault;
            if (context.Root is not null) return await DescendAsync(root, fault);
        }
        return fault;
    }

    private async Task<(ProtocolFault? Fault, bool Refused)> ListAsync(string path)
    {
        var result = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(path, false));
        if (result.Response is { } response) Take(response);
        return (result.Fault, result.WasRefused);
    }

    // One level at a time: the answers are small.
    private async Task<ProtocolFault?> DescendAsync(string path, ProtocolFault first)
    {
        var waiting = new Stack<string>([path]);
        var seen = new HashSet<string>(StringComparer.Ordinal) { path };
        var answered = false;
        while (waiting.TryPop(out var next) && names.Count < MaximumNames && !context.IsOverdue)
        {
            var result = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(next, true));
            if (result.Fault is { } fault && !result.WasRefused) return fault;
            // One object that cannot be listed is no reason to give up the others.
            if (result.Response is not { } response)
            {
                IsWhole = false;
                continue;
            }
            answered = true;
            Take(response);
            foreach (var item in response.Names)
                if (item.Name.EndsWith('.') && item.Name.StartsWith(next, StringComparison.Ordinal) && seen.Add(item.Name)) waiting.Push(item.Name);
        }
        IsWhole &= waiting.Count == 0;
        return answered ? null : first;
    }

    private void Take(GetParameterNamesResponse response)
    {
        foreach (var item in response.Names)
            if (item.Name.Length > 0 && names.Count < MaximumNames) names[item.Name] = item.Writable;
    }

    private static string ParentOf(string name) => name[..(name.TrimEnd('.').LastIndexOf('.') + 1)];
}
