using System.IO.Compression;
using System.Text;
using DeviceConsole.Core;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Mibs;

/// <summary>What must not get in is refused within two seconds, with a sentence.</summary>
public sealed class MibArchiveTests
{
    [Fact]
    public void Files_of_an_archive_come_out_by_name_without_folders_and_without_what_is_no_mib()
    {
        var files = Unpack(Zip(("mibs/", ""), ("mibs/A-MIB.txt", "a"), ("mibs/b/B-MIB", "bb"), ("README.md", "x"), ("logo.png", "x"), ("__MACOSX/._A", "x"))).Value;
        files.Select(f => (f.FileName, f.Bytes.Length)).Should().Equal(("A-MIB.txt", 1), ("B-MIB", 2));
    }

    [Fact]
    public void Zip_bombs_are_refused_by_what_comes_out_and_not_by_what_is_declared()
    {
        Refused(Zip(("bomb", new string('\0', 20 * 1024 * 1024)))).Should().Contain("unpacks to more");
        var many = Zip([.. Enumerable.Range(0, 12).Select(i => ($"part{i}", new string(' ', 9 * 1024 * 1024)))]);
        Refused(many).Should().Contain("unpacks to more");
        var lying = Zip(("lying", new string('\0', 20 * 1024 * 1024)));
        // The declared size, in the directory and before the data.
        Patch(lying, 20 * 1024 * 1024, 10);
        var result = Unpack(lying);
        (result.Problem is { } problem ? problem.Message.Length : result.Value.Sum(f => f.Bytes.Length)).Should().BeLessThan(1000, "it is refused, or no more than what it declares comes out");
    }

    [Theory]
    [InlineData("../evil.mib")]
    [InlineData("a/../../evil.mib")]
    [InlineData("/etc/evil.mib")]
    [InlineData("..\\evil.mib")]
    [InlineData("C:\\evil.mib")]
    public void Paths_that_lead_out_are_refused(string path) => Refused(Zip((path, "x"))).Should().Contain("leads out of it");

    [Fact]
    public void Links_are_refused()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            var entry = zip.CreateEntry("link");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var content = entry.Open();
            content.Write("/etc/passwd"u8);
        }
        Refused(stream.ToArray()).Should().Contain("contains a link");
    }

    [Fact]
    public void A_hundred_megabytes_ten_thousand_files_and_damaged_archives_are_refused()
    {
        Refused(new byte[100 * 1024 * 1024]).Should().Contain("more than 32 MB");
        Refused(Zip([.. Enumerable.Range(0, 10_001).Select(i => ($"f{i}", ""))])).Should().Contain("more than 10,000 files");
        Refused(Zip(("a", "b"))[..20]).Should().Contain("cut off");
        var damaged = Zip(("a", new string('x', 1000)));
        damaged.AsSpan(30, damaged.Length - 60).Fill(0xAA);
        Refused(damaged).Should().EndWith(".");
        MibArchive.Unpack([], default).Problem!.Message.Should().Contain("Choose a file");
    }

    [Fact]
    public void Mutated_archives_give_files_or_a_sentence()
    {
        var random = new Random(52);
        var good = Zip(("a/A.mib", new string('x', 200)), ("B.mib", "A-MIB DEFINITIONS ::= BEGIN END"));
        for (var i = 0; i < 2_000; i++)
        {
            byte[] bytes = [.. good];
            for (var n = random.Next(1, 6); n > 0; n--) bytes[random.Next(4, bytes.Length)] = (byte)random.Next(256);
            var result = Unpack(random.Next(4) == 0 ? bytes[..random.Next(4, bytes.Length)] : bytes);
            (result.IsSuccess || result.Problem!.Message.EndsWith('.')).Should().BeTrue();
        }
    }

    private static Result<IReadOnlyList<MibSource>> Unpack(byte[] bytes)
    {
        var before = Processor.Time;
        var result = MibArchive.Unpack([new MibSource("upload.zip", bytes)], CancellationToken.None);
        (Processor.Time - before).Should().BeLessThan(TimeSpan.FromSeconds(2));
        return result;
    }

    private static string Refused(byte[] bytes) => Unpack(bytes).Problem!.Message;

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            foreach (var (name, text) in files)
            {
                using var content = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                content.Write(Encoding.ASCII.GetBytes(text));
            }
        }
        return stream.ToArray();
    }

    private static void Patch(byte[] zip, int from, int to)
    {
        var wanted = BitConverter.GetBytes(from);
        for (var at = zip.AsSpan().IndexOf(wanted); at >= 0; at = zip.AsSpan().IndexOf(wanted)) BitConverter.GetBytes(to).CopyTo(zip, at);
    }
}
