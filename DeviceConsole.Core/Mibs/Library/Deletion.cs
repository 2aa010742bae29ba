namespace DeviceConsole.Core.Mibs;

/// <summary>What goes when a module is deleted, and who would be left without it.</summary>
internal static class Deletion
{
    private const int Shown = 5;

    /// <summary>The files to delete, and the names of modules in force that import something that would be gone; with importers there are none of these.</summary>
    public static (HashSet<Guid> Files, List<string> Importers) Of(IReadOnlyList<StoredModule> stored, StoredModule chosen, IReadOnlySet<string> builtIn, bool withImporters)
    {
        var files = new HashSet<Guid> { chosen.FileId };
        while (true)
        {
            var left = stored.Where(m => !files.Contains(m.FileId)).ToList();
            var names = left.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
            var gone = stored.Where(m => files.Contains(m.FileId) && !names.Contains(m.Name) && !builtIn.Contains(m.Name)).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
            var importers = left.Where(m => m.Active && m.Imports.Any(gone.Contains)).ToList();
            if (!withImporters || importers.Count == 0) return (files, [.. importers.Select(m => m.Name).Distinct().Order(StringComparer.OrdinalIgnoreCase)]);
            // Every revision of an importer goes: a kept one would come into force and wait.
            var own = importers.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
            files.UnionWith(stored.Where(m => own.Contains(m.Name)).Select(m => m.FileId));
        }
    }

    /// <summary>Why it is refused, and what to do.</summary>
    public static string Refusal(string name, IReadOnlyList<string> importers)
    {
        var list = importers.Count <= Shown ? string.Join(", ", importers) : $"{string.Join(", ", importers.Take(Shown))} and {importers.Count - Shown} more";
        return $"{name} is imported by {list}. Delete {(importers.Count == 1 ? "that module" : "those modules")} first, or delete {(importers.Count == 1 ? "it" : "them")} together with {name}.";
    }
}
