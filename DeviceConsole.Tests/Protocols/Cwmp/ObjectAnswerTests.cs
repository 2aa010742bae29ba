using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Answers to AddObject and DeleteObject that are none: nothing was made or deleted, and nobody is told that it was.</summary>
public sealed class ObjectAnswerTests
{
    [Theory]
    [InlineData(0, 9005, "cwmp.invalid-name")] // cwmp-sim, for a table that it does not have
    [InlineData(0, 0, "cwmp.wrong-answer")]
    [InlineData(-1, 1, "cwmp.wrong-answer")]
    public async Task No_instance_has_the_number_0(int instance, int status, string code)
    {
        var end = await ObjectJobs.AddAsync(Context(new AddObjectResponse(instance, status), "Device.WiFi.SSID."));

        end.Outcome!.Fault!.Code.Should().Be(code);
    }

    [Fact]
    public async Task A_deletion_whose_status_is_a_fault_code_failed()
    {
        var end = await ObjectJobs.DeleteAsync(Context(new DeleteObjectResponse(9001), "Device.WiFi.SSID.1."));

        end.Outcome!.Fault!.Code.Should().Be("cwmp.request-denied");
        end.Outcome.Removed.Should().BeEmpty();
    }

    private static JobContext Context(CwmpMessage answer, string path) => new(new Cpe(answer), Guid.NewGuid(), new JsonObject { ["path"] = path }, DateTimeOffset.MaxValue, "Device.", CwmpQuirks.None, TimeProvider.System);

    private sealed class Cpe(CwmpMessage answer) : IRpc
    {
        public Task<RpcReply> CallAsync(CwmpMessage request) => Task.FromResult(RpcReply.Of(answer));
    }
}
