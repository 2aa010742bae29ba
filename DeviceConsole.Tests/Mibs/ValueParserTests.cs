using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Tests.Mibs;

/// <summary>What a person types for an object: RFC 2578 and 2579 read the other way round.</summary>
public sealed class ValueParserTests
{
    [Theory]
    [InlineData("ifAdminStatus", "up", "Enumeration", "1")]
    [InlineData("ifAdminStatus", "down(2)", "Enumeration", "2")]
    [InlineData("ifAdminStatus", "3", "Enumeration", "3")]
    [InlineData("ifPromiscuousMode", "true", "Enumeration", "1")]
    [InlineData("sysName", "core sw ", "OctetString", "core sw ")]
    [InlineData("ifPhysAddress", "00:1a:2B:3c:4d:5e", "OctetString.hex", "001a2b3c4d5e")]
    [InlineData("hrSystemDate", "2026-11-22 13:35:00 +01:00", "OctetString.hex", "07ea0b160d2300002b0100")]
    [InlineData("hrSystemDate", "2026-11-22 13:35:07.4", "OctetString.hex", "07ea0b160d230704")]
    [InlineData("hrSystemDate", "2026-11-22T12:35:00Z", "OctetString.hex", "07ea0b160c2300002b0000")]
    [InlineData("ipAdEntAddr", "192.0.2.10", "IpAddress", "192.0.2.10")]
    [InlineData("ipAddressAddr", "192.0.2.10", "OctetString.hex", "c000020a")]
    [InlineData("ipAddressAddr", "2001:db8::1", "OctetString.hex", "20010db8000000000000000000000001")]
    [InlineData("lldpRemSysCapEnabled", "bridge, router(4)", "Bits.hex", "28")]
    [InlineData("lldpRemSysCapEnabled", "none set", "Bits.hex", "00")]
    [InlineData("sysObjectID", ".1.3.6.1.4.1.8072", "ObjectIdentifier", "1.3.6.1.4.1.8072")]
    [InlineData("ifInOctets", "4294967295", "Counter32", "4294967295")]
    public void Is_read_as_the_objects_syntax_says(string name, string text, string type, string value)
    {
        ValueParser.Parse(Syntax(name), text, false).Value.Should().Be(new TypedValue(type, value));
    }

    [Theory]
    [InlineData("ifAdminStatus", "sideways", "Choose one of up(1), down(2), testing(3).")]
    [InlineData("ifAdminStatus", "7", "Choose one of")]
    [InlineData("ifInOctets", "4294967296", "Counter32 goes from 0 to 4294967295.")]
    [InlineData("ifInOctets", "-1", "goes from 0")]
    [InlineData("ifMtu", "fast", "Enter a whole number.")]
    [InlineData("ipAdEntAddr", "192.0.2", "Enter an IPv4 address")]
    [InlineData("ipAdEntAddr", "3232235777", "Enter an IPv4 address")]
    [InlineData("hrSystemDate", "yesterday", "Enter a moment such as")]
    [InlineData("lldpRemSysCapEnabled", "teleport", "\"teleport\" is none of the bits")]
    [InlineData("sysObjectID", "linux.1", "Enter an object identifier")]
    public void What_does_not_fit_gets_a_sentence(string name, string text, string sentence)
    {
        ValueParser.Parse(Syntax(name), text, false).Problem!.Message.Should().Contain(sentence);
    }

    [Theory]
    [InlineData("d-2", "12.34", "1234")]
    [InlineData("d-2", "-0.05", "-5")]
    [InlineData("x", "ff", "255")]
    [InlineData("o", "17", "15")]
    [InlineData("b", "101", "5")]
    public void Numbers_are_read_back_as_their_hint_shows_them(string hint, string text, string value)
    {
        ValueParser.Parse(new MibSyntax(MibBaseType.Integer32) { DisplayHint = hint }, text, false).Value.Value.Should().Be(value);
        DisplayHint.Number(hint, long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).Should().Be(text);
    }

    [Fact]
    public void Sizes_and_ranges_are_checked_before_anything_is_sent()
    {
        var sized = new MibSyntax(MibBaseType.OctetString) { Ranges = [new MibRange(0, 4)] };
        ValueParser.Parse(sized, "fünf", false).Problem!.Message.Should().Be("The object takes 0..4 bytes; this is 5.");
        ValueParser.Parse(sized, "00 1a", true).Value.Should().Be(new TypedValue("OctetString.hex", "001a"));
        ValueParser.Parse(sized, "0x1", true).Problem!.Message.Should().Contain("pairs of hex digits");
        ValueParser.Parse(new MibSyntax(MibBaseType.Integer32) { Ranges = [new MibRange(1, 10)] }, "11", false).Problem!.Message.Should().Be("The object takes 1..10.");
        ValueParser.Parse(new MibSyntax(MibBaseType.Integer32) { DisplayHint = "d-2" }, "1.234", false).Problem!.Message.Should().Contain("2 places");
    }

    [Fact]
    public void What_is_shown_can_be_typed_again()
    {
        (string Name, string Value, string Type, string Hex)[] values =
        [
            ("ifPhysAddress", "00:1a:2b:3c:4d:5e", "OCTET STRING", "001a2b3c4d5e"), ("hrSystemDate", "07:ea:0b:16:0d:23:00:00:2b:01:00", "OCTET STRING", "07ea0b160d2300002b0100"),
            ("ipAddressAddr", "20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:01", "OCTET STRING", "20010db8000000000000000000000001"),
        ];
        foreach (var (name, value, type, hex) in values)
        {
            var definition = BuiltIn.Tree.Definition(null, name)!;
            var shown = ValueFormatter.Format(BuiltIn.Tree, definition, new ParameterValue("1", value, type) { RawHex = hex }) ?? value;
            ValueParser.Parse(definition.Syntax!, shown, false).Value.Value.Should().Be(hex, $"{name} is shown as {shown}");
        }
    }

    [Fact]
    public void Whatever_is_typed_is_a_value_or_a_sentence()
    {
        var random = new Random(2580);
        var objects = BuiltIn.Tree.Search("if", 100).Concat(BuiltIn.Tree.Search("lldp", 100)).Select(n => n.Definition?.Syntax).OfType<MibSyntax>().ToList();
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "0123456789abcdef:.-+() ,ü\0"[random.Next(26)]));
            var result = ValueParser.Parse(objects[random.Next(objects.Count)], text, random.Next(2) == 0);
            (result.IsSuccess || result.Problem!.Message.EndsWith('.')).Should().BeTrue(text);
        }
    }

    private static MibSyntax Syntax(string name) => BuiltIn.Tree.Definition(null, name)!.Syntax!;
}
