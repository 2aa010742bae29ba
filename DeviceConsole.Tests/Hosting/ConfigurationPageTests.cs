using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Tests.Hosting;

/// <summary>docs/CONFIGURATION.md is made of the catalog of settings and of the summaries in the sources; DEVICECONSOLE_WRITE_DOCS=1 writes it anew.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly string[] Products = ["DeviceConsole.Core", "DeviceConsole.Protocols", "DeviceConsole.Web", "Migrations"];
    private static readonly Lazy<string> Sources = new(() => string.Join('\n', Products.SelectMany(p => Directory.GetFiles(Path.Combine(Repository.Root, p), "*.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)).Select(File.ReadAllText)));

    [Fact]
    public void The_page_is_up_to_date() => GeneratedPage.Check("docs/CONFIGURATION.md", Page());

    [Fact]
    public void Every_setting_that_the_sources_read_is_in_the_catalog()
    {
        var known = SettingCatalog.All.Select(s => s.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var read = Read().Matches(Sources.Value).Select(m => m.Groups[1].Value).Concat(Connection().Matches(Sources.Value).Select(m => "ConnectionStrings:" + m.Groups[1].Value)).Distinct().ToList();

        read.Should().HaveCountGreaterThan(10).And.OnlyContain(k => known.Contains(k));
    }

    [Fact]
    public void Every_class_of_options_that_is_bound_is_in_the_catalog()
    {
        var known = SettingCatalog.OptionClasses().Select(t => t.Name).ToHashSet();
        Bound().Matches(Sources.Value).Select(m => m.Groups[1].Value).Should().NotBeEmpty().And.OnlyContain(t => known.Contains(t));
    }

    [Fact]
    public void The_example_names_only_settings_that_exist()
    {
        var compose = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "compose", "compose.yml"));
        foreach (var name in File.ReadAllLines(Path.Combine(Repository.Root, ".env.example")).Select(l => Name().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value))
            (SettingCatalog.All.Any(s => s.Name == name) || compose.Contains($"${{{name}", StringComparison.Ordinal)).Should().BeTrue($".env.example has {name}");
    }

    private static string Page()
    {
        var text = new StringBuilder(
            """
            # Configuration

            Every setting, as an environment variable; in `appsettings.json` each `__` is a level (`Jobs__Slots` is `Jobs: { Slots }`). The environment
            wins. `dotnet DeviceConsole.Web.dll config check` prints what a start would use and where it comes from, secrets as fingerprints;
            with `--database` it looks at the database too. Made of the sources: change it there.

            ## The application

            | setting | default | meaning |
            | --- | --- | --- |

            """);
        foreach (var setting in SettingCatalog.All.Where(s => s.Source is null)) Row(text, setting, setting.Meaning!);
        foreach (var section in SettingCatalog.All.Where(s => s.Source is not null).GroupBy(s => s.Name[..s.Name.LastIndexOf("__", StringComparison.Ordinal)]))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section.Key}\n\n| setting | default | meaning |\n| --- | --- | --- |\n");
            foreach (var setting in section) Row(text, setting, Summary(setting.Source!));
        }
        return text.ToString();
    }

    private static void Row(StringBuilder text, Setting setting, string meaning) =>
        text.Append(CultureInfo.InvariantCulture, $"| `{setting.Name}` | {(setting.Default.Length == 0 ? "" : setting.Meaning is null ? $"`{setting.Default}`" : setting.Default)} | {meaning.Replace("|", "\\|", StringComparison.Ordinal)}{(setting.IsSecret ? " Secret." : "")} |\n");

    // The summary that stands above the property in its class.
    private static string Summary(PropertyInfo property)
    {
        var declaration = Regex.Match(Sources.Value, $@"class {property.DeclaringType!.Name}\b[\s\S]*?/// <summary>((?:(?!</summary>)[\s\S])*)</summary>\s*(?:\[[^\]]*\]\s*)?public [\w?<>\[\]]+ {property.Name} \{{");
        var all = Regex.Matches(declaration.Value, @"<summary>((?:(?!</summary>)[\s\S])*)</summary>");
        all.Should().NotBeEmpty($"{property.DeclaringType.Name}.{property.Name} has a summary");
        var text = Regex.Replace(all[^1].Groups[1].Value, @"\s*///\s*", " ");
        text = Regex.Replace(text, @"<see cref=""(?:[\w.]*\.)?(\w+)"" />", "`$1`");
        return Regex.Replace(text, @"</?c>", "`").Trim();
    }

    [GeneratedRegex(@"onfiguration(?:\[|\.GetValue\()""([A-Za-z_:]+)""")]
    private static partial Regex Read();

    [GeneratedRegex(@"GetConnectionString\(""(\w+)""\)")]
    private static partial Regex Connection();

    [GeneratedRegex(@"AddOptions<(\w+)>\(\)\s*\.BindConfiguration")]
    private static partial Regex Bound();

    [GeneratedRegex(@"^#?([A-Za-z]\w+)=")]
    private static partial Regex Name();
}
