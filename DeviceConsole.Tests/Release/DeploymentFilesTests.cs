using System.Text.Json;
using DeviceConsole.Tests.Peers;
using YamlDotNet.RepresentationModel;

namespace DeviceConsole.Tests.Release;

/// <summary>Dockerfile, deploy/compose and deploy/kubernetes, read as they are: no container engine is needed.</summary>
public sealed class DeploymentFilesTests
{
    private static readonly string[] Parts = ["web", "gateway", "worker"];

    [Fact]
    public void The_image_is_built_by_the_script_runs_as_nobody_and_says_its_version_and_health()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "Dockerfile")).Where(l => !l.StartsWith('#')).ToList();

        lines.Count(l => l.StartsWith("FROM ", StringComparison.Ordinal)).Should().Be(2, "what builds is not what runs");
        lines.Should().Contain(l => l.StartsWith("RUN deploy/publish.sh ", StringComparison.Ordinal));
        lines.Should().Contain("USER 1654:1654").And.Contain(l => l.Contains("org.opencontainers.image.version=\"$VERSION\""));
        lines.Should().Contain(l => l.StartsWith("HEALTHCHECK ", StringComparison.Ordinal) && l.Contains("\"health\""));
        lines.Should().NotContain(l => l.StartsWith("ADD ", StringComparison.Ordinal) || l.Contains("ENV DEVICECONSOLE_MASTER_KEY"));
    }

    [Theory, InlineData("staging"), InlineData("production")]
    public async Task Every_container_of_the_cluster_is_locked_down_and_bounded(string overlay)
    {
        foreach (var pod in (await RenderAsync(overlay)).Where(d => Kind(d) is "Deployment" or "Job").Select(d => Map(Map(Map(d, "spec"), "template"), "spec")))
        {
            Map(pod, "securityContext").Children["runAsNonRoot"].ToString().Should().Be("true");
            pod.Children["automountServiceAccountToken"].ToString().Should().Be("false");
            foreach (var container in ((YamlSequenceNode)pod.Children["containers"]).Cast<YamlMappingNode>())
            {
                var context = Map(container, "securityContext");
                context.Children["readOnlyRootFilesystem"].ToString().Should().Be("true");
                context.Children["allowPrivilegeEscalation"].ToString().Should().Be("false");
                Map(Map(container, "resources"), "limits").Children.Should().ContainKey("memory");
                Map(Map(container, "resources"), "requests").Children.Should().ContainKey("cpu").And.ContainKey("memory");
                container.Children["image"].ToString().Should().MatchRegex(@"^[\w.]+/deviceconsole:\d+\.\d+\.\d+$");
            }
        }
    }

    [Fact]
    public async Task Every_deployment_has_probes_a_rolling_update_a_budget_and_a_network_policy()
    {
        var documents = await RenderAsync("production");
        foreach (var part in Parts)
        {
            var deployment = Find(documents, "Deployment", part);
            Map(Map(Map(deployment, "spec"), "strategy"), "rollingUpdate").Children["maxUnavailable"].ToString().Should().Be("0");
            int.Parse(Map(deployment, "spec").Children["replicas"].ToString(), System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThan(1);
            var container = (YamlMappingNode)((YamlSequenceNode)Map(Map(Map(deployment, "spec"), "template"), "spec").Children["containers"])[0];
            Probe(container, "readinessProbe").Should().Be("/health/ready");
            Probe(container, "startupProbe").Should().Be("/health/ready");
            Probe(container, "livenessProbe").Should().Be("/health/live", "a database that is gone is no reason to restart");
            Find(documents, "PodDisruptionBudget", part);
        }
        foreach (var part in (string[])["web", "gateway", "default", "metrics"]) Find(documents, "NetworkPolicy", part);
        foreach (var part in (string[])["web", "gateway"]) Map(Find(documents, "Service", part), "spec").Children["sessionAffinity"].ToString().Should().Be("ClientIP", "circuits and sessions live in one node");
        Roles(documents).SelectMany(r => r.Split(',')).Distinct().Should().BeEquivalentTo("web", "gateway", "worker", "scheduler");
    }

    [Fact]
    public async Task No_secret_is_part_of_the_cluster_s_description()
    {
        foreach (var overlay in (string[])["staging", "production"]) (await RenderAsync(overlay)).Should().NotContain(d => Kind(d) == "Secret");
    }

    [Fact]
    public void Compose_has_every_part_and_mounts_only_files_that_exist()
    {
        var folder = Path.Combine(Repository.Root, "deploy", "compose");
        var root = (YamlMappingNode)Load(File.ReadAllText(Path.Combine(folder, "compose.yml"))).Single();
        var services = Map(root, "services");

        services.Children.Keys.Select(k => k.ToString()).Should().Contain(["database", "broker", "migrate", "web", "gateway", "worker", "prometheus", "grafana", "loki", "promtail"]);
        foreach (var (name, service) in services.Children)
        {
            if (!((YamlMappingNode)service).Children.TryGetValue("volumes", out var volumes)) continue;
            foreach (var source in ((YamlSequenceNode)volumes).Select(v => v.ToString().Split(':')[0]).Where(s => s.StartsWith('.')))
                Path.Exists(Path.Combine(folder, source)).Should().BeTrue($"{name} mounts {source}");
        }
        var application = Map(root, "x-application");
        application.Children["read_only"].ToString().Should().Be("true");
        application.Children["user"].ToString().Should().Be("1654:1654");
    }

    private static string Probe(YamlMappingNode container, string name) => Map(Map(container, name), "httpGet").Children["path"].ToString();

    private static IEnumerable<string> Roles(IEnumerable<YamlMappingNode> documents) => documents.Where(d => Kind(d) == "Deployment")
        .Select(d => (YamlMappingNode)((YamlSequenceNode)Map(Map(Map(d, "spec"), "template"), "spec").Children["containers"])[0])
        .Select(c => ((YamlSequenceNode)c.Children["env"]).Cast<YamlMappingNode>().First(e => e.Children["name"].ToString() == "DeviceConsole__Roles").Children["value"].ToString());

    private static YamlMappingNode Find(IEnumerable<YamlMappingNode> documents, string kind, string name) =>
        documents.Should().ContainSingle(d => Kind(d) == kind && Map(d, "metadata").Children["name"].ToString() == name).Subject;

    private static string Kind(YamlMappingNode document) => document.Children["kind"].ToString();

    private static YamlMappingNode Map(YamlMappingNode node, string key) => (YamlMappingNode)node.Children[key];

    // The base and what the overlay names, merged by hand: enough for what is asked here, and no kubectl is needed.
    private static Task<List<YamlMappingNode>> RenderAsync(string overlay) => Kustomization.RenderAsync(Path.Combine(Repository.Root, "deploy", "kubernetes", overlay));

    internal static List<YamlMappingNode> Load(string text)
    {
        var yaml = new YamlStream();
        // YamlDotNet reads merge keys only where it makes objects.
        yaml.Load(new StringReader(text.Replace("<<: ", "merged: ", StringComparison.Ordinal)));
        return [.. yaml.Documents.Select(d => (YamlMappingNode)d.RootNode)];
    }
}
