using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>The data types of WebPA (<c>dataType</c> 0 to 12 of WDMP) and their names.</summary>
internal static class WebPaTypes
{
    private static readonly string[] Names =
        ["string", "int", "unsignedInt", "boolean", "dateTime", "base64", "long", "unsignedLong", "float", "double", "byte", "none", "blob"];

    /// <summary>The name of a number; a number that WDMP does not define is shown as it came.</summary>
    public static string Name(int type) => type >= 0 && type < Names.Length ? Names[type] : $"type {type}";

    /// <summary>The number of a name, or null.</summary>
    public static int? Number(string name) => Array.IndexOf(Names, name) is >= 0 and var number ? number : null;

    /// <summary>For forms, in the order in which they are used most.</summary>
    public static IReadOnlyList<FieldChoice> Choices { get; } =
        [.. new[] { "string", "boolean", "int", "unsignedInt", "long", "unsignedLong", "dateTime", "base64", "float", "double", "byte", "blob", "none" }.Select(n => new FieldChoice(n, n))];

    /// <summary>A sentence where the text is no value of the type, else null.</summary>
    public static string? Check(string type, string value) => type switch
    {
        "boolean" when value is not ("true" or "false" or "0" or "1") => "A boolean is true or false.",
        "int" when !int.TryParse(value, Invariant, out _) => "An int is a whole number from -2,147,483,648 to 2,147,483,647.",
        "unsignedInt" when !uint.TryParse(value, Invariant, out _) => "An unsignedInt is a whole number from 0 to 4,294,967,295.",
        "long" when !long.TryParse(value, Invariant, out _) => "A long is a whole number of 64 bits.",
        "unsignedLong" when !ulong.TryParse(value, Invariant, out _) => "An unsignedLong is a whole number of 64 bits that is not negative.",
        "float" or "double" when !double.TryParse(value, System.Globalization.NumberStyles.Float, Invariant, out _) => "A float or double is a number with a point, for example 2.5.",
        "byte" when !byte.TryParse(value, Invariant, out _) => "A byte is a whole number from 0 to 255.",
        "base64" when !System.Buffers.Text.Base64.IsValid(value) => "This is no base64 text.",
        _ => null,
    };

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
