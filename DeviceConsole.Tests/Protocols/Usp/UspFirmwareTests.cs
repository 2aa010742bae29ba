using System.Text.Json.Nodes;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Tests.Jobs;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>Firmware over USP: Download() into the image that does not run, Activate(), and what runs after the start.</summary>
public sealed class UspFirmwareTests(UspWorld world) : IClassFixture<UspWorld>
{
    [Fact]
    public async Task Firmware_of_the_library_is_fetched_activated_and_done_when_it_runs()
    {
        var (device, agent) = await ConnectAsync();
        await using var _ = agent;
        var image = await StoreAsync("hg-3.5.0.bin", "3.5.0");

        var job = await world.RunAsync(device, "download", new JsonObject { ["file"] = image.ToString() });

        (job.Job.State, job.Job.Summary).Should().Be((JobState.Completed, "The device runs version 3.5.0."), job.Job.Fault?.Message);
        agent.Gateway.Find("Device.DeviceInfo.ActiveFirmwareImage")!.Value.Should().Be("Device.DeviceInfo.FirmwareImage.2.", "the running image is left alone");
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, "Device.DeviceInfo.SoftwareVersion") == "3.5.0", "the new version is stored");
        (await world.Host.Database.ScalarAsync<string>("SELECT string_agg(DISTINCT e ->> 't', ' ') FROM traces, jsonb_array_elements(entries) e")).Should().Contain("OPERATE").And.Contain("OperationComplete");
    }

    [Fact]
    public async Task An_image_that_cannot_be_fetched_fails_the_job_and_the_device_stays_as_it_is()
    {
        var (device, agent) = await ConnectAsync();
        await using var _ = agent;
        var before = agent.Gateway.Find("Device.DeviceInfo.SoftwareVersion")!.Value;

        var job = await world.RunAsync(device, "download", new JsonObject { ["url"] = new Uri(world.Host.DeviceAddress, "/files/acme/nobody/x-1.0.bin").AbsoluteUri });

        job.Job.State.Should().Be(JobState.Failed);
        job.Job.Fault!.Detail.Should().Contain("HTTP 404");
        agent.Gateway.Find("Device.DeviceInfo.SoftwareVersion")!.Value.Should().Be(before);
    }

    [Fact]
    public async Task A_device_that_starts_with_another_version_than_was_meant_fails_the_job()
    {
        var (device, agent) = await ConnectAsync();
        await using var _ = agent;
        var image = await StoreAsync("hg-4.0.1.bin", "4.0.1");

        var job = await world.RunAsync(device, "download", new JsonObject { ["file"] = image.ToString(), ["version"] = "9.9.9" });

        (job.Job.State, job.Job.Fault?.Code).Should().Be((JobState.Failed, "usp.firmware-not-running"));
        job.Job.Fault!.Message.Should().Contain("4.0.1").And.Contain("9.9.9");
    }

    [Fact]
    public async Task A_file_that_is_no_firmware_is_not_offered_to_the_device()
    {
        var (device, agent) = await ConnectAsync();
        await using var _ = agent;
        var file = await StoreAsync("settings.cfg", "", "3 Vendor Configuration File");
        (await world.RunAsync(device, "download", new JsonObject { ["file"] = file.ToString() })).Job.Fault!.Code.Should().Be("usp.no-firmware");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("ftp://files.example.net/a.bin", null)]
    [InlineData("http://user:secret@files.example.net/a.bin", null)]
    [InlineData("http://files.example.net/a.bin?x=1", null)]
    [InlineData("http://files.example.net/", null)]
    public async Task Arguments_that_cannot_work_are_refused_before_a_job_is_made(string? url, string? file)
    {
        var (device, _) = await world.CreateAsync();
        var made = await world.Host.Get<JobService>().EnqueueAsync(world.Admin, new JobRequest(device, "usp", "download", new JsonObject { ["url"] = url, ["file"] = file }), default);
        made.Problem!.Errors.Should().NotBeEmpty();
    }

    private async Task<(Guid Device, UspAgent Agent)> ConnectAsync()
    {
        world.Host.Get<IOptions<FileLibraryOptions>>().Value.PublicAddress = world.Host.DeviceAddress;
        var (device, options) = await world.CreateAsync(boot: TimeSpan.FromMilliseconds(500));
        var agent = world.Start(options with { FetchesFiles = true });
        await world.OnlineAsync(device);
        await JobWorld.UntilAsync(() => Task.FromResult(agent.Gateway.Read("Device.LocalAgent.Subscription.").Count(p => p.Path.EndsWith(".ID", StringComparison.Ordinal) && p.Value.StartsWith("deviceconsole-", StringComparison.Ordinal)) == 2), "the subscriptions are there");
        return (device, agent);
    }

    private async Task<Guid> StoreAsync(string name, string version, string type = FileTypes.Firmware)
    {
        using var content = new MemoryStream([1, 2, 3, 4]);
        var stored = await world.Host.Get<FileLibrary>().UploadAsync(world.Admin, new FileInput(name, type) { Version = version }, content, default);
        stored.IsSuccess.Should().BeTrue(stored.Problem?.Message);
        return stored.Value.Id;
    }
}
