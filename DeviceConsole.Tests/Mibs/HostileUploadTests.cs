using System.IO.Compression;
using System.Text;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Mibs;

/// <summary>Uploads that mean harm: refused with a sentence, or compiled with diagnostics, within two seconds of work and without eating the memory.</summary>
public sealed class HostileUploadTests
{
    // Two seconds are the bound of a quiet machine; tests run beside others.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public void An_archive_in_an_archive_is_refused()
    {
        var inner = Zip(("A.mib", "A-MIB DEFINITIONS ::= BEGIN END"u8.ToArray()));
        Refused("outer.zip", Zip(("inner.zip", inner))).Should().Contain("contains another archive (\"inner.zip\")");
        Refused("outer.zip", Zip(("harmless.mib", inner))).Should().Contain("contains another archive");
        Refused("outer.zip", Zip(("harmless.mib", [0x1f, 0x8b, 8, 0]))).Should().Contain("contains another archive");
    }

    [Theory]
    [InlineData("377abcaf271c", "7z")]
    [InlineData("526172211a07", "rar")]
    [InlineData("425a6839", "bzip2")]
    [InlineData("fd377a585a00", "xz")]
    public void Archives_of_other_kinds_are_named_and_refused(string begin, string kind) => Refused("mibs.bin", Convert.FromHexString(begin)).Should().Contain($"is a {kind} archive");

    [Fact]
    public void A_quine_like_archive_of_a_thousand_bombs_is_refused_by_its_count_of_bytes()
    {
        var bomb = new byte[1024 * 1024];
        Refused("bombs.zip", Zip([.. Enumerable.Range(0, 200).Select(i => ($"b{i}.mib", bomb))])).Should().Contain("unpacks to more");
    }

    [Fact]
    public void A_hundred_megabytes_are_refused_before_they_are_read() => Refused("big.mib", new byte[100 * 1024 * 1024]).Should().Contain("more than 32 MB");

    [Fact]
    public void Names_of_a_megabyte_are_left_out_with_their_line()
    {
        var huge = new string('a', 1_000_000);
        var result = Compile($"H-MIB DEFINITIONS ::= BEGIN\n{huge} OBJECT IDENTIFIER ::= {{ 1 3 1 }}\ngood OBJECT IDENTIFIER ::= {{ 1 3 2 }}\nEND");
        var module = result.Modules.Should().ContainSingle().Subject;
        module.Definitions.Select(d => d.Name).Should().Equal("good");
        module.Diagnostics.Should().Contain(d => d.Line == 2 && d.Message.Contains("1000000 characters", StringComparison.Ordinal));
        Compile($"{huge.ToUpperInvariant()} DEFINITIONS ::= BEGIN END").Modules.Should().BeEmpty();
    }

    [Fact]
    public void Labels_without_end_are_cut_and_told()
    {
        var text = new StringBuilder("E-MIB DEFINITIONS ::= BEGIN e OBJECT-TYPE SYNTAX INTEGER { ");
        for (var i = 0; i < 400_000; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"l{i}({i}), ");
        var module = Compile(text.Append("end(400001) } ACCESS read-only STATUS mandatory ::= { 1 3 1 } good OBJECT IDENTIFIER ::= { 1 3 2 } END").ToString()).Modules.Should().ContainSingle().Subject;
        module.Definitions.Single(d => d.Name == "e").Syntax!.Labels.Should().HaveCount(65_536);
        module.Diagnostics.Should().ContainSingle(d => d.Message.Contains("at most 65536 labels", StringComparison.Ordinal));
        module.Definitions.Should().Contain(d => d.Name == "good");
    }

    [Fact]
    public void Labels_whose_numbers_are_billions_are_refused_and_a_bit_in_the_billions_costs_nothing()
    {
        var module = Compile("N-MIB DEFINITIONS ::= BEGIN a OBJECT-TYPE SYNTAX INTEGER { big(99999999999) } ACCESS read-only STATUS mandatory ::= { 1 3 1 } b OBJECT-TYPE SYNTAX BITS { far(4000000000) } ACCESS read-write STATUS mandatory ::= { 1 3 2 } END").Modules.Single();
        module.Diagnostics.Should().Contain(d => d.Message.Contains("big needs a number", StringComparison.Ordinal));
        ValueParser.Parse(module.Definitions.Single(d => d.Name == "b").Syntax!, "far", false).Problem!.Message.Should().Contain("none of the bits");
    }

