using DeviceConsole.Core.Files;

namespace DeviceConsole.Tests.Files;

/// <summary>Names as people and devices send them.</summary>
public class FileNameTests
{
    [Theory]
    [InlineData("hg310-2.1.bin", "hg310-2.1.bin")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\firmware\\image.bin", "image.bin")]
    [InlineData("..", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData("a\r\nSet-Cookie: x.bin", "aSet-Cookie x.bin")]
    [InlineData("gpj.\u202Eexe", "gpj.exe")]
    [InlineData("<script>.bin", "script.bin")]
    [InlineData("  x .bin ", "x .bin")]
    public void A_name_becomes_harmless(string? given, string expected) => FileName.Clean(given, "file").Should().Be(expected);

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var name = FileName.Clean(new string('x', 500) + ".bin", "file");

        name.Should().HaveLength(FileName.Maximum).And.EndWith(".bin");
    }
}
