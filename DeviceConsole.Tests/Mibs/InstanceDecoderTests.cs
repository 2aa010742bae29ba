using System.Text;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Tests.Mibs;

/// <summary>Every form of an index: RFC 2578 clause 7.7, RFC 1212 clause 4.1.6.</summary>
public sealed class InstanceDecoderTests
{
    private const string Module =
        """
        INDEX-FORMS-MIB DEFINITIONS ::= BEGIN
        IMPORTS OBJECT-TYPE, Integer32, Unsigned32, IpAddress, enterprises FROM SNMPv2-SMI MacAddress, DisplayString, TruthValue FROM SNMPv2-TC InetAddressType, InetAddress FROM INET-ADDRESS-MIB;
        forms OBJECT IDENTIFIER ::= { enterprises 99999 60 }
        """;

    private static readonly (string Name, string Type, bool Implied)[] Forms =
    [
        ("number", "Integer32", false), ("text", "DisplayString", false), ("implied", "DisplayString", true), ("fixed", "OCTET STRING (SIZE (3))", false), ("mac", "MacAddress", false),
        ("address", "IpAddress", false), ("network", "NetworkAddress", false), ("identifier", "OBJECT IDENTIFIER", false), ("impliedId", "OBJECT IDENTIFIER", true), ("truth", "TruthValue", false), ("flags", "BITS { a(0), b(1) }", false), ("wide", "Unsigned32", false),
    ];

    private static readonly MibTree Tree = Make();

    [Theory]
    [InlineData("number", "7", "7")]
    [InlineData("number", "4294967295", "-1")]
    [InlineData("wide", "4294967295", "4294967295")]
    [InlineData("text", "3.97.98.99", "abc")]
    [InlineData("text", "0", "")]
    [InlineData("implied", "97.98.99", "abc")]
    [InlineData("fixed", "97.98.99", "abc")]
    [InlineData("mac", "0.26.43.60.77.94", "00:1a:2b:3c:4d:5e")]
    [InlineData("address", "192.0.2.10", "192.0.2.10")]
    [InlineData("network", "1.192.0.2.10", "192.0.2.10")]
    [InlineData("network", "192.0.2.10", "192.0.2.10")]
    [InlineData("identifier", "4.1.3.6.1", "internet")]
    [InlineData("impliedId", "1.3.6.1.2.1.1.99", "system.99")]
    [InlineData("truth", "1", "true(1)")]
    public void Is_read(string form, string rest, string expected) => Read(form, rest).Should().Equal(expected);

    [Theory]
    [InlineData("number", "7.8")]
    [InlineData("text", "3.97.98")]
    [InlineData("text", "3.97.98.99.100")]
    [InlineData("text", "2.97.300")]
    [InlineData("text", "4294967295.1")]
    [InlineData("fixed", "97.98")]
    [InlineData("address", "192.0.2")]
    [InlineData("address", "192.0.2.999")]
    [InlineData("address", "1.192.0.2.10")]
    [InlineData("network", "2.192.0.2.10")]
    [InlineData("identifier", "9.1.3")]
    [InlineData("inet", "1.4.10.0.0")]
    public void Numbers_that_do_not_fit_are_not_guessed(string form, string rest) => Read(form, rest).Should().BeNull();

    [Theory]
    [InlineData("1.4.10.0.0.1.80", "ipv4(1) 10.0.0.1 80")]
    [InlineData("2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.443", "ipv6(2) 2001:db8::1 443")]
    [InlineData("3.8.10.0.0.1.0.0.0.2.161", "ipv4z(3) 10.0.0.1%2 161")]
    [InlineData("16.7.101.120.97.109.112.108.101.53", "dns(16) example 53")]
    [InlineData("16.4.97.98.99.100.53", "dns(16) abcd 53")]
    [InlineData("0.0.9", "unknown(0)  9")]
    public void An_internet_address_is_read_by_its_type(string rest, string expected) => string.Join(' ', Read("inet", rest)!).Should().Be(expected);

    private static IEnumerable<string>? Read(string form, string rest)
    {
        MibOid.TryParse(rest, out var arcs).Should().BeTrue();
        return InstanceDecoder.Decode(Tree, Tree.ByName(null, form + "Value")!, arcs)?.Select(p => p.Text);
    }

    private static MibTree Make()
    {
        var text = new StringBuilder(Module).AppendLine();
        var number = 0;
        foreach (var (name, type, implied) in Forms) Table(name, [(name, type)], implied);
        Table("inet", [("inetType", "InetAddressType"), ("inetAddress", "InetAddress"), ("inetPort", "Integer32")], false);
        var compiled = new MibCompiler().Compile([new MibSource("x.mib", Encoding.ASCII.GetBytes(text.Append("END").ToString()))], _ => null, new MibLimits(), default).Modules.Single();
        compiled.Diagnostics.Should().BeEmpty();
        return new MibTree(new MibCompiler().BuiltIn.Append(compiled), m => m == compiled);

        void Table(string name, (string Name, string Type)[] index, bool implied)
        {
            var row = char.ToUpperInvariant(name[0]) + name[1..] + "Entry";
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name}Table OBJECT-TYPE SYNTAX SEQUENCE OF {row} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"x\" ::= {{ forms {++number} }}");
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name}Entry OBJECT-TYPE SYNTAX {row} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"x\" INDEX {{ {string.Join(", ", index.Select((i, n) => (implied && n == index.Length - 1 ? "IMPLIED " : "") + i.Name + "Key"))} }} ::= {{ {name}Table 1 }}");
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{row} ::= SEQUENCE {{ {string.Join(", ", index.Select(i => $"{i.Name}Key {i.Type.Split('(')[0].Split('{')[0].Trim()}"))}, {name}Value Integer32 }}");
            for (var i = 0; i < index.Length; i++) text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{index[i].Name}Key OBJECT-TYPE SYNTAX {index[i].Type} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"x\" ::= {{ {name}Entry {i + 1} }}");
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name}Value OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"x\" ::= {{ {name}Entry {index.Length + 1} }}");
        }
    }
}
