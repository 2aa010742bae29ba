using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Tests.Mibs;

/// <summary>RFC 2579 clause 3.1; expected texts are those of the RFC and of net-snmp.</summary>
public sealed class DisplayHintTests
{
    [Theory]
    [InlineData("d", 1234, "1234")]
    [InlineData("d-2", 1234, "12.34")]
    [InlineData("d-2", -5, "-0.05")]
    [InlineData("d-0", 7, "7")]
    [InlineData("x", 255, "ff")]
    [InlineData("o", 8, "10")]
    [InlineData("b", 5, "101")]
    [InlineData("255a", 5, null)]
    [InlineData("", 5, null)]
    public void Numbers(string hint, long value, string? expected) => DisplayHint.Number(hint, value).Should().Be(expected);

    [Theory]
    [InlineData("1x:", "001a2bff", "00:1a:2b:ff")]
    [InlineData("255a", "68656c6c6f", "hello")]
    [InlineData("255t", "c3bc", "ü")]
    [InlineData("1d.1d.1d.1d", "c0a80001", "192.168.0.1")]
    [InlineData("2x:2x:2x:2x:2x:2x:2x:2x", "20010db8000000000000000000000001", "2001:0db8:0000:0000:0000:0000:0000:0001")]
    [InlineData("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "07c8051a0d1e0f002b0400", "1992-5-26,13:30:15.0,+4:0")]
    [InlineData("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "07c8051a0d1e0f00", "1992-5-26,13:30:15.0")]
    [InlineData("*1x:/1x:", "020aff0b0c", "0a:ff/0b:0c")]
    [InlineData("1o", "08", "10")]
    [InlineData("4d", "00000100", "256")]
    [InlineData("2d", "01", "1")]
    [InlineData("1a1d:", "4105", "A5")]
    public void Octets(string hint, string hex, string expected) => DisplayHint.Octets(hint, Convert.FromHexString(hex)).Should().Be(expected);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1")]
    [InlineData("*")]
    [InlineData("0a")]
    [InlineData("99999999999a")]
    public void What_is_no_hint_renders_nothing(string hint) => DisplayHint.Octets(hint, [1, 2, 3]).Should().BeNull();

    [Fact]
    public void Random_hints_and_octets_end_in_time_and_memory()
    {
        var random = new Random(2579);
        for (var i = 0; i < 20_000; i++)
        {
            var hint = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "0123459*xdoat:.-"[random.Next(16)]));
            var octets = new byte[random.Next(40)];
            random.NextBytes(octets);
            (DisplayHint.Octets(hint, octets)?.Length ?? 0).Should().BeLessThan(20_000);
        }
    }
}
