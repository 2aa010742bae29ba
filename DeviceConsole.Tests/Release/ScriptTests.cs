using System.Text.Json.Nodes;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Release;

/// <summary>The scripts that the pipeline calls, run here with a folder as the registry and scratch repositories.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dcrelease").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_bill_of_materials_names_every_package_with_its_hash_and_licence()
    {
        var file = Path.Combine(folder, "sbom.json");
        var (code, output) = await Script.RunAsync("deploy/sbom.sh", [file]);

        code.Should().Be(0, output);
        var bill = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        bill["bomFormat"]!.ToString().Should().Be("CycloneDX");
        var components = bill["components"]!.AsArray();
        components.Select(c => c!["name"]!.ToString()).Should().Contain(["Npgsql", "Quartz", "Radzen.Blazor", "Microsoft.IdentityModel.Tokens"]).And.NotContain("xunit", "tests are not shipped");
        foreach (var component in components)
        {
            component!["purl"]!.ToString().Should().StartWith("pkg:nuget/");
            component["hashes"]![0]!["content"]!.ToString().Should().MatchRegex("^[0-9a-f]{128}$");
            component["licenses"]!.AsArray().Should().NotBeEmpty();
        }
    }

    [Fact]
    public async Task The_product_carries_only_licences_that_it_may()
    {
        var (code, output) = await Script.RunAsync("deploy/licenses.sh", [Path.Combine(folder, "licenses.md")]);

        code.Should().Be(0, output);
        (await File.ReadAllTextAsync(Path.Combine(folder, "licenses.md"))).Should().MatchRegex(@"\| Npgsql \| [\d.]+ \| PostgreSQL \|");
    }

    [Theory]
    [InlineData("""{"sources":[],"projects":[]}""", 0, "No known vulnerability.")]
    [InlineData("""{"sources":[],"projects":[{"frameworks":[{"transitivePackages":[{"id":"Old","resolvedVersion":"1.0.0","vulnerabilities":[{"severity":"High","advisoryurl":"https://advisories.example/1"}]}]}]}]}""", 1, "stops the release")]
    [InlineData("""{"sources":[],"projects":[{"frameworks":[{"topLevelPackages":[{"id":"Old","resolvedVersion":"1.0.0","vulnerabilities":[{"severity":"Low","advisoryurl":"https://advisories.example/2"}]}]}]}]}""", 0, "Old 1.0.0")]
    [InlineData("""{"sources":[],"projects":[],"problems":[{"level":"warning","text":"no vulnerability data"}]}""", 0, "nothing is known about these packages")]
    public async Task Vulnerabilities_of_high_severity_stop_a_release_and_missing_data_is_said(string report, int expected, string sentence)
    {
        var saved = Path.Combine(folder, "report.json");
        await File.WriteAllTextAsync(saved, report);
        var (code, output) = await Script.RunAsync("deploy/vulnerabilities.sh", [Path.Combine(folder, "out.json")], new() { ["DEVICECONSOLE_VULNERABILITY_REPORT"] = saved });

        code.Should().Be(expected, output);
        output.Should().Contain(sentence);
    }

    [Theory, InlineData("release", "Impact: None is expected"), InlineData("rollback", "Impact: 20 minutes without pages"), InlineData("failure", "Impact: 20 minutes without pages")]
    public async Task Notices_reach_all_three_audiences_with_impact_recovery_and_mitigation(string kind, string line)
    {
        string[] told = kind == "release" ? [] : ["--impact", "20 minutes without pages", "--recovery", "17:00 UTC", "--mitigation", "use the API"];
        var (code, output) = await Script.RunAsync("deploy/notify.sh", [kind, "--version", "1.4.0", "--environment", "production", .. told], Addresses());

        code.Should().Be(0, output);
        foreach (var audience in (string[])["noc", "support", "owners"])
        {
            var text = await File.ReadAllTextAsync(Path.Combine(folder, $"{kind}.{audience}.1.4.0.txt"));
            text.Should().Contain("1.4.0").And.Contain("production").And.NotMatchRegex(@"\{[a-z]+\}", "every word in braces is replaced");
            if (kind != "release") text.Should().ContainAll("20 minutes without pages", "17:00 UTC", "use the API");
        }
        (await File.ReadAllTextAsync(Path.Combine(folder, $"{kind}.noc.1.4.0.txt"))).Should().Contain(line);
    }

    [Fact]
    public async Task A_notice_of_a_rollback_without_impact_and_an_audience_without_address_are_refused()
    {
        (await Script.RunAsync("deploy/notify.sh", ["rollback", "--version", "1.4.0", "--environment", "production"], Addresses())).Output.Should().Contain("--impact");
        var addresses = Addresses();
        addresses["DEVICECONSOLE_NOTICE_SUPPORT"] = "";
        var (code, output) = await Script.RunAsync("deploy/notify.sh", ["release", "--version", "1.4.0", "--environment", "production"], addresses);

        code.Should().NotBe(0);
        output.Should().Contain("DEVICECONSOLE_NOTICE_SUPPORT is not set").And.Contain("Told owners");
    }

    [Fact]
    public async Task Gates_open_only_for_a_merged_reviewed_commit_whose_results_are_its_own()
    {
        var repository = await RepositoryAsync();
        await GitAsync(repository, "tag", "v1.0.0");
        var commit = (await GitAsync(repository, "rev-parse", "HEAD")).Trim();
        var environment = new Dictionary<string, string> { ["DEVICECONSOLE_REPOSITORY"] = repository, ["DEVICECONSOLE_RELEASE_OUT"] = folder };
        await ResultsAsync(commit, failed: 0);

        var open = await Script.RunAsync("deploy/gates.sh", ["v1.0.0", "--reviewed-by", "Ada", "--branch", "main"], environment);
        open.Code.Should().Be(0, open.Output);
        (await Script.RunAsync("deploy/gates.sh", ["1.0.0", "--branch", "main"], environment)).Output.Should().Contain("SHUT  nobody has reviewed");
        await ResultsAsync(commit, failed: 1);
        (await Script.RunAsync("deploy/gates.sh", ["1.0.0", "--reviewed-by", "Ada", "--branch", "main"], environment)).Output.Should().Contain("SHUT  tests");
        await ResultsAsync(new string('0', 40), failed: 0);
        var foreign = await Script.RunAsync("deploy/gates.sh", ["1.0.0", "--reviewed-by", "Ada", "--branch", "main"], environment);
        foreign.Code.Should().Be(1);
        foreign.Output.Should().Contain("SHUT  tests: the result is of another commit");

        await GitAsync(repository, "checkout", "-q", "-b", "aside");
        await GitAsync(repository, "commit", "-q", "--allow-empty", "-m", "feat: not merged");
        (await Script.RunAsync("deploy/gates.sh", ["1.0.0", "--reviewed-by", "Ada", "--branch", "main"], environment)).Output.Should().Contain("SHUT  this commit is not in main").And.Contain("SHUT  v1.0.0 is");
    }

    [Fact]
    public async Task The_version_comes_from_the_newest_tag_and_counts_the_commits_since()
    {
        var repository = await RepositoryAsync();
        (await Script.RunAsync("deploy/version.sh", [repository])).Output.Trim().Should().Be("0.1.0");
        await GitAsync(repository, "tag", "v1.4.0");
        (await Script.RunAsync("deploy/version.sh", [repository])).Output.Trim().Should().Be("1.4.0");
        await GitAsync(repository, "commit", "-q", "--allow-empty", "-m", "fix: one");
        (await Script.RunAsync("deploy/version.sh", [repository])).Output.Trim().Should().Be("1.4.1-dev.1");
    }

    [Fact]
    public async Task Release_notes_tell_schema_changes_operations_and_security()
    {
        var repository = await RepositoryAsync();
        await GitAsync(repository, "tag", "v1.0.0");
        Directory.CreateDirectory(Path.Combine(repository, "Migrations", "Sql"));
        await File.WriteAllTextAsync(Path.Combine(repository, "Migrations", "Sql", "0042_outages.up.sql"), "-- Outages of sites.\nSELECT 1;\n");
        await GitAsync(repository, "add", "-A");
        await GitAsync(repository, "commit", "-q", "-m", "feat: outages\n\nOperations: needs 2 GB more disk\nSecurity: tokens live for ten minutes");
        var environment = new Dictionary<string, string> { ["DEVICECONSOLE_REPOSITORY"] = repository };

        var (code, output) = await Script.RunAsync("deploy/release-notes.sh", ["v1.0.0"], environment);
        code.Should().Be(0, output);
        output.Should().Contain("### Schema changes\n\n* `0042_outages`: Outages of sites.").And.Contain("### Operations\n\n* needs 2 GB more disk").And.Contain("### Security\n\n* tokens live for ten minutes");
    }

    private Dictionary<string, string> Addresses() => new()
    {
        ["DEVICECONSOLE_NOTICE_NOC"] = $"file:{folder}",
        ["DEVICECONSOLE_NOTICE_SUPPORT"] = $"file:{folder}",
        ["DEVICECONSOLE_NOTICE_OWNERS"] = $"file:{folder}",
    };

    private async Task ResultsAsync(string commit, int failed)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "lint.json"), $$"""{"commit":"{{commit}}","problems":0}""");
        await File.WriteAllTextAsync(Path.Combine(folder, "tests.json"), $$"""{"commit":"{{commit}}","passed":10,"failed":{{failed}}}""");
        await File.WriteAllTextAsync(Path.Combine(folder, "image.json"), $$"""{"commit":"{{commit}}","version":"1.0.0"}""");
    }

    private async Task<string> RepositoryAsync()
    {
        var repository = Path.Combine(folder, "repository");
        Directory.CreateDirectory(repository);
        await GitAsync(repository, "init", "-q", "-b", "main");
        await GitAsync(repository, "config", "user.email", "test@example.net");
        await GitAsync(repository, "config", "user.name", "Test");
        await File.WriteAllTextAsync(Path.Combine(repository, "CHANGELOG.md"), "# Changelog\n\n## [1.0.0] (2026-01-01)\n\n### Schema changes\n\nNone.\n\n### Operations\n\nNone.\n\n### Security\n\nNone.\n");
        await GitAsync(repository, "add", "-A");
        await GitAsync(repository, "commit", "-q", "-m", "feat: first");
        return repository;
    }

    private static Task<string> GitAsync(string repository, params string[] arguments) => Script.OutputAsync(repository, "git", arguments);
}
