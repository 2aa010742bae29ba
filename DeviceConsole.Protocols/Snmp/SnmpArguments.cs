using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>From the arguments of an operation to names and values, and what is wrong with them in sentences.</summary>
internal static class SnmpArguments
{
    public const int MaximumNames = 1_000;
    private const int MaximumSetValues = 100;
    private const int MaximumSetBytes = 60_000;

    public static IReadOnlyList<ObjectIdentifier> Names(JsonObject arguments) => [.. arguments.List("oids").Select(n => ObjectIdentifier.Parse(n))];

    public static IEnumerable<FieldError> CheckNames(JsonObject arguments)
    {
        var names = arguments.List("oids");
        if (names.Count == 0) yield return new FieldError("oids", "Enter at least one OID.");
        if (names.Count > MaximumNames) yield return new FieldError("oids", $"Enter at most {MaximumNames:N0} OIDs; use Walk to read whole subtrees.");
        foreach (var name in names.Take(MaximumNames))
            if (CheckName(name) is { } wrong) yield return new FieldError("oids", wrong);
    }

    public static string? CheckName(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "Enter an OID.";
        return ObjectIdentifier.TryParse(text, out _)
            ? null
            : $"\"{text}\" is not an OID: use numbers with dots between them, for example 1.3.6.1.2.1.1.5.0, at most {ObjectIdentifier.MaximumArcs} of them, each at most 4294967295.";
    }

    public static IEnumerable<FieldError> CheckBulk(JsonObject arguments)
    {
        foreach (var error in CheckNames(arguments)) yield return error;
        if (arguments.Number("nonRepeaters") is { } nonRepeaters && nonRepeaters > arguments.List("oids").Count)
            yield return new FieldError("nonRepeaters", "There are fewer OIDs than non-repeaters.");
    }

    public static IEnumerable<FieldError> CheckValues(JsonObject arguments)
    {
        var rows = arguments.Rows("values");
        if (rows.Count == 0) yield return new FieldError("values", "Enter at least one value to set.");
        if (rows.Count > MaximumSetValues) yield return new FieldError("values", $"Set at most {MaximumSetValues} values at once: they travel in one message.");
        var bytes = 0;
        for (var i = 0; i < Math.Min(rows.Count, MaximumSetValues); i++)
        {
            var error = CheckName(rows[i].Text("oid"));
            if (error is null && rows[i].Text("type") == SnmpModuleDescriptor.TypeOfDevice) bytes += (rows[i].Text("value")?.Length ?? 0) + ObjectIdentifier.MaximumArcs;
            else if (error is null && TryReadValue(rows[i], out var value, out error)) bytes += value.Encoded.Length + ObjectIdentifier.MaximumArcs;
            if (error is not null) yield return new FieldError("values", $"Row {i + 1}: {error}");
        }

        if (bytes > MaximumSetBytes) yield return new FieldError("values", "These values are too long for one message; set fewer at once.");
    }

    /// <summary>The word for a value's type; null where it has none that can be set.</summary>
    public static string? TypeLike(SnmpValue value) => value.Type switch
    {
        SnmpType.Integer32 => SnmpModuleDescriptor.TypeInteger,
        SnmpType.OctetString => SnmpText.TryReadText(value.Encoded, out _) || value.Encoded.IsEmpty ? SnmpModuleDescriptor.TypeString : SnmpModuleDescriptor.TypeHex,
        SnmpType.ObjectIdentifier => SnmpModuleDescriptor.TypeIdentifier,
        SnmpType.IpAddress => SnmpModuleDescriptor.TypeAddress,
        SnmpType.Counter32 => SnmpModuleDescriptor.TypeCounter,
        SnmpType.Gauge32 => SnmpModuleDescriptor.TypeUnsigned,
        SnmpType.TimeTicks => SnmpModuleDescriptor.TypeTicks,
        SnmpType.Counter64 => SnmpModuleDescriptor.TypeCounter64,
        _ => null,
    };

    public static bool TryReadValue(JsonObject row, out SnmpValue value, out string? error)
    {
        var type = row.Text("type") ?? SnmpModuleDescriptor.TypeString;
        var raw = row.Text("value") ?? row.Number("value")?.ToString(CultureInfo.InvariantCulture) ?? "";
        var text = raw.Trim();
        var culture = CultureInfo.InvariantCulture;
        SnmpValue? read = type switch
        {
            SnmpModuleDescriptor.TypeString => SnmpValue.Text(raw),
            SnmpModuleDescriptor.TypeHex => Hex(text) is { } octets ? SnmpValue.OctetString(octets) : null,
            SnmpModuleDescriptor.TypeInteger => int.TryParse(text, culture, out var n) ? SnmpValue.Integer32(n) : null,
            SnmpModuleDescriptor.TypeUnsigned => Unsigned(SnmpType.Gauge32, text),
            SnmpModuleDescriptor.TypeTicks => Unsigned(SnmpType.TimeTicks, text),
            SnmpModuleDescriptor.TypeCounter => Unsigned(SnmpType.Counter32, text),
            SnmpModuleDescriptor.TypeCounter64 => ulong.TryParse(text, culture, out var n) ? SnmpValue.Counter64(n) : null,
            SnmpModuleDescriptor.TypeIdentifier => ObjectIdentifier.TryParse(text, out var n) ? SnmpValue.Identifier(n) : null,
            SnmpModuleDescriptor.TypeAddress => Address(text),
            SnmpModuleDescriptor.TypeFloat => float.TryParse(text, culture, out var n) ? SnmpValue.OpaqueFloat(n) : null,
            SnmpModuleDescriptor.TypeDouble => double.TryParse(text, culture, out var n) ? SnmpValue.OpaqueDouble(n) : null,
            _ => null,
        };
        value = read ?? default;
        error = read is null ? Expectation(type, text) : null;
        return read is not null;
    }

    private static string Expectation(string type, string text) => type switch
    {
        SnmpModuleDescriptor.TypeHex => $"\"{text}\" is not hex: use pairs of 0-9 and a-f, with or without spaces or colons between them.",
        SnmpModuleDescriptor.TypeInteger => $"\"{text}\" is not a whole number from -2147483648 to 2147483647.",
        SnmpModuleDescriptor.TypeUnsigned or SnmpModuleDescriptor.TypeTicks or SnmpModuleDescriptor.TypeCounter =>
            $"\"{text}\" is not a whole number from 0 to 4294967295.",
        SnmpModuleDescriptor.TypeCounter64 => $"\"{text}\" is not a whole number from 0 to 18446744073709551615.",
        SnmpModuleDescriptor.TypeIdentifier => $"\"{text}\" is not an OID.",
        SnmpModuleDescriptor.TypeAddress => $"\"{text}\" is not an IPv4 address.",
        SnmpModuleDescriptor.TypeFloat or SnmpModuleDescriptor.TypeDouble => $"\"{text}\" is not a number.",
        _ => $"\"{type}\" is not a type that can be set.",
    };

    private static SnmpValue? Unsigned(SnmpType type, string text) =>
        uint.TryParse(text, CultureInfo.InvariantCulture, out var number) ? SnmpValue.Unsigned32(type, number) : null;

    private static SnmpValue? Address(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') == 3
            ? SnmpValue.Address(address)
            : null;

    private static byte[]? Hex(string text)
    {
        var digits = new string([.. text.Where(c => c is not (' ' or ':' or '-' or '.'))]);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }
}
