using System.Globalization;

namespace DeviceConsole.Core.DataModels;

/// <summary>Checks what somebody typed against a type before anything is sent to a device.</summary>
public static class ModelValues
{
    /// <summary>Null when the value is right, else one sentence that says what would be.</summary>
    public static string? Check(ModelType type, string value)
    {
        if (!type.IsList) return CheckItem(type, value);
        if (value.Length > type.MaxListLength) return $"The list is {value.Length} characters long; {type.MaxListLength} are allowed.";
        var items = value.Length == 0 ? [] : value.Split(',', StringSplitOptions.TrimEntries);
        if (items.Length < type.MinItems) return $"The list has at least {type.MinItems} items, parted by commas.";
        if (items.Length > type.MaxItems) return $"The list has at most {type.MaxItems} items, parted by commas.";
        return items.Select(i => CheckItem(type, i)).FirstOrDefault(e => e is not null);
    }

    /// <summary>The data model's word for a type as a protocol wrote it ("xsd:unsignedInt", "unsignedInt"), or null where it is none.</summary>
    public static string? BaseOf(string type)
    {
        var name = type[(type.LastIndexOf(':') + 1)..];
        return Names.FirstOrDefault(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Names { get; } = ["string", "int", "unsignedInt", "long", "unsignedLong", "boolean", "dateTime", "base64", "hexBinary", "decimal"];

    private static string? CheckItem(ModelType type, string value) => type.Base switch
    {
        "boolean" => value is "true" or "false" or "1" or "0" ? null : "The value is true or false.",
        "int" or "unsignedInt" or "long" or "unsignedLong" or "decimal" => CheckNumber(type, value),
        "dateTime" => IsDateTime(value) ? null : "The value is a time such as 2026-01-31T12:00:00Z.",
        "hexBinary" => value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit) ? CheckSize(type, value.Length / 2, "bytes") : "The value is pairs of hexadecimal digits, for example 00AF12.",
        "base64" => Convert.TryFromBase64String(value, new byte[value.Length], out var bytes) ? CheckSize(type, bytes, "bytes") : "The value is base64.",
        _ => CheckText(type, value),
    };

    private static string? CheckText(ModelType type, string value)
    {
        if (type.Choices.Count > 0 && type.Choices.All(c => c.Value != value))
            return $"\"{Shorten(value)}\" is none of {string.Join(", ", type.Choices.Take(12).Select(c => c.Value))}{(type.Choices.Count > 12 ? " …" : "")}.";
        return CheckSize(type, value.Length, "characters");
    }

    private static string? CheckNumber(ModelType type, string value)
    {
        var style = type.Base == "decimal" ? NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint : NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(value, style, CultureInfo.InvariantCulture, out var number)) return type.Base == "decimal" ? "The value is a number." : "The value is a whole number.";
        var (least, most) = type.Base switch
        {
            "int" => (int.MinValue, (decimal)int.MaxValue),
            "unsignedInt" => (0, uint.MaxValue),
            "long" => (long.MinValue, long.MaxValue),
            "unsignedLong" => (0, ulong.MaxValue),
            _ => (decimal.MinValue, decimal.MaxValue),
        };
        if (number < least || number > most) return $"The value is a number from {Text(least)} to {Text(most)}.";
        if (type.Ranges.Count == 0 || type.Ranges.Any(r => !(number < r.Minimum) && !(number > r.Maximum))) return null;
        return $"The value is {string.Join(" or ", type.Ranges.Select(Words))}.";
    }

    /// <summary>A range in words, "from 1 to 255".</summary>
    public static string Words(ModelRange range) => range switch
    {
        { Minimum: { } low, Maximum: { } high } when low == high => Text(low),
        { Minimum: { } low, Maximum: { } high } => $"from {Text(low)} to {Text(high)}",
        { Minimum: { } low } => $"at least {Text(low)}",
        { Maximum: { } high } => $"at most {Text(high)}",
        _ => "any number",
    };

    /// <summary>A size in words, "8 to 63 characters".</summary>
    public static string Words(ModelSize size, string unit) => size switch
    {
        { Minimum: { } low, Maximum: { } high } when low == high => $"{low} {unit}",
        { Minimum: > 0 and var low, Maximum: { } high } => $"{low} to {high} {unit}",
        { Maximum: { } high } => $"at most {high} {unit}",
        { Minimum: { } low } => $"at least {low} {unit}",
        _ => $"any number of {unit}",
    };

    private static string? CheckSize(ModelType type, int length, string unit) =>
        type.Sizes.Count == 0 || type.Sizes.Any(s => !(length < s.Minimum) && !(length > s.Maximum))
            ? null
            : $"The value has {string.Join(" or ", type.Sizes.Select(s => Words(s, unit)))}; this has {length}.";

    private static bool IsDateTime(string value) =>
        value.Length >= 19 && value[10] == 'T' && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static string Text(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);

    private static string Shorten(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
