using System.Globalization;
using System.Text;
using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Benchmarks.Mibs;

/// <summary>Modules as large vendors write them: 60 of 1,000 objects each, in tables of 30 columns, every object with a description.</summary>
internal static class GeneratedMibs
{
    public const int Modules = 60;
    public const int Objects = 60_000;
    private const int Tables = 31;
    private const int Columns = 30;

    private static readonly string[] Words = ["port", "queue", "optical", "power", "subscriber", "tunnel", "alarm", "session", "packet", "profile", "voltage", "threshold", "peer", "channel", "vlan", "counter"];

    public static IReadOnlyList<MibSource> Make() => [.. Enumerable.Range(0, Modules).Select(Module)];

    private static MibSource Module(int number)
    {
        var text = new StringBuilder(600_000);
        var name = string.Create(CultureInfo.InvariantCulture, $"BENCH-{number:00}-MIB");
        text.Append(CultureInfo.InvariantCulture, $"""
            {name} DEFINITIONS ::= BEGIN
            IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, Counter64, Gauge32, enterprises FROM SNMPv2-SMI
                DisplayString, MacAddress, TruthValue FROM SNMPv2-TC;
            bench{number} MODULE-IDENTITY LAST-UPDATED "202601010000Z" ORGANIZATION "Example" CONTACT-INFO "noc@example.net" DESCRIPTION "Made for measuring."
                ::= {"{"} enterprises 99999 {1000 + number} {"}"}

            """);
        for (var table = 1; table <= Tables; table++) Table(text, number, table);
        return new MibSource(name + ".mib", Encoding.ASCII.GetBytes(text.Append("END\n").ToString()));
    }

    private static void Table(StringBuilder text, int module, int table)
    {
        var stem = string.Create(CultureInfo.InvariantCulture, $"b{module}{Words[table % Words.Length]}{table}");
        var entry = char.ToUpperInvariant(stem[0]) + stem[1..] + "Entry";
        text.Append(CultureInfo.InvariantCulture, $"{stem}Table OBJECT-TYPE SYNTAX SEQUENCE OF {entry} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"{Sentence(module, table, 0)}\" ::= {{ bench{module} {table} }}\n");
        text.Append(CultureInfo.InvariantCulture, $"{stem}Entry OBJECT-TYPE SYNTAX {entry} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"A row.\" INDEX {{ {stem}Col1 }} ::= {{ {stem}Table 1 }}\n");
        text.Append(CultureInfo.InvariantCulture, $"{entry} ::= SEQUENCE {{ {string.Join(", ", Enumerable.Range(1, Columns).Select(c => $"{stem}Col{c} {Type(c)}"))} }}\n");
        for (var column = 1; column <= Columns; column++)
            text.Append(CultureInfo.InvariantCulture, $"{stem}Col{column} OBJECT-TYPE SYNTAX {Type(column)} MAX-ACCESS {(column % 7 == 0 ? "read-write" : "read-only")} STATUS current\n    DESCRIPTION \"{Sentence(module, table, column)}\"\n    ::= {{ {stem}Entry {column} }}\n");
    }

    private static string Type(int column) => (column % 6) switch { 0 => "Counter64", 1 => "Integer32", 2 => "DisplayString", 3 => "Gauge32", 4 => "MacAddress", _ => "TruthValue" };

    private static string Sentence(int module, int table, int column) =>
        string.Create(CultureInfo.InvariantCulture, $"The {Words[column % Words.Length]} of the {Words[(column + table) % Words.Length]} that belongs to {Words[(module + column) % Words.Length]} number {column} in table {table} of unit {module}, as it was when the agent last looked; it is kept over a restart.");
}
