using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>A session that another node took over while the device still talks to this one: what is told there is not lost.</summary>
public sealed class CwmpOutdatedSessionTests : IAsyncLifetime
{
    private CwmpWorld world = default!;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await CwmpWorld.CreateAsync(o => o.SessionTimeout = TimeSpan.FromSeconds(60));
        device = await world.CreateDeviceAsync("00D09E-Box-O1");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_TransferComplete_in_an_outdated_session_is_to_be_told_again_and_ends_its_job_then()
    {
        var job = await world.EnqueueAsync(device, "download", new JsonObject { ["url"] = "http://files.example.net/a.cfg", ["fileType"] = "3 Vendor Configuration File" }, attempts: 1);
        using var cpe = await ConnectAsync(world.Acs);
        await TakeAsync(cpe);
        await JobWorld.UntilAsync(async () => (await world.DetailAsync(job)).Job.WaitReason is not null, "the job waits aside");
        var key = await world.Database.ScalarAsync<string>($"SELECT continuation FROM jobs WHERE id = '{job}'");
        var report = Message($"<cwmp:TransferComplete><CommandKey>{key}</CommandKey><FaultStruct><FaultCode>0</FaultCode></FaultStruct></cwmp:TransferComplete>", "7");
        var telling = await cpe.PostAsync(Basic(), Inform("O1", "7 TRANSFER COMPLETE"));
        await OtherNodeTakesOverAsync();

        var outdated = await cpe.PostAsync($"Cookie: {telling.Cookie}\r\n", report);

        outdated.Body.Should().Contain("<FaultCode>8005</FaultCode>").And.NotContain("TransferCompleteResponse");
        (await world.DetailAsync(job)).Job.State.Should().Be(JobState.Queued);
        (await world.EventsAsync(device)).Should().NotContain("transfer-complete");

        using var again = await ConnectAsync(world.Acs);
        var begun = await again.PostAsync(Basic(), Inform("O1", "7 TRANSFER COMPLETE"));
        (await again.PostAsync($"Cookie: {begun.Cookie}\r\n", report)).Body.Should().Contain("<cwmp:TransferCompleteResponse/>");
        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
    }

    [Theory]
    [InlineData("<cwmp:AutonomousTransferComplete><FileType>1 Firmware Upgrade Image</FileType></cwmp:AutonomousTransferComplete>")]
    [InlineData("<cwmp:DUStateChangeComplete><Results/><CommandKey>k</CommandKey></cwmp:DUStateChangeComplete>")]
    [InlineData("<cwmp:AutonomousDUStateChangeComplete><Results/></cwmp:AutonomousDUStateChangeComplete>")]
    [InlineData("<cwmp:RequestDownload><FileType>1 Firmware Upgrade Image</FileType></cwmp:RequestDownload>")]
    public async Task Whatever_else_it_tells_there_is_to_be_told_again_too(string request)
    {
        using var cpe = await ConnectAsync(world.Acs);
        var begun = await cpe.PostAsync(Basic(), Inform("O1"));
        await OtherNodeTakesOverAsync();

        (await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", Message(request, "7"))).Body.Should().Contain("<FaultCode>8005</FaultCode>");
    }

    // What a session that is opened on another node writes; this node does not know of it yet.
    private async Task OtherNodeTakesOverAsync() =>
        await world.Database.ExecuteAsync($"UPDATE connections SET epoch = epoch + 1, node = gen_random_uuid() WHERE device_id = '{device}'");

    private static async Task TakeAsync(WireCpe cpe)
    {
        var begun = await cpe.PostAsync(Basic(), Inform("O1"));
        var asked = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "");
        asked.Body.Should().Contain("<cwmp:Download");
        var end = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", Message("<cwmp:DownloadResponse><Status>1</Status><StartTime>0001-01-01T00:00:00Z</StartTime><CompleteTime>0001-01-01T00:00:00Z</CompleteTime></cwmp:DownloadResponse>", IdOf(asked)));
        end.Status.Should().Be(204);
    }
}
