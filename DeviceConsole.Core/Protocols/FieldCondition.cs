using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>A field applies only while another one has one of some values.</summary>
/// <param name="Field">The id of the other field; for a credential too it is one of the settings.</param>
/// <param name="Values">As <see cref="FieldDescriptor.Default"/> would have them.</param>
public sealed record FieldCondition(string Field, IReadOnlyList<string> Values);

/// <summary>Which fields of a form apply.</summary>
public static class FieldConditions
{
    /// <summary>True where the field applies: its condition holds, and the field that it looks at applies itself.</summary>
    /// <param name="field">A setting or a credential.</param>
    /// <param name="settings">The settings of the form.</param>
    /// <param name="valueOf">What stands in a setting; null or empty where nothing does.</param>
    public static bool Applies(this FieldDescriptor field, IReadOnlyList<FieldDescriptor> settings, Func<string, string?> valueOf)
    {
        if (field.OnlyIf is not { } condition) return true;
        if (settings.FirstOrDefault(s => s.Id == condition.Field) is not { } other) return false;
        var value = valueOf(other.Id);
        return condition.Values.Contains(string.IsNullOrEmpty(value) ? other.Default ?? "" : value) && other.Applies(settings, valueOf);
    }

    /// <summary>The same over stored settings.</summary>
    public static bool Applies(this FieldDescriptor field, IReadOnlyList<FieldDescriptor> settings, JsonObject values) =>
        field.Applies(settings, id => values[id] is { } node ? node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString() : null);
}
