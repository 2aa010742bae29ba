using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Mibs;

/// <summary>A value with what a MIB makes of it.</summary>
/// <param name="Name">The path by name: <c>ifDescr.3</c>; null where no module names it.</param>
/// <param name="Text">The value in words: <c>up(1)</c>; null where the raw value says as much.</param>
/// <param name="Index">The parts of the row's index, where there are any that a number does not tell by itself.</param>
public readonly record struct ShownName(string? Name, string? Text, IReadOnlyList<MibIndexValue> Index);

/// <summary>
/// Names and words for the values of protocols whose paths are object identifiers, for job results and parameter lists. Which protocols those are
/// their descriptors say (<see cref="PathSyntax.IsObjectIdentifier"/>).
/// </summary>
public sealed class ParameterNames(ProtocolCatalog protocols, MibCache cache)
{
    private const int MaximumPlaces = 100;

    private static readonly ShownName Nothing = new(null, null, []);

    /// <summary>True where the protocol's paths have names in a MIB.</summary>
    public bool Covers(string protocol) => protocols.Find(protocol)?.Descriptor.Paths.IsObjectIdentifier == true;

    /// <summary>The tenant's names where one of the protocols' paths have some; null where none has.</summary>
    public async Task<MibTree?> TreeAsync(Caller caller, IEnumerable<string> protocols, CancellationToken cancellationToken) =>
        protocols.Any(Covers) ? (await cache.GetAsync(caller.Tenant, cancellationToken)).Tree : null;

    /// <summary>The object identifiers that a search by name means: <c>ifDescr</c> and what contains it, <c>ifDescr.3</c>, <c>IF-MIB::ifDescr</c>.</summary>
    public static IReadOnlyList<string> Places(MibTree tree, string text)
    {
        if (text.Length == 0 || !char.IsAsciiLetter(text[0])) return [];
        if (tree.Resolve(text) is { } exact) return [MibOid.Format(exact), .. tree.Search(text, MaximumPlaces).Select(n => n.Oid)];
        return [.. tree.Search(text, MaximumPlaces).Select(n => n.Oid)];
    }

    /// <summary>One entry a value, in order; an empty list where the protocol's paths need no names.</summary>
    public async Task<IReadOnlyList<ShownName>> DescribeAsync(Caller caller, string protocol, IReadOnlyList<ParameterValue> values, CancellationToken cancellationToken)
    {
        if (values.Count == 0 || !Covers(protocol)) return [];
        var tree = (await cache.GetAsync(caller.Tenant, cancellationToken)).Tree;
        return [.. values.Select(v => Describe(tree, v))];
    }

    /// <summary>The same for values of several protocols.</summary>
    public async Task<IReadOnlyList<ShownName>> DescribeAsync(Caller caller, IReadOnlyList<Parameter> values, CancellationToken cancellationToken)
    {
        if (!values.Any(v => Covers(v.Source))) return [];
        var tree = (await cache.GetAsync(caller.Tenant, cancellationToken)).Tree;
        return [.. values.Select(v => Covers(v.Source) ? Describe(tree, new ParameterValue(v.Path, v.Value, v.Type)) : Nothing)];
    }

    /// <summary>One value by a tree.</summary>
    public static ShownName Describe(MibTree tree, ParameterValue value)
    {
        if (!MibOid.TryParse(value.Path, out var arcs) || tree.Longest(arcs) is not { } match) return Nothing;
        // Some modules name instances (sysUpTimeInstance); the object says more.
        if (match.Node is { Definition.Kind: MibKind.Node, Parent.Definition.Kind: MibKind.Scalar or MibKind.Column }) match = new MibMatch(match.Node.Parent, [match.Node.Arc, .. match.Rest]);
        var definition = match.Node.Definition!;
        var name = match.Rest.Length == 0 ? definition.Name : $"{definition.Name}.{MibOid.Format(match.Rest)}";
        if (definition.Kind is not (MibKind.Column or MibKind.Scalar)) return new ShownName(name, null, []);
        var index = definition.Kind == MibKind.Column && match.Rest.Length > 0 ? InstanceDecoder.Decode(tree, match.Node, match.Rest) ?? [] : [];
        var plain = index is [{ } only] && match.Rest.Length == 1 && only.Text == MibOid.Format(match.Rest);
        return new ShownName(name, ValueFormatter.Format(tree, definition, value), plain ? [] : index);
    }
}
