using System.Reflection;
using System.Text.RegularExpressions;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Architecture;

/// <summary>
/// Web → Core, Protocols, Migrations. Protocols → Core's contract, never EF Core, Quartz, SignalR or Npgsql.
/// */Wire → the base library only. One protocol never references another. Migrations depends on nothing of ours.
/// </summary>
public sealed partial class DependencyRuleTests
{
    private static readonly string Root = Repository.Root;

    [Fact]
    public void Core_references_neither_protocols_nor_web_nor_migrations()
    {
        References("DeviceConsole.Core").Should().NotContain(r => r.StartsWith("DeviceConsole.", StringComparison.Ordinal));
    }

    [Fact]
    public void Migrations_reference_nothing_of_ours()
    {
        References("DeviceConsole.Migrations").Should().NotContain(r => r.StartsWith("DeviceConsole.", StringComparison.Ordinal));
    }

    [Fact]
    public void Protocols_reference_no_database_no_scheduler_and_no_web_framework()
    {
        References("DeviceConsole.Protocols").Should().NotContain(r =>
            r.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) || r.StartsWith("Quartz", StringComparison.Ordinal)
            || r.StartsWith("Npgsql", StringComparison.Ordinal) || r.StartsWith("Microsoft.AspNetCore.SignalR", StringComparison.Ordinal)
            || r.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal));
    }

    [Fact]
    public void Protocols_use_only_the_contract_of_core()
    {
        var allowed = new[] { "DeviceConsole.Core.Protocols", "DeviceConsole.Core.Parameters", "DeviceConsole.Core.Mibs", "DeviceConsole.Core.DataModels" };
        foreach (var (file, used) in Usings("DeviceConsole.Protocols", "DeviceConsole.Core"))
            allowed.Should().Contain(used, $"{file} may use only the contract of Core");
    }

    [Fact]
    public void Wire_code_uses_the_base_library_only()
    {
        foreach (var (file, used) in Usings("DeviceConsole.Protocols", "").Where(u => u.File.Contains("/Wire/", StringComparison.Ordinal)))
        {
            var own = Regex.IsMatch(used, @"^DeviceConsole\.Protocols\.\w+\.Wire(\.|$)");
            (own || used.StartsWith("System", StringComparison.Ordinal) || used.StartsWith("Google.Protobuf", StringComparison.Ordinal))
                .Should().BeTrue($"{file} is wire code and uses {used}");
        }
    }

    [Fact]
    public void The_mib_compiler_uses_the_base_library_and_the_contract_of_mibs_only()
    {
        foreach (var (file, used) in Usings("DeviceConsole.Protocols", "").Where(u => u.File.Contains("/Smi/", StringComparison.Ordinal)))
        {
            (used == "DeviceConsole.Core.Mibs" || used.StartsWith("DeviceConsole.Protocols.Smi", StringComparison.Ordinal) || used.StartsWith("System", StringComparison.Ordinal))
                .Should().BeTrue($"{file} is the compiler and uses {used}");
        }
    }

    [Fact]
    public void One_protocol_never_references_another()
    {
        foreach (var (file, used) in Usings("DeviceConsole.Protocols", "DeviceConsole.Protocols."))
        {
            var home = file.Split('/')[1];
            var target = used.Split('.')[2];
            (target == home || target == "Shared" || home.EndsWith(".cs", StringComparison.Ordinal)).Should().BeTrue($"{file} belongs to {home} and uses {used}");
        }
    }

    [Fact]
    public void Protocol_ids_are_named_only_in_their_own_module_the_demo_and_tests()
    {
        var ids = new Regex("\"(cwmp|usp|webpa)\"");
        foreach (var project in new[] { "DeviceConsole.Core", "DeviceConsole.Web" })
            foreach (var file in Sources(project))
                ids.IsMatch(File.ReadAllText(Path.Combine(Root, file))).Should().BeFalse($"{file} switches over a protocol's id");
    }

    [Fact]
    public void Every_protocol_module_has_a_descriptor_with_distinct_ids()
    {
        var modules = typeof(DeviceConsole.Protocols.ProtocolRegistration).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IProtocolModule)));
        modules.Should().NotBeEmpty();
    }

    private static IEnumerable<string> References(string assembly) => Assembly.Load(assembly).GetReferencedAssemblies().Select(a => a.Name!);

    private static IEnumerable<(string File, string Used)> Usings(string project, string prefix) =>
        from file in Sources(project)
        from Match match in UsingLine().Matches(File.ReadAllText(Path.Combine(Root, file)))
        let used = match.Groups[1].Value
        where used.StartsWith(prefix, StringComparison.Ordinal)
        select (file, used);

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*@?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([A-Za-z_][\w.]*)\s*;?\s*$", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