    [Fact]
    public void Ranges_without_end_are_cut_and_told()
    {
        var module = Compile($"R-MIB DEFINITIONS ::= BEGIN r OBJECT-TYPE SYNTAX INTEGER ({string.Join(" | ", Enumerable.Range(0, 200_000))}) ACCESS read-only STATUS mandatory ::= {{ 1 3 1 }} END").Modules.Single();
        module.Definitions.Single().Syntax!.Ranges.Should().HaveCount(1_024);
        module.Diagnostics.Should().ContainSingle(d => d.Message.Contains("at most 1024 ranges", StringComparison.Ordinal));
    }

    [Fact]
    public void A_thousand_modules_that_import_each_other_in_a_circle_end()
    {
        var sources = Enumerable.Range(0, 1_000).Select(i => new MibSource($"{i}.mib", Encoding.ASCII.GetBytes($"C{i}-MIB DEFINITIONS ::= BEGIN IMPORTS n{(i + 1) % 1_000} FROM C{(i + 1) % 1_000}-MIB; n{i} OBJECT IDENTIFIER ::= {{ n{(i + 1) % 1_000} 1 }} END"))).ToList();
        var before = Processor.Time;
        var modules = new MibCompiler().Compile(sources, _ => null, new MibLimits(), default).Modules;
        (Processor.Time - before).Should().BeLessThan(Bound);
        modules.Should().OnlyContain(m => m.Definitions.All(d => d.Oid == null) && m.Diagnostics.Count > 0);
    }

    [Fact]
    public void A_module_that_imports_itself_is_no_trap()
    {
        var module = Compile("S-MIB DEFINITIONS ::= BEGIN IMPORTS s, T FROM S-MIB; s OBJECT IDENTIFIER ::= { 1 3 1 } T ::= INTEGER t OBJECT-TYPE SYNTAX T ACCESS read-only STATUS mandatory ::= { s 1 } END").Modules.Single();
        module.Definitions.Single(d => d.Name == "t").Oid.Should().Be("1.3.1.1");
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    [InlineData("iso-8859-1")]
    public void Every_encoding_that_vendors_send_is_read(string encoding)
    {
        var bytes = Encoding.GetEncoding(encoding);
        var module = Compile([.. bytes.GetPreamble(), .. bytes.GetBytes("U-MIB DEFINITIONS ::= BEGIN u OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION \"Gerät\" ::= { 1 3 1 } END")]).Modules.Should().ContainSingle().Subject;
        module.Definitions.Single().Description.Should().Be("Gerät");
    }

    [Fact]
    public void Bytes_that_are_no_characters_of_any_encoding_do_not_stop_it()
    {
        var bytes = Encoding.ASCII.GetBytes("B-MIB DEFINITIONS ::= BEGIN b OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION \"x\u0001\" ::= { 1 3 1 } END");
        bytes[Array.IndexOf(bytes, (byte)'x')] = 0xFF;
        Compile(bytes).Modules.Single().Definitions.Single().Oid.Should().Be("1.3.1");
        Compile([0xFF, 0xFE, 0x00, 0xD8, 0x41]).Modules.Should().BeEmpty("half a surrogate and half a character");
    }

    [Fact]
    public void A_file_of_nothing_but_zero_bytes_is_no_module()
    {
        var result = Compile(new byte[5_000_000]);
        result.Modules.Should().BeEmpty();
        result.Diagnostics.Should().ContainSingle();
    }

    [Fact]
    public void A_file_name_that_is_a_path_or_a_command_is_a_name_only()
    {
        var files = MibArchive.Unpack([new MibSource("../../etc/pass\0wd\u001b[31m", "x"u8.ToArray()), new MibSource("..\\..\\evil.mib", "x"u8.ToArray())], default).Value;
        files.Select(f => f.FileName).Should().Equal("passwd[31m", "evil.mib");
    }

    private static MibCompilation Compile(string text) => Compile(Encoding.ASCII.GetBytes(text));

    private static MibCompilation Compile(byte[] bytes)
    {
        var before = Processor.Time;
        var result = new MibCompiler().Compile([new MibSource("x.mib", bytes)], _ => null, new MibLimits(), default);
        (Processor.Time - before).Should().BeLessThan(Bound);
        return result;
    }

    private static string Refused(string name, byte[] bytes)
    {
        var before = Processor.Time;
        var problem = MibArchive.Unpack([new MibSource(name, bytes)], default).Problem;
        (Processor.Time - before).Should().BeLessThan(Bound);
        return problem!.Message;
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            foreach (var (name, bytes) in files)
            {
                using var content = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                content.Write(bytes);
            }
        }
        return stream.ToArray();
    }
}
