using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>Checks a text against a parameter's type, range, size and enumeration, and gives its stored form.</summary>
internal static class ValueCheck
{
    public static GatewayFault? Check(ModelParameter parameter, string path, string text, out string stored)
    {
        stored = text;
        switch (parameter.Type)
        {
            case "boolean":
                stored = text is "1" or "true" ? "true" : "false";
                return text is "1" or "0" or "true" or "false" ? null : WrongType(path, "true or false");
            case "int" or "unsignedInt" or "long" or "unsignedLong" or "decimal":
                return Number(parameter, path, text);
            case "dateTime":
                return IsDateTime(text) ? null : WrongType(path, "a time such as 2026-01-31T12:00:00Z");
            case "hexBinary":
                return text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Size(parameter, path, text.Length / 2) : WrongType(path, "pairs of hexadecimal digits");
            case "base64":
                return Convert.TryFromBase64String(text, new byte[text.Length], out var bytes) ? Size(parameter, path, bytes) : WrongType(path, "base64");
            default:
                return Size(parameter, path, text.Length) ?? Words(parameter, path, text);
        }
    }

    private static GatewayFault? Number(ModelParameter parameter, string path, string text)
    {
        var style = parameter.Type == "decimal" ? NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint : NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var number)) return WrongType(path, $"a number ({parameter.Type})");
        var (least, most) = parameter.Type switch
        {
            "int" => (int.MinValue, int.MaxValue),
            "unsignedInt" => (0, uint.MaxValue),
            "long" => (long.MinValue, long.MaxValue),
            "unsignedLong" => (0, ulong.MaxValue),
            _ => (decimal.MinValue, decimal.MaxValue),
        };
        if (number < least || number > most) return WrongType(path, $"a number of type {parameter.Type}");
        if (number < parameter.Minimum) return WrongValue(path, $"{text} is below the minimum {parameter.Minimum}.");
        return number > parameter.Maximum ? WrongValue(path, $"{text} is above the maximum {parameter.Maximum}.") : null;
    }

    private static bool IsDateTime(string text) =>
        text.Length >= 19 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static GatewayFault? Size(ModelParameter parameter, string path, int length) =>
        length > parameter.MaxLength ? WrongValue(path, $"{length} is longer than the {parameter.MaxLength} allowed.") : null;

    private static GatewayFault? Words(ModelParameter parameter, string path, string text)
    {
        if (parameter.Enumeration is not { } words) return null;
        var given = parameter.IsList ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text];
        var wrong = given.FirstOrDefault(w => !words.Contains(w, StringComparer.Ordinal));
        return wrong is null ? null : WrongValue(path, $"'{wrong}' is none of {string.Join(", ", words)}.");
    }

    private static GatewayFault WrongType(string path, string expected) => new(GatewayFaultKind.WrongType, path, $"{path} takes {expected}.");

    private static GatewayFault WrongValue(string path, string text) => new(GatewayFaultKind.WrongValue, path, $"{path}: {text}");
}
