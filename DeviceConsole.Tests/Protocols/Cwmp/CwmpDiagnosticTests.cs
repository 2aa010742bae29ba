using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Diagnostics over TR-069: asked for in one session, read in the next.</summary>
public sealed class CwmpDiagnosticTests
{
    [Fact]
    public async Task Ping_traceroute_and_speed_tests_are_asked_for_reported_and_read()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync();

        var ping = await world.RunAsync(device, "diagnose", new JsonObject { ["kind"] = "ping", ["target"] = "www.example.net", ["repetitions"] = 2 });
        ping.Job.State.Should().Be(JobState.Completed, ping.Job.Fault?.Message);
        ping.Job.Summary.Should().Contain("2 of 2 answered").And.Contain("ms");
        ping.Values.Should().Contain(v => v.Path == "Device.IP.Diagnostics.IPPing.SuccessCount" && v.Value == "2");

        // Both at once: the event does not say which of them is over.
        var trace = await world.EnqueueAsync(device, "diagnose", new JsonObject { ["kind"] = "traceroute", ["target"] = "www.example.net" });
        var speed = await world.EnqueueAsync(device, "diagnose", new JsonObject { ["kind"] = "download", ["target"] = "http://speed.example.net/10MB.bin" });
        (await world.EndAsync(trace)).Job.Summary.Should().MatchRegex(@"^\d+ hops?\.$");
        (await world.EndAsync(speed)).Job.Summary.Should().Contain("Mbit/s");
        (await world.EventsAsync(device)).Should().Contain("diagnostics-complete");
    }

    [Fact]
    public async Task A_test_that_fails_says_why()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync();

        var ping = await world.RunAsync(device, "diagnose", new JsonObject { ["kind"] = "ping", ["target"] = "no.such.host.invalid", ["repetitions"] = 1 });

        (ping.Job.State, ping.Job.Fault!.Code, ping.Job.Fault.Detail).Should().Be((JobState.Failed, "cwmp.diagnostic-failed", "Error_CannotResolveHostName"));
        ping.Job.Fault.Message.Should().Contain("DNS");
    }

    [Theory]
    [InlineData("ping", "InternetGatewayDevice.IPPingDiagnostics.Host")]
    [InlineData("traceroute", "InternetGatewayDevice.TraceRouteDiagnostics.Host")]
    [InlineData("download", "InternetGatewayDevice.DownloadDiagnostics.DownloadURL")]
    [InlineData("upload", "InternetGatewayDevice.UploadDiagnostics.UploadURL")]
    public async Task Devices_of_tr_098_have_them_elsewhere(string kind, string path)
    {
        var device = new Device(new SetParameterValuesResponse(0));

        var end = await DiagnosticJobs.RunAsync(Context(device, kind, null));

        var set = device.Request.Should().BeOfType<SetParameterValues>().Subject;
        set.Parameters.Select(p => p.Name).Should().Contain(path);
        set.Parameters[^1].Should().Match<ParameterValueStruct>(p => p.Name.EndsWith(".DiagnosticsState", StringComparison.Ordinal) && p.Value == "Requested", "the state comes last: it begins the test");
        end.Parked!.CommandKey.Should().Be(DiagnosticJobs.Running);
    }

    [Fact]
    public async Task A_report_of_another_test_is_waited_over_and_silence_is_a_failure()
    {
        var running = new GetParameterValuesResponse([new ParameterValueStruct("InternetGatewayDevice.IPPingDiagnostics.DiagnosticsState", "Requested", "string")]);

        (await DiagnosticJobs.RunAsync(Context(new Device(running), "ping", DiagnosticJobs.Reported))).Parked.Should().NotBeNull();
        (await DiagnosticJobs.RunAsync(Context(new Device(running), "ping", DiagnosticJobs.Running))).Outcome!.Fault!.Code.Should().Be("cwmp.no-diagnosis");
    }

    private static JobContext Context(Device device, string kind, string? continuation) => new(
        device, Guid.NewGuid(), new JsonObject { ["kind"] = kind, ["target"] = "http://x.example/" }, DateTimeOffset.MaxValue, "InternetGatewayDevice.", CwmpQuirks.None, TimeProvider.System)
    { Continuation = continuation };

    private sealed class Device(CwmpMessage answer) : IRpc
    {
        public CwmpMessage? Request { get; private set; }

        public Task<RpcReply> CallAsync(CwmpMessage request)
        {
            Request = request;
            return Task.FromResult(RpcReply.Of(request is GetParameterNames && answer is GetParameterValuesResponse values ? new GetParameterNamesResponse([.. values.Parameters.Select(p => new ParameterInfoStruct(p.Name, true))]) : answer));
        }
    }
}
