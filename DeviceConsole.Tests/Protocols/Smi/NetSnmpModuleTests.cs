using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>net-snmp's own modules against what snmptranslate says about them.</summary>
public sealed class NetSnmpModuleTests
{
    private static readonly MibCompilation Uploaded = Compiled.Files([.. Directory.GetFiles(Path.Combine(Compiled.Folder, "netsnmp"), "*.mib")]);

    public static TheoryData<string> Modules => [.. Expected().Select(e => e[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Names_identifiers_access_and_status_agree_with_snmptranslate(string name) => Agree(Uploaded.Modules.Single(m => m.Name == name), name);

    [Theory]
    [MemberData(nameof(Modules))]
    public void The_built_in_module_agrees_as_well(string name) => Agree(new MibCompiler().BuiltIn.Single(m => m.Name == name), name);

    [Fact]
    public void They_compile_on_the_built_in_base_modules_without_an_error()
    {
        Uploaded.Modules.SelectMany(m => m.Diagnostics).Where(d => d.Severity == MibSeverity.Error).Should().BeEmpty();
    }

    private static void Agree(MibModule module, string name)
    {
        var compiled = module.Definitions.ToDictionary(d => d.Name);
        var lines = Expected().Where(e => e[0] == name).ToList();
        lines.Should().NotBeEmpty();
        foreach (var line in lines)
        {
            compiled.Should().ContainKey(line[1]);
            var definition = compiled[line[1]];
            definition.Oid.Should().Be(line[2], line[1]);
            if (line[3].Length > 0) definition.Access.Should().Be(line[3], line[1]);
            if (line[4].Length > 0 && definition.Kind is MibKind.Scalar or MibKind.Column) definition.Status.Should().Be(line[4], line[1]);
        }
    }

    private static IEnumerable<string[]> Expected() => File.ReadLines(Path.Combine(Compiled.Folder, "netsnmp", "names.tsv")).Select(l => l.Split('\t'));
}
