using System.Text;

namespace DeviceConsole.Core.DataModels;

/// <summary>A model in memory, made for questions about the paths of devices. Immutable.</summary>
public sealed class DataModelIndex
{
    private readonly Dictionary<string, ModelNode> nodes;

    /// <summary>Indexes a model.</summary>
    public DataModelIndex(DataModel model)
    {
        Model = model;
        nodes = model.Nodes.ToDictionary(n => n.Path, StringComparer.Ordinal);
    }

    /// <summary>The model.</summary>
    public DataModel Model { get; }

    /// <summary>
    /// The node that a device's path stands for, or null: <c>Device.WiFi.Radio.2.Channel</c> is <c>Device.WiFi.Radio.{i}.Channel</c>, the table
    /// <c>Device.WiFi.Radio.</c> and its row <c>Device.WiFi.Radio.2.</c> are both <c>Device.WiFi.Radio.{i}.</c>
    /// </summary>
    public ModelNode? Find(string path)
    {
        var pattern = PatternOf(path);
        return nodes.GetValueOrDefault(pattern) ?? (pattern.EndsWith('.') ? nodes.GetValueOrDefault(pattern + "{i}.") : null);
    }

    /// <summary>Nodes whose path or description contains the text, whatever its case; in the model's order.</summary>
    public IEnumerable<ModelNode> Search(string text) => Model.Nodes.Where(n =>
        n.Path.Contains(text, StringComparison.OrdinalIgnoreCase) || n.Description.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>The path with {i} in place of every number that is a segment of its own; the last segment of a parameter stays.</summary>
    public static string PatternOf(string path)
    {
        var result = new StringBuilder(path.Length + 8);
        var at = 0;
        while (at < path.Length)
        {
            var dot = path.IndexOf('.', at);
            var end = dot < 0 ? path.Length : dot;
            var segment = path.AsSpan(at, end - at);
            // [Alias] addresses a row as a number does (TR-069 3.6).
            var isInstance = dot >= 0 && segment.Length > 0 && (!segment.ContainsAnyExceptInRange('0', '9') || (segment[0] == '[' && segment[^1] == ']'));
            if (isInstance) result.Append("{i}");
            else result.Append(segment);
            if (dot < 0) break;
            result.Append('.');
            at = dot + 1;
        }

        return result.ToString();
    }
}
