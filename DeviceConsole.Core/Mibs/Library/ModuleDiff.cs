namespace DeviceConsole.Core.Mibs;

/// <summary>One property of a definition that differs.</summary>
/// <param name="What">For example <c>access</c>.</param>
/// <param name="Before">In the earlier revision; null where there was none.</param>
/// <param name="After">In the later one; null where there is none.</param>
public sealed record MibFieldChange(string What, string? Before, string? After);

/// <summary>A definition or a type that differs between two revisions.</summary>
/// <param name="Name">Its name, the later one where it was renamed.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Oid">Its object identifier, the later one where that differs; null for a type.</param>
/// <param name="Changes">What differs; empty where it is new or gone.</param>
public sealed record MibDefinitionChange(string Name, string Kind, string? Oid, IReadOnlyList<MibFieldChange> Changes);

/// <summary>What changes from one revision of a module to another.</summary>
/// <param name="Before">The earlier revision.</param>
/// <param name="After">The later one.</param>
/// <param name="Added">Only in the later.</param>
/// <param name="Removed">Only in the earlier.</param>
/// <param name="Changed">In both, and not the same.</param>
/// <param name="Same">How many are the same.</param>
public sealed record MibModuleDiff(
    MibModuleRow Before, MibModuleRow After, IReadOnlyList<MibDefinitionChange> Added, IReadOnlyList<MibDefinitionChange> Removed, IReadOnlyList<MibDefinitionChange> Changed, int Same);

/// <summary>Compares two compiled revisions by name, and by object identifier where a name is new.</summary>
internal static class ModuleDiff
{
    public static (List<MibDefinitionChange> Added, List<MibDefinitionChange> Removed, List<MibDefinitionChange> Changed, int Same) Of(MibModule before, MibModule after)
    {
        var (added, removed, changed, same) = (new List<MibDefinitionChange>(), new List<MibDefinitionChange>(), new List<MibDefinitionChange>(), 0);
        var old = First(before.Definitions, d => d.Name);
        var now = First(after.Definitions, d => d.Name);
        var renamed = old.Values.Where(d => d.Oid is not null && !now.ContainsKey(d.Name)).DistinctBy(d => d.Oid).ToDictionary(d => d.Oid!, StringComparer.Ordinal);
        foreach (var definition in now.Values)
        {
            if (!old.TryGetValue(definition.Name, out var was) && (definition.Oid is null || !renamed.Remove(definition.Oid, out was)))
            {
                added.Add(Entry(definition, []));
                continue;
            }
            old.Remove(was!.Name);
            var changes = Changes(was, definition).ToList();
            if (changes.Count == 0) same++;
            else changed.Add(Entry(definition, changes));
        }
        removed.AddRange(old.Values.Select(d => Entry(d, [])));
        Types(before, after, added, removed, changed, ref same);
        return (added, removed, changed, same);
    }

    private static void Types(MibModule before, MibModule after, List<MibDefinitionChange> added, List<MibDefinitionChange> removed, List<MibDefinitionChange> changed, ref int same)
    {
        var old = First(before.Types, t => t.Name);
        foreach (var type in First(after.Types, t => t.Name).Values)
        {
            if (!old.Remove(type.Name, out var was))
            {
                added.Add(new MibDefinitionChange(type.Name, "type", null, []));
                continue;
            }
            var changes = Syntax(was.Syntax, type.Syntax).Concat(Field("status", was.Status, type.Status)).Concat(Field("description", was.Description, type.Description)).ToList();
            if (changes.Count == 0) same++;
            else changed.Add(new MibDefinitionChange(type.Name, "type", null, changes));
        }
        removed.AddRange(old.Values.Select(t => new MibDefinitionChange(t.Name, "type", null, [])));
    }

    private static Dictionary<string, T> First<T>(IEnumerable<T> items, Func<T, string> name) => items.DistinctBy(name).ToDictionary(name, StringComparer.Ordinal);

    private static MibDefinitionChange Entry(MibDefinition definition, IReadOnlyList<MibFieldChange> changes) =>
        new(definition.Name, definition.Kind.ToString().ToLowerInvariant(), definition.Oid, changes);

    private static IEnumerable<MibFieldChange> Changes(MibDefinition was, MibDefinition now) =>
        Field("name", was.Name, now.Name)
            .Concat(Field("object identifier", was.Oid, now.Oid))
            .Concat(Field("kind", was.Kind.ToString().ToLowerInvariant(), now.Kind.ToString().ToLowerInvariant()))
            .Concat(Syntax(was.Syntax, now.Syntax))
            .Concat(Field("access", was.Access, now.Access))
            .Concat(Field("status", was.Status, now.Status))
            .Concat(Field("units", was.Units, now.Units))
            .Concat(Field("default", was.DefaultValue, now.DefaultValue))
            .Concat(Field("index", Index(was), Index(now)))
            .Concat(Field(now.Kind == MibKind.Notification ? "objects" : "members", List(was.Objects), List(now.Objects)))
            .Concat(Field("description", was.Description, now.Description))
            .Concat(Field("reference", was.Reference, now.Reference));

    private static IEnumerable<MibFieldChange> Syntax(MibSyntax? was, MibSyntax? now) =>
        Field("syntax", Type(was), Type(now))
            .Concat(Field(was?.BaseType == MibBaseType.Bits ? "bits" : "labels", List(was?.Labels.Select(l => $"{l.Name}({l.Value})")), List(now?.Labels.Select(l => $"{l.Name}({l.Value})"))))
            .Concat(Field("range", List(was?.Ranges), List(now?.Ranges)))
            .Concat(Field("display hint", was?.DisplayHint, now?.DisplayHint));

    private static IEnumerable<MibFieldChange> Field(string what, string? before, string? after) =>
        string.Equals(before, after, StringComparison.Ordinal) ? [] : [new MibFieldChange(what, before, after)];

    private static string? Type(MibSyntax? syntax) => syntax is null ? null : syntax.TypeName is { } name ? $"{name} ({syntax.BaseType})" : syntax.BaseType.ToString();

    private static string? Index(MibDefinition row) =>
        row.Augments is { } augments ? $"augments {augments.Name}" : List(row.Index.Select(i => i.Implied ? $"implied {i.Name}" : i.Name));

    private static string? List<T>(IEnumerable<T>? items) => items is null || string.Join(", ", items) is not { Length: > 0 } text ? null : text;
}
