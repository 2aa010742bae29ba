using System.Text;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>Compiles what a test has at hand.</summary>
internal static class Compiled
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Captures", "Smi");

    /// <summary>Files as they are.</summary>
    public static MibCompilation Files(params string[] paths) =>
        new MibCompiler().Compile([.. paths.Select(p => new MibSource(Path.GetFileName(p), File.ReadAllBytes(p)))], _ => null, new MibLimits(), CancellationToken.None);

    /// <summary>One of the broken modules by the middle of its name.</summary>
    public static MibModule Broken(string name) => Files(Path.Combine(Folder, "broken", $"BROKEN-{name}-MIB.mib")).Modules.Should().ContainSingle().Subject;

    /// <summary>Text as a file.</summary>
    public static MibCompilation Text(string text, string file = "test.mib") =>
        new MibCompiler().Compile([new MibSource(file, Encoding.Latin1.GetBytes(text))], _ => null, new MibLimits(), CancellationToken.None);

    /// <summary>Definitions inside a module named TEST-MIB below 1.3.6.1.4.1.99999.</summary>
    public static MibModule Module(string body, string imports = "") => Text(
        $$"""
        TEST-MIB DEFINITIONS ::= BEGIN
        IMPORTS enterprises, OBJECT-TYPE, Integer32 FROM SNMPv2-SMI {{imports}};
        test OBJECT IDENTIFIER ::= { enterprises 99999 }
        {{body}}
        END
        """).Modules.Should().ContainSingle().Subject;

    /// <summary>A definition by its name.</summary>
    public static MibDefinition Get(this MibModule module, string name) => module.Definitions.Should().ContainSingle(d => d.Name == name).Subject;

    /// <summary>Diagnostics as <c>line severity sentence</c>.</summary>
    public static IEnumerable<string> Said(this MibModule module) => module.Diagnostics.Select(d => $"{d.Line} {d.Severity} {d.Message}");
}
