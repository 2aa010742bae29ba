using System.Globalization;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>The simple types of CWMP as devices write them.</summary>
public static class CwmpText
{
    /// <summary>The time that stands for "not known" (TR-069 A.2.1).</summary>
    public const string UnknownTime = "0001-01-01T00:00:00Z";

    /// <summary>1 and true in any case are true.</summary>
    public static bool ReadBoolean(string text) => text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A number; 0 where the text is none.</summary>
    public static int ReadNumber(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>
    /// The moment, taken for UTC where it has no zone; null for "not known" and for what is no dateTime.
    /// </summary>
    public static DateTimeOffset? ReadTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;

    /// <summary>A dateTime without fractions of a second, which some devices refuse.</summary>
    public static string WriteTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// A value in the spelling that every device takes: booleans as 1 and 0, dateTimes without fractions. What does not fit its type stays as it is.
    /// </summary>
    public static string Canonical(string type, string value) => type switch
    {
        "boolean" when value.Equals("true", StringComparison.OrdinalIgnoreCase) => "1",
        "boolean" when value.Equals("false", StringComparison.OrdinalIgnoreCase) => "0",
        "dateTime" when value.Contains('.', StringComparison.Ordinal) && ReadTime(value) is { } time => WriteTime(time),
        _ => value,
    };

    /// <summary>The name of an XSD type without its prefix; <c>string</c> where the device names none.</summary>
    public static string ReadType(ReadOnlySpan<byte> attribute)
    {
        var name = XmlAttributes.LocalPart(attribute);
        if (name.SequenceEqual("string"u8) || name.IsEmpty) return "string";
        if (name.SequenceEqual("boolean"u8)) return "boolean";
        if (name.SequenceEqual("unsignedInt"u8)) return "unsignedInt";
        if (name.SequenceEqual("int"u8)) return "int";
        if (name.SequenceEqual("dateTime"u8)) return "dateTime";
        var text = XmlText.Decode(name, cdata: false).Trim();
        return text.Length is 0 or > 64 ? "string" : text;
    }
}
