using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;
using YamlDotNet.RepresentationModel;

namespace DeviceConsole.Tests.Release;

/// <summary>azure-pipelines.yml and deploy/pipelines: what they name exists, is documented, and stands in the right order.</summary>
public sealed partial class PipelineTests
{
    private static readonly string Templates = Path.Combine(Repository.Root, "deploy", "pipelines");
    private static readonly string[] Tasks = ["UseDotNet@2", "UseNode@1", "PublishTestResults@2", "PublishCodeCoverageResults@2", "ManualValidation@1"];

    public static TheoryData<string> Files => [.. All];

    private static IEnumerable<string> All => Directory.GetFiles(Templates, "*.yml").Select(f => Path.GetRelativePath(Repository.Root, f)).Prepend("azure-pipelines.yml");

    [Theory, MemberData(nameof(Files))]
    public void Every_script_that_a_step_calls_exists_and_may_be_run(string file)
    {
        var steps = Steps(file);
        foreach (var script in steps.Select(s => Text(s, "script")).OfType<string>())
        {
            var called = ScriptPath().Matches(script).Select(m => m.Groups[1].Value.TrimStart('.', '/')).ToList();
            called.Should().NotBeEmpty($"'{script}' in {file} calls a script of the repository");
            foreach (var path in called)
            {
                var full = Path.Combine(Repository.Root, path);
                File.Exists(full).Should().BeTrue($"{file} calls {path}");
                if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(full).Should().HaveFlag(UnixFileMode.UserExecute, path);
            }
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_step_is_a_script_or_a_task_that_no_script_can_replace(string file)
    {
        foreach (var step in Steps(file))
        {
            var kinds = new[] { "script", "task", "checkout", "download", "publish" }.Where(k => step.Children.ContainsKey(k)).ToList();
            kinds.Should().ContainSingle($"a step in {file} is one thing: {string.Join(", ", step.Children.Keys)}");
            if (Text(step, "task") is { } task) Tasks.Should().Contain(task);
        }
    }

    [Fact]
    public void Every_template_exists_gets_the_parameters_it_declares_and_is_used()
    {
        var used = new HashSet<string>();
        foreach (var node in Mappings(Load("azure-pipelines.yml")).Where(m => m.Children.ContainsKey("template")))
        {
            var path = Text(node, "template")!;
            used.Add(Path.GetFileName(path));
            var template = (YamlMappingNode)Load(path);
            var declared = template.Children.TryGetValue("parameters", out var p) ? ((YamlSequenceNode)p).Select(n => Text((YamlMappingNode)n, "name")!) : [];
            var given = node.Children.TryGetValue("parameters", out var g) ? ((YamlMappingNode)g).Children.Keys.Select(k => ((YamlScalarNode)k).Value!) : [];
            given.Should().BeEquivalentTo(declared, path);
        }
        used.Should().BeEquivalentTo(Directory.GetFiles(Templates, "*.yml").Select(Path.GetFileName).Where(f => f != "rollback.yml"), "rollback.yml is a pipeline of its own");
    }

    [Fact]
    public void Stages_come_in_order_from_the_build_to_production()
    {
        var stages = ((YamlSequenceNode)((YamlMappingNode)Load("azure-pipelines.yml")).Children["stages"]).Cast<YamlMappingNode>().ToList();

        stages.Select(s => Text(s, "stage")).Should().Equal("Build", "Release", "Gates", "Staging", "Approval", "Production");
        var after = stages.Where(s => s.Children.ContainsKey("dependsOn")).ToDictionary(s => Text(s, "stage")!, s => Text(s, "dependsOn"));
        after.Should().BeEquivalentTo(new Dictionary<string, string> { ["Release"] = "Build", ["Gates"] = "Build", ["Staging"] = "Gates", ["Approval"] = "Staging", ["Production"] = "Approval" });
    }

    [Fact]
    public void A_deployment_backs_up_migrates_rolls_out_and_checks_in_this_order()
    {
        var called = Steps("deploy/pipelines/deploy.yml").Select(s => Text(s, "script")).OfType<string>().Select(s => ScriptPath().Match(s).Groups[1].Value.TrimStart('.', '/')).ToList();

        called.Should().Equal("deploy/backup.sh", "migrate.sh", "deploy/rollout.sh", "deploy/smoke.sh", "deploy/verify.sh", "deploy/watch.sh", "deploy/notify.sh", "deploy/notify.sh");
    }

    [Fact]
    public void A_rollback_runs_alone_and_takes_any_version()
    {
        var root = (YamlMappingNode)Load("deploy/pipelines/rollback.yml");

        Text(root, "trigger").Should().Be("none");
        Text(root, "pr").Should().Be("none");
        root.Children.Should().ContainKey("stages");
        ((YamlSequenceNode)root.Children["parameters"]).Select(p => Text((YamlMappingNode)p, "name")).Should().Equal("version", "environment", "impact", "recovery", "mitigation");
        Mappings(root).Should().NotContain(m => m.Children.ContainsKey("dependsOn") || m.Children.ContainsKey("download"), "it needs nothing of another run");
        // What a person types reaches the shell as a variable, never as a part of the command.
        foreach (var step in Steps("deploy/pipelines/rollback.yml")) (Text(step, "script") ?? "").Should().NotContainAny("parameters.version", "parameters.impact", "parameters.recovery", "parameters.mitigation");
    }

    [Fact]
    public void Every_variable_group_and_every_variable_in_use_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "CI_CD.md"));
        foreach (var file in All)
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, file));
            foreach (Match variable in Variable().Matches(text)) page.Should().Contain($"`{variable.Groups[1].Value}`", $"{file} uses it");
            foreach (Match group in Group().Matches(text)) page.Should().Contain(group.Groups[1].Value.Replace("${{ parameters.environment }}", "production", StringComparison.Ordinal), file);
        }
    }

    [Fact]
    public void No_secret_stands_in_a_file()
    {
        foreach (var file in All)
        {
            foreach (var step in Steps(file).Where(s => s.Children.ContainsKey("env")))
            {
                foreach (var (name, value) in ((YamlMappingNode)step.Children["env"]).Children)
                    ((YamlScalarNode)value).Value.Should().MatchRegex(@"^(\$\(\w+(\.\w+)?\)(/\w+)?|\$\{\{ parameters\.\w+ \}\})$", $"{name} in {file} comes from a variable group");
            }
        }
    }

    private static List<YamlMappingNode> Steps(string file) =>
        [.. Mappings(Load(file)).Where(m => m.Children.TryGetValue("steps", out var s) && s is YamlSequenceNode).SelectMany(m => (YamlSequenceNode)m.Children["steps"]).Cast<YamlMappingNode>()];

    private static IEnumerable<YamlMappingNode> Mappings(YamlNode node) => node switch
    {
        YamlMappingNode m => m.Children.Values.SelectMany(Mappings).Prepend(m),
        YamlSequenceNode s => s.SelectMany(Mappings),
        _ => [],
    };

    private static YamlNode Load(string file)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Repository.Root, file));
        yaml.Load(reader);
        return yaml.Documents.Single().RootNode;
    }

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? (value as YamlScalarNode)?.Value : null;

    [GeneratedRegex(@"(?:^|\s)((?:\./|deploy/)[\w./-]+\.sh)\b")]
    private static partial Regex ScriptPath();

    [GeneratedRegex(@"\$\(([a-z]\w+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(deviceconsole-(?:build|staging|production|\$\{\{ parameters\.environment \}\}))\s*$", RegexOptions.Multiline)]
    private static partial Regex Group();
}
