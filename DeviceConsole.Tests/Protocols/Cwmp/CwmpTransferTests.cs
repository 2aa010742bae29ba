using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>How devices tell, or do not tell, the end of a transfer, on raw sockets.</summary>
public sealed class CwmpTransferTests : IAsyncLifetime
{
    private CwmpWorld world = default!;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await CwmpWorld.CreateAsync(o => o.SessionTimeout = TimeSpan.FromSeconds(60));
        device = await world.CreateDeviceAsync("00D09E-Box-T1");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_command_key_that_stands_in_the_event_M_Download_alone_ends_its_job()
    {
        var (job, key) = await TakenAsync();

        // As EasyCwmp does (Captures/cwmp/easycwmp/11): 7 TRANSFER COMPLETE comes first and has no key.
        var answer = await ReportAsync($"7 TRANSFER COMPLETE</EventCode><CommandKey/></EventStruct><EventStruct><EventCode>M Download</EventCode><CommandKey>{key}</CommandKey></EventStruct><EventStruct><EventCode>1 BOOT", "", 0);

        answer.Should().Contain("<cwmp:TransferCompleteResponse/>");
        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_fault_that_comes_seconds_after_the_download_was_taken_is_the_jobs()
    {
        var (job, key) = await TakenAsync();

        await ReportAsync("7 TRANSFER COMPLETE", key, 9010);

        var end = await world.EndAsync(job);
        (end.Job.State, end.Job.Fault!.Code, end.Job.Fault.Detail).Should().Be((JobState.Failed, "cwmp.download-failed", "fault 9010, no"));
    }

    [Fact]
    public async Task A_report_that_never_comes_fails_the_job_and_one_that_comes_late_is_acknowledged_and_changes_nothing()
    {
        var (job, key) = await TakenAsync();
        await world.Database.ExecuteAsync("UPDATE jobs SET run_at = now() - interval '1 s' WHERE id = $1", job);
        await world.Database.ExecuteAsync("UPDATE lanes SET next_at = now() WHERE device_id = $1", device);

        using (var cpe = await ConnectAsync(world.Acs))
        {
            var begun = await cpe.PostAsync(Basic(), Inform("T1"));
            (await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "")).Status.Should().Be(204);
        }
        var end = await world.EndAsync(job);
        (end.Job.State, end.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.no-transfer-complete"));

        (await ReportAsync("7 TRANSFER COMPLETE", key, 0)).Should().Contain("<cwmp:TransferCompleteResponse/>");
        (await world.DetailAsync(job)).Job.State.Should().Be(JobState.Failed);
        (await world.Database.ScalarAsync<string>($"SELECT message FROM device_events WHERE device_id = '{device}' AND kind = 'transfer-complete'")).Should().EndWith("No job here waits for it.");
    }

    // The device has taken a download; the key is what it will tell of.
    private async Task<(Guid Job, string Key)> TakenAsync()
    {
        var job = await world.EnqueueAsync(device, "download", new JsonObject { ["url"] = "http://files.example.net/a.cfg", ["fileType"] = "3 Vendor Configuration File" }, attempts: 1);
        using var cpe = await ConnectAsync(world.Acs);
        var begun = await cpe.PostAsync(Basic(), Inform("T1"));
        var asked = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "");
        asked.Body.Should().Contain("<cwmp:Download");
        var taken = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", Message("<cwmp:DownloadResponse><Status>1</Status><StartTime>0001-01-01T00:00:00Z</StartTime><CompleteTime>0001-01-01T00:00:00Z</CompleteTime></cwmp:DownloadResponse>", IdOf(asked)));
        taken.Status.Should().Be(204);
        await JobWorld.UntilAsync(async () => (await world.DetailAsync(job)).Job.WaitReason is not null, "the job waits aside");
        return (job, asked.Body.Split("<CommandKey>")[1].Split('<')[0]);
    }

    private async Task<string> ReportAsync(string events, string key, int fault)
    {
        using var cpe = await ConnectAsync(world.Acs);
        var begun = await cpe.PostAsync(Basic(), Inform("T1", events));
        var answer = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", Message(
            $"<cwmp:TransferComplete><CommandKey>{key}</CommandKey><FaultStruct><FaultCode>{fault}</FaultCode><FaultString>{(fault == 0 ? "" : "no")}</FaultString></FaultStruct></cwmp:TransferComplete>", "7"));
        (await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "")).Status.Should().Be(204);
        return answer.Body;
    }
}
