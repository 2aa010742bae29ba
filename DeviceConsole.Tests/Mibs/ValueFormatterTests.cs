using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Tests.Mibs;

/// <summary>Values in words by their textual conventions: RFC 2578, 2579, 4001.</summary>
public sealed class ValueFormatterTests
{
    [Theory]
    [InlineData("ifPromiscuousMode", "1", "Integer32", null, "true(1)")]
    [InlineData("ifPhysAddress", "..<M^", "OCTET STRING", "001a2b3c4d5e", "00:1a:2b:3c:4d:5e")]
    [InlineData("ipAddressAddr", "x", "OCTET STRING", "c000020a", "192.0.2.10")]
    [InlineData("ipAddressAddr", "x", "OCTET STRING", "20010db8000000000000000000000001", "2001:db8::1")]
    [InlineData("ipAddressAddr", "x", "OCTET STRING", "fe80000000000000000000000000000100000003", "fe80::1%3")]
    [InlineData("hrSystemDate", "x", "OCTET STRING", "07ea0b160d230704", "2026-11-22 13:35:07.4")]
    [InlineData("hrSystemDate", "x", "OCTET STRING", "07ea0b160d2307042d0530", "2026-11-22 13:35:07.4 -05:48")]
    [InlineData("lldpRemSysCapEnabled", "x", "OCTET STRING", "2800", "bridge(2), router(4)")]
    [InlineData("lldpRemSysCapEnabled", "x", "OCTET STRING", "0001", "15")]
    [InlineData("lldpRemSysCapEnabled", "x", "OCTET STRING", "", "none set")]
    [InlineData("sysUpTime", "8640000", "TimeTicks", null, "1 day, 00:00:00.00")]
    [InlineData("dot1dStpTimeSinceTopologyChange", "5953272", "TimeTicks", null, "16:32:12.72")]
    [InlineData("sysDescr", "\0\u0001", "OCTET STRING", "0001ff", "00:01:ff")]
    [InlineData("sysObjectID", "1.3.6.1.2.1.1.99.1", "OBJECT IDENTIFIER", null, "system.99.1")]
    public void A_value_is_said_as_its_type_means_it(string name, string value, string type, string? hex, string expected) =>
        ValueFormatter.Format(BuiltIn.Tree, BuiltIn.Tree.Definition(null, name)!, new ParameterValue("1", value, type) { RawHex = hex }).Should().Be(expected);

    [Theory]
    [InlineData("laLoadFloat", "0.42", "Opaque Float")]
    [InlineData("ipAdEntAddr", "192.0.2.10", "IpAddress")]
    [InlineData("sysName", "core", "OCTET STRING")]
    [InlineData("ifInOctets", "42", "Counter32")]
    public void Nothing_is_added_where_the_value_says_as_much(string name, string value, string type) =>
        ValueFormatter.Format(BuiltIn.Tree, BuiltIn.Tree.Definition(null, name)!, new ParameterValue("1", value, type)).Should().BeNull();
}
