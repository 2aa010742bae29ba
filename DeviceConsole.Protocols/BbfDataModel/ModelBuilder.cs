using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>
/// Lays a model out flat: the model that it extends first, components in place of the references to them, later words about a path
/// over earlier ones.
/// </summary>
internal sealed class ModelBuilder(DocumentSet documents, CancellationToken cancellationToken)
{
    private readonly List<string> order = [];
    private readonly Dictionary<string, ModelNode> nodes = new(StringComparer.Ordinal);
    private int work;

    public DataModel Build(ModelDocument document, ModelElement model)
    {
        Model(document, model, 0);
        if (order.Count == 0) throw new DataModelFormatException(document.File, model.Line, $"The model {model["name"]} holds no objects.");
        var root = order[0][..(order[0].IndexOf('.', StringComparison.Ordinal) + 1)];
        if (root.Length is < 2 or > 200) throw new DataModelFormatException(document.File, model.Line, $"The first object of the model {model["name"]} has no root such as \"Device.\".");
        return new DataModel(model["name"]!, document.Spec, root, [.. order.Select(p => nodes[p])]);
    }

    private void Model(ModelDocument document, ModelElement model, int depth)
    {
        if (model["base"] is { Length: > 0 } basis)
        {
            var (home, element) = documents.Resolve(document, "model", basis, model.Line);
            Check(document, model, depth);
            if (element != model) Model(home, element, depth + 1);
        }

        Contents(document, model, "", 0);
    }

    private void Contents(ModelDocument document, ModelElement holder, string prefix, int depth)
    {
        Check(document, holder, depth);
        foreach (var child in holder.Children)
        {
            switch (child.Name)
            {
                case "object":
                    Object(document, child, prefix, depth);
                    break;
                case "parameter":
                    Put(document, child, prefix, ModelNodeKind.Parameter, n => Parameter(document, child, n));
                    break;
                case "command":
                    Put(document, child, prefix, ModelNodeKind.Command, n => n with
                    {
                        IsAsync = child["async"] == "true",
                        Inputs = Arguments(document, child.Child("input"), n.Inputs),
                        Outputs = Arguments(document, child.Child("output"), n.Outputs),
                    });
                    break;
                case "event":
                    Put(document, child, prefix, ModelNodeKind.Event, n => n with { Outputs = Arguments(document, child, n.Outputs) });
                    break;
                case "component" when child["ref"] is { Length: > 0 } name:
                    var (home, component) = documents.Resolve(document, "component", name, child.Line);
                    Contents(home, component, prefix + (child["path"] ?? ""), depth + 1);
                    break;
            }
        }
    }

    private void Object(ModelDocument document, ModelElement element, string prefix, int depth)
    {
        var path = Put(document, element, prefix, ModelNodeKind.Object, n => n with
        {
            MinEntries = element.Int("minEntries") ?? n.MinEntries,
            MaxEntries = element["maxEntries"] is { } most ? element.Int("maxEntries") : n.MaxEntries,
            NumEntriesParameter = element["numEntriesParameter"] ?? n.NumEntriesParameter,
            EnableParameter = element["enableParameter"] ?? n.EnableParameter,
            UniqueKeys = [.. n.UniqueKeys, .. element.All("uniqueKey").Select(k => (IReadOnlyList<string>)[.. k.All("parameter").Select(p => p["ref"] ?? "")])],
        });
        Contents(document, element, path, depth + 1);
    }

    private ModelNode Parameter(ModelDocument document, ModelElement element, ModelNode node)
    {
        if (element.Child("syntax") is not { } syntax) return node.Type is null ? node with { Type = new ModelType("string") } : node;
        var type = new TypeReader(documents).Read(document, syntax);
        // A parameter that is changed keeps the words it had and gets new ones.
        if (element["base"] is not null && node.Type is { Choices.Count: > 0 } had)
            type = type with { Choices = [.. had.Choices, .. type.Choices.Where(c => had.Choices.All(h => h.Value != c.Value))] };
        return node with { Type = type };
    }

    private IReadOnlyList<ModelNode> Arguments(ModelDocument document, ModelElement? holder, IReadOnlyList<ModelNode> before)
    {
        if (holder is null) return before;
        var inner = new ModelBuilder(documents, cancellationToken) { work = work };
        foreach (var node in before) inner.Keep(node);
        inner.Contents(document, holder, "", 1);
        work = inner.work;
        return [.. inner.order.Select(p => inner.nodes[p])];
    }

    private void Keep(ModelNode node)
    {
        order.Add(node.Path);
        nodes.Add(node.Path, node);
    }

    // A path that is there already is changed, whether the document calls it by "base" or defines it once more.
    private string Put(ModelDocument document, ModelElement element, string prefix, ModelNodeKind kind, Func<ModelNode, ModelNode> more)
    {
        Check(document, element, 0);
        var name = element["name"] ?? element["base"];
        if (string.IsNullOrEmpty(name)) throw new DataModelFormatException(document.File, element.Line, $"A {element.Name} has no name.");
        var path = prefix + name;
        if (path.Length > 1024 || path.Any(c => c <= ' ')) throw new DataModelFormatException(document.File, element.Line, $"'{(path.Length > 80 ? path[..80] + "…" : path)}' is no path.");
        if (!nodes.TryGetValue(path, out var node))
        {
            node = new ModelNode(path, kind);
            order.Add(path);
            if (order.Count > DataModelLimits.Nodes) throw new DataModelFormatException(document.File, element.Line, $"The model has more than {DataModelLimits.Nodes:N0} entries.");
        }

        node = more(node with
        {
            Access = element["access"] ?? node.Access,
            Status = element["status"] ?? node.Status,
            Version = element["version"] ?? node.Version,
        });
        nodes[path] = node with { Description = Description(document, element, node) };
        return path;
    }

    private static string Description(ModelDocument document, ModelElement element, ModelNode node)
    {
        if (element.Child("description") is not { } description) return node.Description;
        var text = DescriptionText.Plain(document, description, node.Path, node.Type?.Units ?? "");
        return description["action"] == "append" && node.Description.Length > 0 ? node.Description + "\n\n" + text : text;
    }

    private void Check(ModelDocument document, ModelElement element, int depth)
    {
        if (depth > DataModelLimits.Depth) throw new DataModelFormatException(document.File, element.Line, "Components or models refer to each other in a circle.");
        // Components in components could multiply without end.
        if (++work > 20 * DataModelLimits.Nodes) throw new DataModelFormatException(document.File, element.Line, "The components of this model unfold into too many entries.");
        if ((work & 0xfff) == 0) cancellationToken.ThrowIfCancellationRequested();
    }
}
