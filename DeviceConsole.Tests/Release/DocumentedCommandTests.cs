using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Release;

/// <summary>Commands in the documents: those that ask nothing of an installation are run, of the others every option is one that the script knows.</summary>
public sealed partial class DocumentedCommandTests
{
    private static IEnumerable<(string Page, string Script, string Arguments)> Commands =>
        from page in Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Concat(Directory.GetFiles(Repository.Root, "*.md"))
        from Match span in Code().Matches(File.ReadAllText(page))
        from line in span.Value.Split('\n')
        from Match command in Command().Matches(line)
        select (Path.GetFileName(page), command.Groups[1].Value.TrimStart('.', '/'), command.Groups[2].Value);

    [Fact]
    public void Every_option_that_a_page_gives_a_script_is_one_that_it_knows()
    {
        Commands.Should().HaveCountGreaterThan(60);
        foreach (var (page, script, arguments) in Commands)
        {
            var known = File.ReadAllText(Path.Combine(Repository.Root, script));
            // A rehearsal is a drill that stops half-way.
            if (arguments.Contains("rehearse", StringComparison.Ordinal)) known += File.ReadAllText(Path.Combine(Repository.Root, "deploy", "restore-drill.sh"));
            if (script == "bench") known += "--json";
            foreach (Match option in Option().Matches(arguments))
                (known.Contains(option.Value, StringComparison.Ordinal) || known.Contains($"({option.Value.TrimStart('-')}|", StringComparison.Ordinal) || known.Contains($"|{option.Value.TrimStart('-')}", StringComparison.Ordinal))
                    .Should().BeTrue($"{page} calls {script}{arguments}");
        }
    }

    [Theory]
    [InlineData("run", "--help"), InlineData("test", "--help"), InlineData("migrate.sh", "--help"), InlineData("deploy/smoke.sh", "--help"), InlineData("deploy/restore.sh", "--help"), InlineData("deploy/restore-drill.sh", "--help")]
    [InlineData("deploy/pitr.sh", "--help"), InlineData("deploy/version.sh"), InlineData("deploy/release-notes.sh")]
    public async Task A_command_that_asks_nothing_of_an_installation_runs(string script, params string[] arguments)
    {
        var (code, output) = await Script.RunAsync(script, arguments);
        code.Should().Be(0, output);
        output.Trim().Should().NotBeEmpty();
    }

    [GeneratedRegex(@"```[a-z]*\n[\s\S]*?```|`[^`\n]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?:^|[\s`;&])(\./(?:run|test|bench|migrate\.sh)|deploy/[\w-]+\.sh)\b([^`;&#\n]*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<=\s|\[)--[a-z][a-z-]*")]
    private static partial Regex Option();
}
