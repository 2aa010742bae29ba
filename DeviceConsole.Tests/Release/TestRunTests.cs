using System.Text.Json.Nodes;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Release;

/// <summary>deploy/tests.sh and ./test themselves, in a copy of the scripts; a stand-in for the SDK writes the results of a run.</summary>
public sealed class TestRunTests : IDisposable
{
    private const string Dotnet =
        """
        case $1 in
          --version) echo 10.0.100 ;;
          build) [[ ! -e $state/unbuildable ]] || { echo 'x.cs(1,1): error CS0001: nothing fits'; exit 1; } ;;
          test) while (($# > 1)); do if [[ $1 == --results-directory ]]; then results=$2; fi; shift; done
            mkdir -p "$results/1"; cp "$state/trx" "$results/tests.trx"; cp "$state/coverage" "$results/1/coverage.cobertura.xml"
            ! grep -q 'failed="[1-9]' "$state/trx" ;;
          *) exit 2 ;;
        esac
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("dctests").FullName;
    private readonly StandIn programs;

    public TestRunTests()
    {
        programs = new StandIn(Path.Combine(folder, "bin")).Add("dotnet", Dotnet);
        File.WriteAllText(programs.State("dotnet", "coverage"), """<?xml version="1.0"?><coverage line-rate="0.8125" branch-rate="0.5" lines-covered="13" lines-valid="16"><packages><package name="DeviceConsole.Core" line-rate="0.75" branch-rate="0.5"/></packages></coverage>""");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, InlineData(3, 0, 0), InlineData(2, 1, 1)]
    public async Task The_counts_of_a_run_and_its_coverage_are_results_that_the_gates_read(int passed, int failed, int expected)
    {
        await ResultsAsync(passed, failed);
        var (code, output) = await RunAsync();

        code.Should().Be(expected, output);
        output.Should().Contain($"{passed} passed, {failed} failed");
        programs.Calls("dotnet").Should().Contain(c => c.StartsWith("test DeviceConsole.Tests", StringComparison.Ordinal) && c.Contains("XPlat Code Coverage", StringComparison.Ordinal) && c.Contains("FullyQualifiedName~Some", StringComparison.Ordinal));
        var record = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "out", "tests.json")))!;
        (record["passed"]!.GetValue<int>(), record["failed"]!.GetValue<int>()).Should().Be((passed, failed));
        record["lines"]!.GetValue<double>().Should().Be(81.2);
        output.Should().Contain("Coverage: 81.2% of the lines").And.Contain("DeviceConsole.Core 75.0%");
    }

    [Fact]
    public async Task A_build_that_fails_is_a_failed_run_with_its_first_error()
    {
        await ResultsAsync(1, 0);
        await File.WriteAllTextAsync(programs.State("dotnet", "unbuildable"), "");
        var (code, output) = await RunAsync();

        code.Should().Be(1);
        output.Should().Contain("error CS0001: nothing fits").And.Contain("0 passed, 1 failed");
    }

    private async Task<(int Code, string Output)> RunAsync()
    {
        var copy = Path.Combine(folder, "copy");
        Directory.CreateDirectory(copy);
        await Script.OutputAsync(Repository.Root, "cp", "-r", "deploy", "test", "global.json", copy);
        return await Script.RunProgramAsync(copy, Path.Combine(copy, "deploy", "tests.sh"), ["Some"], new() { ["PATH"] = programs.Path, ["DEVICECONSOLE_RELEASE_OUT"] = Path.Combine(folder, "out") });
    }

    private Task ResultsAsync(int passed, int failed) => File.WriteAllTextAsync(programs.State("dotnet", "trx"),
        $"""<TestRun><ResultSummary outcome="x"><Counters total="{passed + failed}" executed="{passed + failed}" passed="{passed}" failed="{failed}" error="0" timeout="0" aborted="0" /></ResultSummary></TestRun>""");
}
