using DeviceConsole.Core.Discovery;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.Discovery;

public sealed class AddressRangesTests
{
    [Theory]
    [InlineData("10.1.0.7", "10.1.0.7", "10.1.0.7", 1)]
    [InlineData("10.1.0.0/24", "10.1.0.1", "10.1.0.254", 254)]
    [InlineData("10.1.0.77/29", "10.1.0.73", "10.1.0.78", 6)]
    [InlineData("10.1.0.4/31", "10.1.0.4", "10.1.0.5", 2)]
    [InlineData("10.1.0.4/32", "10.1.0.4", "10.1.0.4", 1)]
    [InlineData("10.1.0.250-10.1.1.3", "10.1.0.250", "10.1.1.3", 10)]
    [InlineData("10.1.0.10-40", "10.1.0.10", "10.1.0.40", 31)]
    [InlineData("2001:db8::10-2001:db8::1f", "2001:db8::10", "2001:db8::1f", 16)]
    [InlineData("2001:db8::/120", "2001:db8::", "2001:db8::ff", 256)]
    public void Addresses_networks_and_ranges_are_read(string text, string first, string last, int count)
    {
        var ranges = AddressRanges.Read([text], out _, out _)!;

        ranges.Count.Should().Be(count);
        (ranges[0].ToString(), ranges[count - 1].ToString()).Should().Be((first, last));
    }

    [Theory]
    [InlineData("10.1")]
    [InlineData("010.1.0.1")]
    [InlineData("10.1.0.0/33")]
    [InlineData("10.1.0.0/24/8")]
    [InlineData("10.1.0.40-10.1.0.10")]
    [InlineData("10.1.0.1-2001:db8::1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::ffff:10.1.0.1")]
    [InlineData("10.0.0.0/15")]
    [InlineData("::/0")]
    [InlineData("router.example.net")]
    [InlineData("")]
    public void What_is_none_or_too_much_gets_a_sentence(string text)
    {
        AddressRanges.Read(["10.1.0.7", text], out var wrong, out var error).Should().BeNull();
        wrong.Should().Be(1);
        error.Should().EndWith(".");
    }

    [Fact]
    public void Several_ranges_follow_each_other_and_have_one_limit()
    {
        var ranges = AddressRanges.Read(["10.1.0.1", "10.2.0.0/30", "2001:db8::1"], out _, out _)!;

        Enumerable.Range(0, ranges.Count).Select(i => ranges[i].ToString()).Should().Equal("10.1.0.1", "10.2.0.1", "10.2.0.2", "2001:db8::1");
        AddressRanges.Read(["10.1.0.0/16", "10.2.0.0/29"], out var wrong, out _).Should().BeNull();
        wrong.Should().Be(1);
    }

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.2.0/24", null)]
    [InlineData("10.1.0.0/16", "10.1.255.250-10.2.0.5", "10.2.0.0")]
    [InlineData("10.1.0.0/16", "169.254.169.254", "169.254.169.254")]
    [InlineData("10.1.0.0/16", "8.8.8.8", "8.8.8.8")]
    [InlineData("10.1.0.0/16", "::1", "::1")]
    public void Only_networks_that_the_policy_names_are_scanned_public_ones_too(string network, string range, string? refused)
    {
        var refusal = ScanRun.Refusal(AddressRanges.Read([range], out _, out _)!, new NetworkPolicy([System.Net.IPNetwork.Parse(network)]));

        if (refused is null) refusal.Should().BeNull();
        else refusal.Should().StartWith($"{refused} lies outside of the networks that this tenant may scan ({network}).");
    }
}
