using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Release;

/// <summary>image.sh, rollout.sh and rollback.sh towards a container registry, a cluster and compose; stand-ins write down what they were asked for.</summary>
public sealed class ContainerScriptTests : IDisposable
{
    // A registry knows what was pushed to it, and nothing else.
    private const string Docker =
        """
        reference=${!#}
        case $1 in
          manifest) grep -qxF "$3" "$state/pushed" 2>/dev/null ;;
          build) [[ -f $reference/Dockerfile ]] || { echo "no Dockerfile in $reference" >&2; exit 1; } ;;
          push) echo "$2" >>"$state/pushed" ;;
          inspect) echo "$reference@sha256:0123456789abcdef" ;;
          ps) cat "$state/running" 2>/dev/null || true ;;
          compose) [[ " $* " == *' up -d '* ]] && { echo "$IMAGE:$VERSION" >"$state/running"; [[ ! -e $state/broken ]]; } ;;
          *) exit 2 ;;
        esac
        """;

    // A cluster: keeps what was applied, and says that a deployment became ready, or not.
    private const string Kubectl =
        """
        case "$*" in
          *'get deployment web'*) cat "$state/image" 2>/dev/null ;;
          'apply -k '*) cp -R "$(dirname "$3")" "$state/applied.$(date +%s%N)"
            file=$3/kustomization.yaml
            printf '%s:%s' "$(sed -n 's/^ *newName: *//p' "$file")" "$(sed -n 's/^ *newTag: *"\(.*\)"/\1/p' "$file")" >"$state/image.new" ;;
          *'rollout status'*) if [[ -e $state/broken && $* == *deployment/gateway* ]]; then exit 1; fi; [[ ! -e $state/image.new ]] || cp "$state/image.new" "$state/image" ;;
          *'rollout undo'*) touch "$state/undone" ;;
          *) exit 2 ;;
        esac
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("dccontainers").FullName;
    private readonly StandIn programs;
    private readonly Dictionary<string, string> environment;

    public ContainerScriptTests()
    {
        programs = new StandIn(Path.Combine(folder, "bin")).Add("docker", Docker).Add("kubectl", Kubectl);
        environment = new() { ["PATH"] = programs.Path, ["DEVICECONSOLE_REGISTRY"] = "registry.example.net", ["DEVICECONSOLE_RELEASE_OUT"] = Path.Combine(folder, "out"), ["DEVICECONSOLE_DOTNET_REGISTRY"] = "mirror.example.net" };
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_version_is_built_pushed_and_labelled_once()
    {
        var (code, output) = await Script.RunAsync("deploy/image.sh", ["1.4.0"], environment);
        code.Should().Be(0, output);
        output.Should().Contain("registry.example.net/deviceconsole:1.4.0");
        var build = programs.Calls("docker").Should().ContainSingle(c => c.StartsWith("build ", StringComparison.Ordinal)).Subject;
        build.Should().ContainAll("--label org.opencontainers.image.version=1.4.0", "--label org.opencontainers.image.revision=", "--build-arg VERSION=1.4.0", "--build-arg REGISTRY=mirror.example.net", "-t registry.example.net/deviceconsole:1.4.0");
        var record = await File.ReadAllTextAsync(Path.Combine(folder, "out", "image.json"));
        record.Should().Contain("\"version\": \"1.4.0\"").And.Contain("\"digest\": \"0123456789abcdef\"");

        (await Script.RunAsync("deploy/image.sh", ["1.4.0"], environment)).Output.Should().Contain("is there already");
        programs.Calls("docker").Count(c => c.StartsWith("build ", StringComparison.Ordinal)).Should().Be(1, "a version is built once");
        (await Script.RunAsync("deploy/image.sh", ["latest"], environment)).Output.Should().Contain("'latest' is no version");
    }

    [Fact]
    public async Task A_cluster_gets_the_overlay_with_this_image_waits_for_every_part_and_goes_back_when_one_does_not_come()
    {
        environment["DEVICECONSOLE_CLUSTER"] = "kubernetes:production";
        foreach (var version in (string[])["1.4.0", "1.5.0"]) (await Script.RunAsync("deploy/image.sh", [version], environment)).Code.Should().Be(0);

        (await Script.RunAsync("deploy/rollout.sh", ["9.9.9"], environment)).Output.Should().Contain("The registry has no image registry.example.net/deviceconsole:9.9.9");
        var first = await Script.RunAsync("deploy/rollout.sh", ["v1.4.0"], environment);
        first.Code.Should().Be(0, first.Output);
        first.Output.Should().Contain("Rolling out 1.4.0 (now: nothing)").And.Contain("1.4.0 runs.");
        (await File.ReadAllTextAsync(programs.State("kubectl", "image"))).Should().Be("registry.example.net/deviceconsole:1.4.0");
        programs.Calls("kubectl").Where(c => c.Contains("rollout status", StringComparison.Ordinal)).Should().HaveCount(3).And.OnlyContain(c => c.Contains("-n deviceconsole", StringComparison.Ordinal));

        await File.WriteAllTextAsync(programs.State("kubectl", "broken"), "");
        var failed = await Script.RunAsync("deploy/rollout.sh", ["1.5.0"], environment);
        failed.Code.Should().Be(1);
        failed.Output.Should().Contain("gateway did not become ready: the earlier version was put back");
        File.Exists(programs.State("kubectl", "undone")).Should().BeTrue();

        File.Delete(programs.State("kubectl", "broken"));
        (await Script.RunAsync("deploy/rollout.sh", ["1.5.0"], environment)).Output.Should().Contain("(now: 1.5.0)", "the stand-in's web had come").And.Contain("1.5.0 runs.");
        (await Script.RunAsync("deploy/rollback.sh", ["1.4.0"], environment)).Output.Should().Contain("Rolling back to 1.4.0 (now: 1.5.0)").And.Contain("1.4.0 runs.");
    }

    [Fact]
    public async Task Compose_is_told_the_version_and_waits()
    {
        environment["DEVICECONSOLE_CLUSTER"] = "compose:shop";
        (await Script.RunAsync("deploy/image.sh", ["1.4.0"], environment)).Code.Should().Be(0);

        var (code, output) = await Script.RunAsync("deploy/rollout.sh", ["1.4.0"], environment);
        code.Should().Be(0, output);
        programs.Calls("docker")[^1].Should().Match("compose -p shop -f */deploy/compose/compose.yml up -d --no-deps --wait --wait-timeout 300 web gateway worker");
        (await Script.RunAsync("deploy/rollback.sh", ["1.4.0"], environment)).Output.Should().Contain("(now: 1.4.0)");
        await File.WriteAllTextAsync(programs.State("docker", "broken"), "");
        (await Script.RunAsync("deploy/rollout.sh", ["1.4.0"], environment)).Code.Should().NotBe(0);
    }

    [Theory]
    [InlineData("", "DEVICECONSOLE_CLUSTER is not set")]
    [InlineData("mainframe", "use kubernetes:OVERLAY, compose or process:DIR")]
    [InlineData("kubernetes:nowhere", "There is no folder deploy/kubernetes/nowhere")]
    [InlineData("process:/nonexistent", "app.env is missing")]
    public async Task A_place_that_is_none_is_said(string cluster, string sentence)
    {
        environment["DEVICECONSOLE_CLUSTER"] = cluster;
        foreach (var script in (string[])["deploy/rollout.sh", "deploy/rollback.sh"])
        {
            var (code, output) = await Script.RunAsync(script, ["1.4.0"], environment);
            code.Should().Be(1);
            output.Should().Contain(sentence);
        }
    }
}
