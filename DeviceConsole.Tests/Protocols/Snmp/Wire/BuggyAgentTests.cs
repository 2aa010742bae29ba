using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp.Wire;

/// <summary>Encodings that agents in the field send although they should not, and what they mean.</summary>
public sealed class BuggyAgentTests
{
    private const string Name = "06 08 2b 06 01 02 01 01 05 00";

    [Theory]
    [InlineData("41 01 ff", "Counter32: 4294967295", "a negative counter")]
    [InlineData("42 04 b2 d0 5e 00", "Gauge32: 3000000000", "a gauge without the leading zero")]
    [InlineData("41 05 00 ff ff ff ff", "Counter32: 4294967295", "an unsigned of five octets")]
    [InlineData("43 00", "TimeTicks: 0", "no octets at all")]
    [InlineData("02 00", "Integer32: 0", "an integer without octets")]
    [InlineData("46 00", "Counter64: 0", "a wide counter without octets")]
    [InlineData("46 08 ff ff ff ff ff ff ff ff", "Counter64: 18446744073709551615", "a wide counter without the leading zero")]
    [InlineData("46 09 00 ff ff ff ff ff ff ff ff", "Counter64: 18446744073709551615", "a wide counter")]
    [InlineData("02 04 ff ff ff fe", "Integer32: -2", "redundant sign octets")]
    [InlineData("02 06 00 00 00 00 00 07", "Integer32: 7", "more octets than 32 bits need")]
    [InlineData("04 82 00 03 61 62 63", "OCTET STRING: abc", "a long-form length")]
    [InlineData("04 84 00 00 00 03 61 62 63", "OCTET STRING: abc", "a longer-form length")]
    [InlineData("44 07 9f 78 04 3f c0 00 00", "Opaque Float: 1.5", "a float")]
    [InlineData("44 0b 9f 79 08 3f f8 00 00 00 00 00 00", "Opaque Double: 1.5", "a double")]
    [InlineData("44 03 01 02 03", "Opaque: 01:02:03", "an opaque of nobody's")]
    [InlineData("40 00", "IpAddress: ", "an address without octets")]
    [InlineData("06 00", "OBJECT IDENTIFIER: 0.0", "an OID without octets")]
    [InlineData("06 05 2b 8f ff ff ff 7f", null, "an OID whose length lies")]
    [InlineData("06 06 2b 8f ff ff ff 7f", "OBJECT IDENTIFIER: 1.3.4294967295", "the largest sub-identifier")]
    [InlineData("06 06 2b 90 80 80 80 00", null, "a sub-identifier of 2^32")]
    [InlineData("06 02 2b 80", null, "an OID that ends inside a sub-identifier")]
    [InlineData("06 03 2b 80 01", null, "a padded sub-identifier")]
    [InlineData("41 05 01 00 00 00 00", null, "a counter of 33 bits")]
    [InlineData("46 09 01 00 00 00 00 00 00 00 00", null, "a wide counter of 65 bits")]
    [InlineData("02 05 01 00 00 00 00", null, "an integer of 33 bits")]
    [InlineData("09 01 00", null, "a type that SNMP does not have")]
    public void A_value_is_read_as_meant_or_refused(string value, string? expected, string because)
    {
        var message = Message($"{Name} {value}");

        if (expected is null)
        {
            FluentActions.Invoking(() => CommunityMessage.TryRead(message, out _, out _)).Should().Throw<SnmpDecodeException>(because);
            return;
        }

        CommunityMessage.TryRead(message, out var read, out _).Should().BeTrue();
        read.Pdu.VarBinds.Span[0].Value.ToString().Should().Be(expected, because);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_name_has_at_most_128_sub_identifiers(int count, bool valid)
    {
        // The first octet holds two.
        var name = (byte[])[0x2b, .. Enumerable.Repeat((byte)1, count - 2)];
        var message = Message($"06 81 {name.Length:x2} {Convert.ToHexString(name)} 05 00");

        var reading = FluentActions.Invoking(() =>
        {
            CommunityMessage.TryRead(message, out var read, out _).Should().BeTrue();
            return read.Pdu.VarBinds.Span[0].Name.ArcCount;
        });

        if (valid) reading().Should().Be(count);
        else reading.Should().Throw<SnmpDecodeException>();
    }

    // version 1, community "public", Response, request-id 1, no error, one variable; every enclosing length in long form.
    private static byte[] Message(string varBind)
    {
        var content = Convert.FromHexString(varBind.Replace(" ", "", StringComparison.Ordinal));
        var list = Long(0x30, Long(0x30, content));
        var pdu = Long(0xa2, [0x02, 1, 1, 0x02, 1, 0, 0x02, 1, 0, .. list]);
        return Long(0x30, [0x02, 1, 1, 0x04, 6, .. "public"u8, .. pdu]);
    }

    private static byte[] Long(byte tag, byte[] content) => [tag, 0x83, 0, (byte)(content.Length >> 8), (byte)content.Length, .. content];
}
