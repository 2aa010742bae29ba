using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Release;

/// <summary>Links between the documents lead somewhere, and the scripts that they name exist.</summary>
public sealed partial class LinkTests
{
    private static IEnumerable<string> Pages => Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Concat(Directory.GetFiles(Repository.Root, "*.md"));

    [Fact]
    public void Every_link_to_a_file_leads_to_one()
    {
        foreach (var page in Pages)
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
                Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)).Should().BeTrue($"{Path.GetFileName(page)} links to {target}");
            }
        }
    }

    [Fact]
    public void Every_script_that_a_page_names_exists()
    {
        foreach (var page in Pages)
            foreach (Match script in Named().Matches(File.ReadAllText(page)))
                File.Exists(Path.Combine(Repository.Root, script.Value)).Should().BeTrue($"{Path.GetFileName(page)} names {script.Value}");
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\bdeploy/[\w/-]+\.(?:sh|yml|sql)\b")]
    private static partial Regex Named();
}
