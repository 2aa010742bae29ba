using System.Globalization;
using System.Text.RegularExpressions;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>Fills in what the model's defaults leave open: identity, addresses, times, and digits from the gateway's seed.</summary>
internal sealed partial class Placeholders(HomeGatewayOptions options, Random random, DateTimeOffset now)
{
    /// <summary>The gateway's public IPv4 address, from the documentation range of RFC 5737.</summary>
    public string Wan4 { get; } = string.Create(CultureInfo.InvariantCulture, $"203.0.113.{2 + (Mix(options.Seed) % 250)}");

    public string Expand(string text, int row) => Pattern().Replace(text, m => Value(m.Groups[1].Value, m.Groups[2].Value, row));

    private string Value(string name, string argument, int row) => name switch
    {
        "serial" => argument.Length == 0 ? options.Serial : options.Serial[^Math.Min(options.Serial.Length, Number(argument))..],
        "oui" => options.Oui,
        "productClass" => options.ProductClass,
        "manufacturer" => options.Manufacturer,
        "model" => options.Model,
        "version" => options.SoftwareVersion,
        "previousVersion" => options.SoftwareVersion + "-p1",
        "mac" => argument == "hex" ? options.Mac.Replace(":", "", StringComparison.Ordinal) : Mac(argument.Length == 0 ? 0 : Number(argument)),
        "rowMac" => Mac(15 + row),
        "i" => row.ToString(CultureInfo.InvariantCulture),
        "digits" => string.Concat(Enumerable.Range(0, Number(argument)).Select(_ => (char)('1' + random.Next(9)))),
        "wan4" => Wan4,
        "wan6" => string.Create(CultureInfo.InvariantCulture, $"2001:db8:{Mix(options.Seed) & 0xffff:x}:{(Mix(options.Seed) >> 8) & 0xff00:x}"),
        "now" => Time(now),
        "firstUse" => Time(now.AddDays(-(30 + (Mix(options.Seed) % 700)))),
        "lease" => Time(now.AddDays(1)),
        _ => throw new FormatException($"The gateway's model has an unknown placeholder {{{name}}}."),
    };

    /// <summary>xsd:dateTime in UTC, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string Mac(int offset)
    {
        var number = Convert.ToUInt64(options.Mac.Replace(":", "", StringComparison.Ordinal), 16) + (ulong)offset;
        return string.Join(':', Enumerable.Range(0, 6).Select(i => ((number >> (40 - (8 * i))) & 0xff).ToString("X2", CultureInfo.InvariantCulture)));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static uint Mix(int seed) => (uint)seed * 2654435761u >> 7;

    [GeneratedRegex(@"\{(\w+)[:+]?(\w*)\}")]
    private static partial Regex Pattern();
}
