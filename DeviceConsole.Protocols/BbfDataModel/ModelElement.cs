using System.Globalization;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>One element of a document, without namespaces; text is kept for descriptions and templates only.</summary>
internal sealed class ModelElement(string name, int line, IReadOnlyList<KeyValuePair<string, string>> attributes)
{
    private List<ModelElement>? children;

    public string Name { get; } = name;

    public int Line { get; } = line;

    public string Text { get; set; } = "";

    public IReadOnlyList<ModelElement> Children => children ?? (IReadOnlyList<ModelElement>)[];

    public string? this[string attribute]
    {
        get
        {
            foreach (var (name, value) in attributes)
                if (name == attribute) return value;
            return null;
        }
    }

    public void Add(ModelElement child) => (children ??= []).Add(child);

    public ModelElement? Child(string name)
    {
        foreach (var child in Children)
            if (child.Name == name) return child;
        return null;
    }

    public IEnumerable<ModelElement> All(string name) => Children.Where(c => c.Name == name);

    public int? Int(string attribute) => int.TryParse(this[attribute], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public decimal? Decimal(string attribute) =>
        decimal.TryParse(this[attribute], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
