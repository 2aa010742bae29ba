using System.Reflection;
using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Docs;

/// <summary>The tables that say which test holds which line: every test that they name is there.</summary>
public sealed partial class NamedTestsTests
{
    [Theory]
    [InlineData("docs/PROTOCOLS.md")]
    [InlineData("docs/SECURITY.md")]
    public void Every_test_that_a_page_names_exists(string page)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page));
        var classes = typeof(NamedTestsTests).Assembly.GetTypes().Where(t => !t.IsNested).ToLookup(t => t.Name, StringComparer.Ordinal);
        var named = Named().Matches(text).Select(m => (Class: m.Groups["class"].Value, Method: m.Groups["method"].Value)).Distinct().ToList();

        // "…" stands for the rest of a method's name, and for the class of the one before.
        var missing = named.Where(n => !classes[n.Class].Any(t => n.Method.Length == 0 || t.GetMethods(BindingFlags.Public | BindingFlags.Instance).Any(m => m.Name.StartsWith(n.Method, StringComparison.Ordinal))))
            .Select(n => n.Method.Length == 0 ? n.Class : $"{n.Class}.{n.Method}");
        missing.Should().BeEmpty();
        if (page.EndsWith("PROTOCOLS.md", StringComparison.Ordinal)) named.Should().HaveCountGreaterThan(60);
    }

    [GeneratedRegex(@"`(?:[A-Za-z]+/)*(?<class>[A-Za-z0-9]+Tests)(?:\.(?<method>[A-Z][A-Za-z0-9_]*)…?)?`")]
    private static partial Regex Named();
}
