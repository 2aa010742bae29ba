using System.Diagnostics;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Simulator;
using DeviceConsole.Simulator.Snmp;

namespace DeviceConsole.Tests.Simulator;

/// <summary>The simulated agent, judged by Net-SNMP's own tools where they can.</summary>
public sealed class SimulatedSnmpAgentTests
{
    [Theory]
    [InlineData("snmpwalk", "-v1")]
    [InlineData("snmpwalk", "-v2c")]
    [InlineData("snmpbulkwalk", "-v2c")]
    public async Task Net_snmp_walks_it_to_the_end_in_order(string tool, string version)
    {
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Index = 1 });

        var output = await RunAsync(tool, version, "-c", "public", "-On", agent.EndPoint.ToString(), ".1");

        output.Should().Contain(".1.3.6.1.2.1.1.5.0 = STRING: \"" + agent.Device.Name).And.NotContain("not increasing");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(l => l.StartsWith('.') && !l.Contains("No more", StringComparison.Ordinal));
        lines.Should().BeGreaterThan(500);
        if (version == "-v2c") lines.Should().Be(agent.Device.Profile.Mib.Count);
    }

    [Fact]
    public async Task Net_snmp_sets_a_name_and_is_told_why_not()
    {
        await using var agent = SimulatedSnmpAgent.Start();

        await RunAsync("snmpset", "-v2c", "-c", "private", agent.EndPoint.ToString(), "1.3.6.1.2.1.1.5.0", "s", "edge-9");

        agent.Device.Name.Should().Be("edge-9");
        (await RunAsync("snmpset", "-v2c", "-c", "public", agent.EndPoint.ToString(), "1.3.6.1.2.1.1.5.0", "s", "x")).Should().Contain("noAccess");
        (await RunAsync("snmpset", "-v2c", "-c", "private", agent.EndPoint.ToString(), "1.3.6.1.2.1.1.5.0", "i", "1")).Should().Contain("wrongType");
        (await RunAsync("snmpset", "-v2c", "-c", "private", agent.EndPoint.ToString(), "1.3.6.1.2.1.1.1.0", "s", "x")).Should().Contain("notWritable");
    }

    [Fact]
    public void Devices_of_a_fleet_differ_and_a_seed_makes_them_the_same_again()
    {
        var first = Enumerable.Range(0, 20).Select(i => new SimulatedDevice(i, 1, TimeProvider.System)).ToList();
        var again = Enumerable.Range(0, 20).Select(i => new SimulatedDevice(i, 1, TimeProvider.System)).ToList();

        first.Select(d => d.Name).Should().OnlyHaveUniqueItems().And.Equal(again.Select(d => d.Name));
        first.Select(d => d.Serial).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Counters_move_and_never_fall()
    {
        var time = new SteppingTime();
        var device = new SimulatedDevice(0, 1, time);
        var before = device.Count(5, 1_000);
        for (var i = 0; i < 2_000; i++)
        {
            time.Step(TimeSpan.FromSeconds(1));
            var now = device.Count(5, 1_000);
            now.Should().BeGreaterThan(before);
            before = now;
        }
    }

    [Fact]
    public async Task A_slow_agent_answers_late_and_not_one_after_the_other()
    {
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = AgentFault.Parse("slow:1s") });
        using var client = new SnmpClient();
        var peer = new SnmpPeer(Guid.Empty, agent.EndPoint, SnmpVersion.V2c, "public"u8.ToArray()) { Timeout = TimeSpan.FromSeconds(10) };
        var clock = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetAsync(peer, ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.0")).AsTask()));

        // One after the other they take 8 s.
        clock.ElapsedMilliseconds.Should().BeInRange(990, 7_500);
    }

    [Fact]
    public void A_command_line_makes_a_fleet_with_one_silent_device()
    {
        var fleet = SnmpCommand.Read(CommandLine.Parse(["--count", "8", "--port", "21900", "--seed", "7", "--fault", "5=silent", "--fault", "6=slow:2s"]));

        fleet.Select(a => a.Listen.Port).Should().Equal(Enumerable.Range(21_900, 8));
        fleet.Select(a => a.Fault.Kind).Should().Equal([.. Enumerable.Repeat(AgentFaultKind.None, 5), AgentFaultKind.Silent, AgentFaultKind.Slow, AgentFaultKind.None]);
        fleet[6].Fault.Delay.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("--count", "8")]
    [InlineData("--port", "70000")]
    [InlineData("--port", "65535", "--count", "2")]
    [InlineData("--port", "21900", "--fault", "1=silent")]
    [InlineData("--port", "21900", "--fault", "deaf")]
    [InlineData("--port", "21900", "--colour", "red")]
    [InlineData("--port")]
    public void A_wrong_command_line_is_explained(params string[] arguments) =>
        FluentActions.Invoking(() => SnmpCommand.Read(CommandLine.Parse(arguments))).Should().Throw<UsageException>().Which.Message.Should().NotBeEmpty();

    private static async Task<string> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MIBS"] = "", ["SNMP_PERSISTENT_DIR"] = Path.GetTempPath() },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }

    private sealed class SteppingTime : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan by) => now += by.Ticks;

        public override long GetTimestamp() => now;
    }
}
