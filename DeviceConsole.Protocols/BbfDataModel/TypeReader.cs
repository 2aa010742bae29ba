using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>Reads a parameter's syntax: its primitive type with facets, its own and those of the named types it goes back to.</summary>
internal sealed class TypeReader(DocumentSet documents)
{
    private static readonly HashSet<string> Primitives =
        ["string", "int", "unsignedInt", "long", "unsignedLong", "boolean", "dateTime", "base64", "hexBinary", "decimal"];

    public ModelType Read(ModelDocument document, ModelElement syntax)
    {
        var type = Type(document, syntax, 0);
        return type with
        {
            IsHidden = syntax["hidden"] == "true" || syntax["secured"] == "true",
            Default = syntax.Child("default")?["value"],
        };
    }

    // An element that holds a list and a type: a syntax, or the definition of a data type.
    private ModelType Type(ModelDocument document, ModelElement holder, int depth)
    {
        if (depth > DataModelLimits.Depth) throw new DataModelFormatException(document.File, holder.Line, "Data types refer to each other in a circle.");
        var type = new ModelType("string");
        if (holder is { Name: "dataType" } && holder["base"] is { } basis) type = Named(document, basis, holder.Line, depth) with { Named = basis };
        foreach (var child in holder.Children)
        {
            if (Primitives.Contains(child.Name)) type = Facets(document, type with { Base = child.Name }, child);
            else if (child.Name == "dataType") type = Reference(document, child, depth);
        }

        type = Facets(document, type, holder);
        return holder.Child("list") is { } list ? List(type, list) : type;
    }

    private ModelType Reference(ModelDocument document, ModelElement reference, int depth)
    {
        var name = reference["ref"] ?? reference["base"] ?? "";
        return Facets(document, Named(document, name, reference.Line, depth) with { Named = name }, reference);
    }

    private ModelType Named(ModelDocument document, string name, int line, int depth)
    {
        var (home, definition) = documents.Resolve(document, "dataType", name, line);
        return Type(home, definition, depth + 1);
    }

    private static ModelType List(ModelType type, ModelElement list) => type with
    {
        IsList = true,
        MinItems = list.Int("minItems"),
        MaxItems = list.Int("maxItems"),
        MaxListLength = list.Child("size")?.Int("maxLength"),
    };

    // Facets of a derived type take the place of those it inherits.
    private static ModelType Facets(ModelDocument document, ModelType type, ModelElement holder)
    {
        var sizes = holder.All("size").Select(s => new ModelSize(s.Int("minLength"), s.Int("maxLength"))).ToList();
        var ranges = holder.All("range").Select(r => new ModelRange(r.Decimal("minInclusive"), r.Decimal("maxInclusive"), r.Decimal("step"))).ToList();
        var choices = holder.All("enumeration").Where(e => e["status"] != "deleted")
            .Select(e => new ModelChoice(e["value"] ?? "", DescriptionText.Plain(document, e.Child("description")))).ToList();
        var patterns = holder.All("pattern").Select(p => p["value"] ?? "").ToList();
        var references = holder.All("pathRef").SelectMany(r => (r["targetParent"] ?? "").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)).ToList();
        return type with
        {
            Sizes = sizes.Count > 0 ? sizes : type.Sizes,
            Ranges = ranges.Count > 0 ? ranges : type.Ranges,
            Choices = choices.Count > 0 ? choices : type.Choices,
            Patterns = patterns.Count > 0 ? patterns : type.Patterns,
            References = references.Count > 0 ? references : type.References,
            Units = holder.Child("units")?["value"] ?? type.Units,
        };
    }
}
