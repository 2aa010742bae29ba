using System.Globalization;
using System.Text;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>Whatever the bytes are: a compilation with diagnostics, in bounded time.</summary>
public sealed class HostileModuleTests
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);
    private static readonly MibCompiler Compiler = new();
    private static readonly byte[][] Seeds = [.. Directory.GetFiles(Compiled.Folder, "*.mib", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(b => b.Length is > 100 and < 70_000)];

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 20_000 : 400;

    [Fact]
    public void Random_bytes_give_nothing_but_diagnostics()
    {
        var random = new Random(2578);
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = new byte[random.Next(0, 4000)];
            random.NextBytes(bytes);
            Compile(bytes).Diagnostics.Should().HaveCount(1);
        }
    }

    [Fact]
    public void Mutated_modules_give_nothing_but_diagnostics()
    {
        var random = new Random(2579);
        var modules = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = Mutate(random, [.. Seeds[random.Next(Seeds.Length)]]);
            modules += Compile(bytes).Modules.Count;
        }
        modules.Should().BeGreaterThan(Rounds / 2, "most mutations leave a module recognisable");
    }

    [Fact]
    public void Words_in_random_order_give_nothing_but_diagnostics()
    {
        string[] words = ["OBJECT-TYPE", "OBJECT", "IDENTIFIER", "::=", "{", "}", "(", ")", "SEQUENCE", "OF", "SYNTAX", "INTEGER", "a", "B", "1", "..", ",", ";", "\"", "'", "--", "\n", "IMPORTS", "FROM", "END", "MACRO", "BEGIN", "TEXTUAL-CONVENTION", "DEFVAL", "INDEX", "IMPLIED", "TRAP-TYPE", "MODULE-IDENTITY", "DEFINITIONS", "SIZE", "|", "-", "[", "]", "STATUS", "REVISION", "CHOICE", "BITS"];
        var random = new Random(2580);
        for (var i = 0; i < Rounds; i++)
        {
            var text = new StringBuilder("X-MIB DEFINITIONS ::= BEGIN\n");
            for (var n = random.Next(400); n > 0; n--) text.Append(words[random.Next(words.Length)]).Append(' ');
            Compile(Encoding.ASCII.GetBytes(text.ToString())).Modules.Should().NotBeEmpty();
        }
    }

    [Fact]
    public void A_description_of_ten_megabytes_is_read_in_time_and_kept_short()
    {
        var bytes = Encoding.ASCII.GetBytes($"L-MIB DEFINITIONS ::= BEGIN l OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION \"{new string('x', 10_000_000)}\" ::= {{ 1 3 }} m OBJECT IDENTIFIER ::= {{ 1 4 }} END");
        var module = Compile(bytes).Modules.Single();
        module.Get("l").Description!.Length.Should().BeLessThan(200_000);
        module.Get("m").Oid.Should().Be("1.4");
    }

    [Theory]
    [InlineData("(")]
    [InlineData("{")]
    [InlineData("a OBJECT-TYPE ")]
    [InlineData("a ::= SEQUENCE { ")]
    [InlineData("a OBJECT IDENTIFIER ::= { ")]
    [InlineData("A ::= A ")]
    [InlineData("\"\" ")]
    [InlineData("'")]
    [InlineData("-- ")]
    [InlineData("X { a b c d e f ")]
    [InlineData("END ")]
    public void A_megabyte_of_one_beginning_is_read_in_time(string text)
    {
        Compile(Encoding.ASCII.GetBytes("X-MIB DEFINITIONS ::= BEGIN " + string.Concat(Enumerable.Repeat(text, 1_000_000 / text.Length))));
    }

    [Fact]
    public void A_long_chain_of_parents_and_of_types_ends_with_a_diagnostic()
    {
        var text = new StringBuilder("C-MIB DEFINITIONS ::= BEGIN\n");
        for (var i = 0; i < 20_000; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"n{i} OBJECT IDENTIFIER ::= {{ n{i + 1} 1 }}\nT{i} ::= T{i + 1}\n");
        text.Append("n20000 OBJECT IDENTIFIER ::= { 1 3 }\nT20000 ::= INTEGER END");
        var module = Compile(Encoding.ASCII.GetBytes(text.ToString())).Modules.Single();
        module.Diagnostics.Should().HaveCountLessThan(210).And.Contain(d => d.Message.Contains("at most 128 numbers", StringComparison.Ordinal) || d.Message.Contains("the most are 128", StringComparison.Ordinal));
        module.Get("n19990").Oid.Should().StartWith("1.3.1");
    }

    [Fact]
    public void A_file_beyond_the_bound_is_refused_with_a_sentence()
    {
        Compiler.Compile([new MibSource("big.mib", new byte[2000])], _ => null, new MibLimits { FileBytes = 1000 }, CancellationToken.None)
            .Diagnostics.Should().ContainSingle().Which.Message.Should().Contain("more than");
    }

    private static MibCompilation Compile(byte[] bytes)
    {
        var before = Processor.Time;
        var result = Compiler.Compile([new MibSource("x.mib", bytes)], _ => null, new MibLimits(), CancellationToken.None);
        (Processor.Time - before).Should().BeLessThan(Each);
        return result;
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        for (var n = random.Next(1, 12); n > 0; n--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] = (byte)"{}()\"';,-:="[random.Next(11)]; break;
                case 2: bytes.AsSpan(at, Math.Min(random.Next(40), bytes.Length - at)).Fill((byte)' '); break;
                default:
                    var length = Math.Min(60, bytes.Length - at);
                    bytes.AsSpan(random.Next(bytes.Length - length + 1), length).CopyTo(bytes.AsSpan(at));
                    break;
            }
        }
        return random.Next(5) == 0 ? bytes[..random.Next(Math.Min(40, bytes.Length), bytes.Length + 1)] : bytes;
    }
}
