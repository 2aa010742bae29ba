using System.Text;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Tests.Mibs;

/// <summary>Names and words for what agents answer, with nothing uploaded.</summary>
public sealed class ParameterNamesTests
{
    [Theory]
    [InlineData("1.3.6.1.2.1.1.1.0", "Linux", "OCTET STRING", "sysDescr.0", null)]
    [InlineData("1.3.6.1.2.1.1.3.0", "17432906", "TimeTicks", "sysUpTime.0", "2 days, 00:25:29.06")]
    [InlineData("1.3.6.1.2.1.2.2.1.8.3", "1", "Integer32", "ifOperStatus.3", "up(1)")]
    [InlineData("1.3.6.1.2.1.2.2.1.8.3", "77", "Integer32", "ifOperStatus.3", null)]
    [InlineData("1.3.6.1.2.1.2.2.1.3.1", "24", "Integer32", "ifType.1", "softwareLoopback(24)")]
    [InlineData("1.3.6.1.2.1.1.9.1.2.1", "1.3.6.1.2.1.31", "OBJECT IDENTIFIER", "sysORID.1", "ifMIB")]
    [InlineData("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.8072.3.2.10", "OBJECT IDENTIFIER", "sysObjectID.0", "linux")]
    [InlineData("1.3.6.1.4.1.2021.4.5.0", "2048000", "Integer32", "memTotalReal.0", "2048000 kB")]
    [InlineData("1.3.6.1.4.1.99999.1", "5", "Integer32", "enterprises.99999.1", null)]
    public void A_value_has_its_name_and_its_words(string path, string value, string type, string name, string? text)
    {
        var shown = ParameterNames.Describe(BuiltIn.Tree, new ParameterValue(path, value, type));
        shown.Name.Should().Be(name);
        shown.Text.Should().Be(text);
    }

    [Fact]
    public void Addresses_moments_and_bits_are_read_from_their_octets()
    {
        Octets("1.3.6.1.2.1.2.2.1.6.2", "0200acd30001").Should().BeNull("the raw value of ifPhysAddress says as much");
        ParameterNames.Describe(BuiltIn.Tree, new ParameterValue("1.3.6.1.2.1.2.2.1.6.2", "ABCDEF", "OCTET STRING")).Text.Should().Be("41:42:43:44:45:46");
        ParameterNames.Describe(BuiltIn.Tree, new ParameterValue("1.3.6.1.2.1.25.1.2.0", "07:ea:0b:16:0d:23:00:00", "OCTET STRING")).Text.Should().Be("2026-11-22 13:35:00.0", "a stored value has no bytes beside it");
        Octets("1.3.6.1.2.1.25.1.2.0", "07ea0b160d23000f2b0100").Should().Be("2026-11-22,13:35:0.15,+1:0", "it is no DateAndTime, its tenths are 15: the hint alone is left");
        Octets("1.3.6.1.2.1.25.1.2.0", "07ea0b160d2300002b0100").Should().Be("2026-11-22 13:35:00.0 +01:00", "hrSystemDate");
        Octets("1.0.8802.1.1.2.1.4.1.1.12.0.1.1", "28").Should().Be("bridge(2), router(4)", "lldpRemSysCapEnabled");
    }

    [Theory]
    [InlineData("1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.1", "ipAddressAddrType=ipv4(1) ipAddressAddr=10.0.0.1")]
    [InlineData("1.3.6.1.2.1.4.20.1.1.10.0.0.1", "ipAdEntAddr=10.0.0.1")]
    [InlineData("1.3.6.1.2.1.31.1.1.1.6.3", "")]
    [InlineData("1.3.6.1.6.3.16.1.2.1.3.1.4.110.111.110.101", "vacmSecurityModel=1 vacmSecurityName=none")]
    [InlineData("1.3.6.1.2.1.4.34.1.3.1.4.10.0", "")]
    public void The_index_behind_a_column_is_read_in_its_parts(string path, string expected)
    {
        string.Join(' ', ParameterNames.Describe(BuiltIn.Tree, new ParameterValue(path, "1", "Integer32")).Index.Select(i => $"{i.Name}={i.Text}")).Should().Be(expected);
    }

    [Fact]
    public void Random_paths_and_values_are_named_or_not_and_nothing_else()
    {
        var random = new Random(4001);
        string[] types = ["OCTET STRING", "Integer32", "TimeTicks", "OBJECT IDENTIFIER", "Counter64", "Opaque"];
        string[] roots = ["1.3.6.1.2.1.4.34.1", "1.3.6.1.6.3.16.1.4.1", "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.25.1", "1.0.8802.1.1.2.1.4.2.1", ""];
        for (var i = 0; i < 20_000; i++)
        {
            var path = new StringBuilder(roots[random.Next(roots.Length)]);
            for (var n = random.Next(20); n > 0; n--) path.Append('.').Append(random.Next(3) == 0 ? (uint)random.NextInt64(uint.MaxValue) : (uint)random.Next(12));
            var octets = new byte[random.Next(24)];
            random.NextBytes(octets);
            var value = new ParameterValue(path.ToString(), random.NextInt64().ToString(System.Globalization.CultureInfo.InvariantCulture), types[random.Next(types.Length)]) { RawHex = random.Next(2) == 0 ? Convert.ToHexString(octets) : null };
            var act = () => ParameterNames.Describe(BuiltIn.Tree, value);
            act.Should().NotThrow(path.ToString());
        }
    }

    private static string? Octets(string path, string hex) => ParameterNames.Describe(BuiltIn.Tree, new ParameterValue(path, string.Join(':', hex.Chunk(2).Select(c => new string(c))), "OCTET STRING") { RawHex = hex }).Text;
}
