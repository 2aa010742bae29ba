using DeviceConsole.Core;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Shared.Forms;

/// <summary>Finds the sentence that belongs to a field of a form.</summary>
public static class FieldErrors
{
    /// <summary>
    /// The sentences about one field; of a list's items (<c>oids[2]</c>) too, at most three of them.
    /// </summary>
    public static string? For(this Problem? problem, string field)
    {
        if (problem is null) return null;
        var found = problem.Errors.Where(e => e.Field == field || IsItemOf(e.Field, field)).Select(e => e.Message).ToList();
        return found.Count switch
        {
            0 => null,
            <= 3 => string.Join(" ", found),
            _ => string.Join(" ", found.Take(3)) + $" And {found.Count - 3} more.",
        };
    }

    /// <summary>The problem with the prefix taken off its fields ("arguments.oid" → "oid"); other fields are kept as they are.</summary>
    public static Problem? Without(this Problem? problem, string prefix) => problem is null ? null : problem with
    {
        Errors = [.. problem.Errors.Select(e => e.Field.StartsWith(prefix, StringComparison.Ordinal) ? new FieldError(e.Field[prefix.Length..], e.Message) : e)],
    };

    // oids[2], but not values[2].oid: that one stands at its cell.
    private static bool IsItemOf(string name, string field) =>
        name.Length > field.Length + 2 && name.StartsWith(field, StringComparison.Ordinal) && name[field.Length] == '[' && name[^1] == ']';
}
