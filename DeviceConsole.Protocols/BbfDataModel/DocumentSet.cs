using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>
/// All documents of a reading. An import names a file without its versions and a specification with the minor version but without the
/// corrigendum (TR-106): the highest corrigendum that is there is taken.
/// </summary>
internal sealed class DocumentSet
{
    private readonly List<ModelDocument> documents = [];
    private readonly Dictionary<ModelElement, ModelDocument?> targets = [];

    public DocumentSet(IReadOnlyList<DataModelFile> files, CancellationToken cancellationToken)
    {
        var reader = new DocumentReader(cancellationToken);
        foreach (var file in files) documents.Add(new ModelDocument(file.Name, reader.Read(file)));
    }

    /// <summary>Documents that no other imports, and that hold a model.</summary>
    public IReadOnlyList<ModelDocument> Tops()
    {
        var imported = documents.SelectMany(d => d.Imports.Select(i => Target(d, i)).Where(t => t != d)).ToHashSet();
        return [.. documents.Where(d => d.Models.Count > 0 && !imported.Contains(d))];
    }

    public bool HasModels => documents.Any(d => d.Models.Count > 0);

    /// <summary>Files from which items are imported and that are not there.</summary>
    public IReadOnlyList<string> Missing(ModelDocument top)
    {
        var seen = new HashSet<ModelDocument> { top };
        var missing = new List<string>();
        var open = new Queue<ModelDocument>([top]);
        while (open.TryDequeue(out var document))
        {
            foreach (var import in document.Imports.Where(i => i.Children.Count > 0))
            {
                if (Target(document, import) is not { } target) missing.Add(import["file"] ?? import["spec"] ?? "?");
                else if (seen.Add(target)) open.Enqueue(target);
            }
        }

        return [.. missing.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The definition that a name of a document stands for, and the document that it is written in.</summary>
    public (ModelDocument Document, ModelElement Element) Resolve(ModelDocument document, string kind, string name, int line)
    {
        var (at, wanted) = (document, name);
        for (var step = 0; step < DataModelLimits.Depth; step++)
        {
            if (at.Defined(kind, wanted) is { } element) return (at, element);
            if (at.Imported(kind, wanted) is not { } import) return Elsewhere(document, kind, wanted, line);
            wanted = import.Name;
            at = Target(at, import.Import)
                ?? throw new DataModelFormatException(at.File, import.Import.Line, $"{import.Import["file"]} is imported, but it is not among the files.");
        }

        throw new DataModelFormatException(document.File, line, $"The {kind} '{name}' is imported in a circle.");
    }

    // Published documents use a few types that they forgot to import: taken where one document alone defines the name.
    private (ModelDocument Document, ModelElement Element) Elsewhere(ModelDocument document, string kind, string name, int line)
    {
        var found = documents.Where(d => d.Defined(kind, name) is not null).Take(2).ToList();
        return found.Count == 1
            ? (found[0], found[0].Defined(kind, name)!)
            : throw new DataModelFormatException(document.File, line, $"There is no {kind} called '{name}' here, nor is it imported.");
    }

    private ModelDocument? Target(ModelDocument from, ModelElement import)
    {
        if (targets.TryGetValue(import, out var known)) return known;
        var file = FileName(import["file"] ?? "");
        var found = documents.FirstOrDefault(d => string.Equals(FileName(d.File), file, StringComparison.OrdinalIgnoreCase))
            ?? BySpec(import["spec"] ?? "") ?? ByStem(file, from);
        targets[import] = found;
        return found;
    }

    // tr-181-2-19-wifi is any of tr-181-2-19-0-wifi, tr-181-2-19-1-wifi …: one number more at the end of the version.
    private ModelDocument? BySpec(string spec)
    {
        if (spec.Length == 0) return null;
        var wanted = Tail(spec).Split('-');
        return documents.Select(d => (Document: d, Corrigendum: Corrigendum(Tail(d.Spec).Split('-'), wanted)))
            .Where(m => m.Corrigendum >= 0).OrderByDescending(m => m.Corrigendum).FirstOrDefault().Document;
    }

    private static int Corrigendum(string[] given, string[] wanted)
    {
        if (given.AsSpan().SequenceEqual(wanted)) return int.MaxValue;
        if (given.Length != wanted.Length + 1) return -1;
        var at = 0;
        while (at < wanted.Length && given[at] == wanted[at]) at++;
        return int.TryParse(given[at], out var number) && number >= 0 && given.AsSpan(at + 1).SequenceEqual(wanted.AsSpan(at)) ? number : -1;
    }

    // The name without any number of a version: only where one document alone has it.
    private ModelDocument? ByStem(string file, ModelDocument from)
    {
        var stem = Stem(file);
        if (stem.Length == 0) return null;
        var candidates = documents.Where(d => d != from && Stem(FileName(d.File)) == stem).Take(2).ToList();
        return candidates.Count == 1 ? candidates[0] : null;
    }

    private static string Stem(string file)
    {
        var words = Path.GetFileNameWithoutExtension(file).ToLowerInvariant().Split('-');
        return words.Length < 3 ? "" : string.Join('-', words.Take(2).Concat(words.Skip(2).Where(w => !w.All(char.IsAsciiDigit))));
    }

    private static string Tail(string spec) => spec[(spec.LastIndexOf(':') + 1)..];

    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
