using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Release;

/// <summary>Runs with ./test --full only: it needs packages of npm and minutes.</summary>
public sealed class FullFactAttribute : FactAttribute
{
    public FullFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") != "1") Skip = "./test --full runs it.";
    }
}

/// <summary>deploy/release.sh with the real semantic-release in a scratch repository with an origin of its own.</summary>
public sealed class SemanticReleaseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dcsemantic").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [FullFact]
    public async Task Commits_become_a_version_a_tag_and_notes_with_schema_operations_and_security()
    {
        var repository = await RepositoryAsync();
        var environment = new Dictionary<string, string>
        {
            ["DEVICECONSOLE_REPOSITORY"] = repository,
            ["GIT_AUTHOR_NAME"] = "Release", ["GIT_AUTHOR_EMAIL"] = "release@example.net", ["GIT_COMMITTER_NAME"] = "Release", ["GIT_COMMITTER_EMAIL"] = "release@example.net",
        };

        var dry = await Script.RunAsync("deploy/release.sh", ["--dry-run"], environment, seconds: 600);
        dry.Code.Should().Be(0, dry.Output);
        dry.Output.Should().Contain("The next release version is 1.1.0").And.Contain("0042_outages").And.Contain("needs 2 GB more disk").And.Contain("tokens live for ten minutes");
        (await GitAsync(repository, "tag")).Trim().Should().Be("v1.0.0", "a dry run leaves nothing");

        var real = await Script.RunAsync("deploy/release.sh", [], environment, seconds: 600);
        real.Code.Should().Be(0, real.Output);
        await GitAsync(repository, "fetch", "-q", "--tags");
        (await GitAsync(repository, "tag")).Should().Contain("v1.1.0");
        var changelog = await GitAsync(repository, "show", "v1.1.0:CHANGELOG.md");
        changelog.Should().StartWith("# Changelog").And.ContainAll("1.1.0", "### Features", "outages of sites", "### Schema changes", "### Operations", "### Security");
    }

    private async Task<string> RepositoryAsync()
    {
        var (origin, repository) = (Path.Combine(folder, "origin.git"), Path.Combine(folder, "repository"));
        await GitAsync(folder, "init", "-q", "--bare", "-b", "main", origin);
        // By its URL: the notes link to it, and a path is none.
        await GitAsync(folder, "clone", "-q", "file://" + origin, repository);
        await GitAsync(repository, "config", "user.email", "test@example.net");
        await GitAsync(repository, "config", "user.name", "Test");
        await Script.OutputAsync(Repository.Root, "cp", "-r", "deploy", ".releaserc.json", repository);
        await CommitAsync(repository, "chore: begin");
        await GitAsync(repository, "tag", "v1.0.0");
        Directory.CreateDirectory(Path.Combine(repository, "Migrations", "Sql"));
        await File.WriteAllTextAsync(Path.Combine(repository, "Migrations", "Sql", "0042_outages.up.sql"), "-- Outages of sites.\nSELECT 1;\n");
        await CommitAsync(repository, "feat: outages of sites\n\nOperations: needs 2 GB more disk\nSecurity: tokens live for ten minutes");
        await GitAsync(repository, "push", "-q", "origin", "main", "--tags");
        return repository;
    }

    private static async Task CommitAsync(string repository, string message)
    {
        await GitAsync(repository, "add", "-A");
        await GitAsync(repository, "commit", "-q", "-m", message);
    }

    private static Task<string> GitAsync(string repository, params string[] arguments) => Script.OutputAsync(repository, "git", arguments);
}
