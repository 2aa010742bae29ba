using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Tests.Mibs;

/// <summary>Tar archives as the base library writes them in every format, and what must not get in.</summary>
public sealed class MibTarTests
{
    private static readonly string LongName = $"vendor/{new string('d', 90)}/{new string('e', 50)}/LONG-MIB.my";

    [Theory]
    [InlineData(TarEntryFormat.Ustar, false)]
    [InlineData(TarEntryFormat.Pax, false)]
    [InlineData(TarEntryFormat.Pax, true)]
    [InlineData(TarEntryFormat.Gnu, true)]
    public void Files_come_out_by_name_without_folders_and_without_what_is_no_mib(TarEntryFormat format, bool isPacked)
    {
        var tar = Tar(format, (TarEntryType.Directory, "vendor/", ""), (TarEntryType.RegularFile, LongName, new string('x', 700)), (TarEntryType.RegularFile, "B-MIB", "bb"), (TarEntryType.RegularFile, "README.md", "x"));
        var files = MibArchive.Unpack([new MibSource("mibs.tar.gz", isPacked ? Gzip(tar) : tar)], default).Value;
        files.Select(f => (f.FileName, f.Bytes.Length)).Should().Equal(("LONG-MIB.my", 700), ("B-MIB", 2));
    }

    [Fact]
    public void A_single_file_that_is_gzipped_is_that_file() =>
        MibArchive.Unpack([new MibSource("A-MIB.txt.gz", Gzip("A-MIB"u8.ToArray()))], default).Value.Should().ContainSingle().Which.FileName.Should().Be("A-MIB.txt");

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "link", "contains a link")]
    [InlineData(TarEntryType.HardLink, "link", "contains a link")]
    [InlineData(TarEntryType.Fifo, "pipe", "neither a file nor a folder")]
    [InlineData(TarEntryType.RegularFile, "../evil.mib", "leads out of it")]
    [InlineData(TarEntryType.RegularFile, "/etc/evil.mib", "leads out of it")]
    public void Links_devices_and_paths_that_lead_out_are_refused(TarEntryType type, string name, string sentence) =>
        Refused(Tar(TarEntryFormat.Pax, (type, name, "x"))).Should().Contain(sentence);

    [Fact]
    public void Bombs_archives_in_archives_and_damaged_ones_are_refused()
    {
        Refused(Gzip(new byte[101 * 1024 * 1024])).Should().Contain("unpacks to more");
        Refused(Gzip(Tar(TarEntryFormat.Ustar, (TarEntryType.RegularFile, "big", new string(' ', 17 * 1024 * 1024))))).Should().Contain("unpacks to more");
        Refused(Gzip(Gzip("x"u8.ToArray()))).Should().Contain("contains another archive");
        Refused(Tar(TarEntryFormat.Ustar, (TarEntryType.RegularFile, "inner.zip", "PK\u0003\u0004"))).Should().Contain("contains another archive");
        var tar = Tar(TarEntryFormat.Ustar, (TarEntryType.RegularFile, "A", new string('x', 2_000)));
        Refused([0x1f, 0x8b, 8, 0]).Should().Contain("damaged");
        Refused(tar[..1024]).Should().Contain("cut off or damaged");
        tar[0] ^= 1;
        Refused(tar).Should().Contain("cut off or damaged");
    }

    [Fact]
    public void Mutated_archives_give_files_or_a_sentence()
    {
        var random = new Random(53);
        var good = Tar(TarEntryFormat.Pax, (TarEntryType.RegularFile, LongName, new string('x', 600)), (TarEntryType.RegularFile, "B", "b"));
        var packed = Gzip(good);
        for (var i = 0; i < 1_000; i++)
        {
            byte[] bytes = [.. i % 2 == 0 ? good : packed];
            for (var n = random.Next(1, 6); n > 0; n--) bytes[random.Next(2, bytes.Length)] = (byte)random.Next(256);
            var result = MibArchive.Unpack([new MibSource("upload", random.Next(4) == 0 ? bytes[..random.Next(4, bytes.Length)] : bytes)], default);
            (result.IsSuccess || result.Problem!.Message.EndsWith('.')).Should().BeTrue();
        }
    }

    private static string Refused(byte[] bytes) => MibArchive.Unpack([new MibSource("upload.tgz", bytes)], default).Problem!.Message;

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, true)) gzip.Write(bytes);
        return stream.ToArray();
    }

    private static byte[] Tar(TarEntryFormat format, params (TarEntryType Type, string Name, string Text)[] entries)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, format, true))
        {
            foreach (var (type, name, text) in entries)
            {
                TarEntry entry = format switch { TarEntryFormat.Ustar => new UstarTarEntry(type, name), TarEntryFormat.Gnu => new GnuTarEntry(type, name), _ => new PaxTarEntry(type, name) };
                if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "passwd";
                if (type == TarEntryType.RegularFile) entry.DataStream = new MemoryStream(Encoding.ASCII.GetBytes(text));
                tar.WriteEntry(entry);
            }
        }
        return stream.ToArray();
    }
}
