using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>One document: what it defines, and what it takes from others under which name.</summary>
internal sealed class ModelDocument
{
    private readonly Dictionary<(string Kind, string Name), ModelElement> definitions = [];
    private readonly Dictionary<(string Kind, string Name), (ModelElement Import, string Name)> imports = [];

    public ModelDocument(string file, ModelElement root)
    {
        File = file;
        Spec = root["spec"] ?? "";
        foreach (var child in root.Children)
        {
            switch (child.Name)
            {
                case "dataType" or "component" or "model" when child["name"] is { Length: > 0 } name:
                    definitions.TryAdd((child.Name, name), child);
                    break;
                case "template" when child["id"] is { } id:
                    Templates.TryAdd(id, child.Text);
                    break;
                case "import":
                    Imports.Add(child);
                    foreach (var item in child.Children)
                        if (item["name"] is { Length: > 0 } name) imports.TryAdd((item.Name, name), (child, item["ref"] ?? name));
                    break;
            }
        }

        Models = [.. root.All("model")];
    }

    public string File { get; }

    public string Spec { get; }

    public IReadOnlyList<ModelElement> Models { get; }

    public List<ModelElement> Imports { get; } = [];

    public Dictionary<string, string> Templates { get; } = new(StringComparer.Ordinal);

    public ModelElement? Defined(string kind, string name) => definitions.GetValueOrDefault((kind, name));

    public (ModelElement Import, string Name)? Imported(string kind, string name) =>
        imports.TryGetValue((kind, name), out var found) ? found : null;
}
