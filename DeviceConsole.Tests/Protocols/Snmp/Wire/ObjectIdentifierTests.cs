using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp.Wire;

/// <summary>Names: text, order, subtrees.</summary>
public sealed class ObjectIdentifierTests
{
    [Theory]
    [InlineData("1.3.6.1.2.1", "1.3.6.1.2.1")]
    [InlineData(".1.3.6.1.2.1", "1.3.6.1.2.1")]
    [InlineData(" 1.3 ", "1.3")]
    [InlineData("1", "1")]
    [InlineData("2.999.4294967295", "2.999.4294967295")]
    [InlineData("0.0", "0.0")]
    [InlineData("2.4294967295", "2.4294967295")]
    public void Dotted_numbers_are_read_and_written(string text, string expected) => ObjectIdentifier.Parse(text).ToString().Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1..3")]
    [InlineData("1.3.")]
    [InlineData("3.1")]
    [InlineData("1.40")]
    [InlineData("1.3.4294967296")]
    [InlineData("1.3.-1")]
    [InlineData("1.3.+1")]
    [InlineData("1.3.6 1")]
    [InlineData("sysName.0")]
    public void Anything_else_is_refused(string text) => ObjectIdentifier.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void More_than_128_numbers_are_refused()
    {
        ObjectIdentifier.TryParse("1.3" + string.Concat(Enumerable.Repeat(".1", 126)), out var longest).Should().BeTrue();
        longest.ArcCount.Should().Be(128);
        ObjectIdentifier.TryParse("1.3" + string.Concat(Enumerable.Repeat(".1", 127)), out _).Should().BeFalse();
    }

    [Fact]
    public void Order_is_that_of_the_numbers_and_not_of_the_octets()
    {
        var random = new Random(1_157);
        uint[] interesting = [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, uint.MaxValue];
        uint[] Make() => [1, 3, .. Enumerable.Range(0, random.Next(0, 6)).Select(_ => interesting[random.Next(interesting.Length)])];

        for (var i = 0; i < 20_000; i++)
        {
            var (left, right) = (Make(), Make());
            var expected = Math.Sign(left.AsSpan().SequenceCompareTo(right));

            var (a, b) = (ObjectIdentifier.FromArcs(left), ObjectIdentifier.FromArcs(right));

            Math.Sign(a.CompareTo(b)).Should().Be(expected, "{0} against {1}", a, b);
            (a == b).Should().Be(expected == 0);
            a.ToArcs().Should().Equal(left);
            a.IsPrefixOf(b).Should().Be(right.AsSpan().StartsWith(left));
        }
    }

    [Theory]
    [InlineData("1.3.6.1", "1.3.6.1.2", true)]
    [InlineData("1.3.6.1", "1.3.6.1", true)]
    [InlineData("1.3.6.1", "1.3.6.10", false)]
    [InlineData("1", "1.0.8802.1", true)]
    [InlineData("1", "1.3.6.1", true)]
    [InlineData("1", "2.5", false)]
    [InlineData("1.0", "1.3.6.1", false)]
    public void A_subtree_holds_what_begins_with_it(string root, string name, bool expected) =>
        ObjectIdentifier.Parse(root).IsPrefixOf(ObjectIdentifier.Parse(name)).Should().Be(expected);
}
