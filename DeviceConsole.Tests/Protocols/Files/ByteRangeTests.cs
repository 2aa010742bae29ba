using DeviceConsole.Protocols.Files;

namespace DeviceConsole.Tests.Protocols.Files;

/// <summary>Range headers; the first rows are the examples of RFC 9110 §14.1.2 (a representation of 10,000 bytes).</summary>
public class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-499", 0, 500)]
    [InlineData("bytes=500-999", 500, 500)]
    [InlineData("bytes=-500", 9500, 500)]
    [InlineData("bytes=9500-", 9500, 500)]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=9999-20000", 9999, 1)]
    [InlineData("bytes=-20000", 0, 10_000)]
    [InlineData("BYTES=1-2", 1, 2)]
    public void A_range_is_read(string header, long offset, long length) => ByteRange.Parse(header, 10_000).Should().Be(new ByteRange(offset, length));

    [Theory]
    [InlineData("bytes=10000-")]
    [InlineData("bytes=10000-10001")]
    [InlineData("bytes=-0")]
    public void A_range_outside_of_the_file_cannot_be_satisfied(string header) => ByteRange.Parse(header, 10_000)!.Value.Length.Should().Be(0);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("items=0-5")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=--5")]
    [InlineData("bytes=99999999999999999999-")]
    [InlineData("bytes")]
    public void What_is_no_single_range_gets_the_whole(string? header) => ByteRange.Parse(header, 10_000).Should().BeNull();
}
