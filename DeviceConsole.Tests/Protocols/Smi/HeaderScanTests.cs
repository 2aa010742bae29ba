using System.Text;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>What a file says of its modules before anything is compiled is what compiling them gives.</summary>
public sealed class HeaderScanTests
{
    private static readonly MibCompiler Compiler = new();

    [Fact]
    public void Every_module_of_the_test_files_has_the_name_imports_and_date_that_compiling_gives()
    {
        var modules = 0;
        foreach (var file in Directory.GetFiles(Compiled.Folder, "*.mib", SearchOption.AllDirectories))
        {
            var source = new MibSource(Path.GetFileName(file), File.ReadAllBytes(file));
            var compiled = Compiler.Compile([source], _ => null, new MibLimits(), default).Modules;
            Headers(source).Should().BeEquivalentTo(compiled.Select(m => new MibHeader(m.Name, [.. m.Imports.Select(i => i.Module)], m.LastUpdated)), o => o.WithStrictOrdering(), file);
            modules += compiled.Count;
        }
        modules.Should().BeGreaterThan(20);
    }

    [Theory]
    [InlineData("A-MIB DEFINITIONS ::= BEGIN IMPORTS a, -- first; of all\n b FROM B-MIB c FROM C-MIB; x OBJECT IDENTIFIER ::= { a 1 } END", "B-MIB C-MIB", null)]
    [InlineData("A-MIB DEFINITIONS ::= BEGIN IMPORTS a FROM B-MIB -- no semicolon\n x OBJECT IDENTIFIER ::= { a 1 } y OBJECT IDENTIFIER ::= { x 1 } END", "B-MIB", null)]
    [InlineData("A-MIB DEFINITIONS ::= BEGIN IMPORTS a FROM B-MIB;\n-- TYPE DEFINITIONS\nx OBJECT IDENTIFIER ::= { a 1 } END", "B-MIB", null)]
    [InlineData("A-MIB DEFINITIONS ::= BEGIN IMPORTS a FROM B-MIB; m MODULE-IDENTITY LAST-UPDATED \"202601020304Z\" DESCRIPTION \"see IMPORTS; and more\" ::= { a 1 } END", "B-MIB", "202601020304")]
    [InlineData("A-MIB DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= { 1 3 } END", "", null)]
    public void Headers_end_where_the_language_has_it(string text, string imports, string? updated)
    {
        var header = Headers(new MibSource("a.mib", Encoding.ASCII.GetBytes(text))).Should().ContainSingle().Subject;
        (header.Name, string.Join(' ', header.Imports), header.LastUpdated).Should().Be(("A-MIB", imports, updated));
    }

    private static IReadOnlyList<MibHeader> Headers(MibSource source) => Compiler.Headers(source, new MibLimits(), default);
}
