using System.Text.Json.Nodes;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Jobs;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Protocols.WebPa;

/// <summary>Firmware over WebPA by RDK's parameters: a folder, a name, a switch, and the version that the device names when it is back.</summary>
public sealed class WebPaFirmwareTests(WebPaWorld world) : IClassFixture<WebPaWorld>
{
    [Fact]
    public async Task Firmware_of_the_library_is_fetched_and_done_when_the_device_is_back_with_it()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();
        var image = await StoreAsync(device, "hg-3.5.0.bin", "3.5.0");

        var job = await device.RunAsync("download", new JsonObject { ["file"] = image.ToString() });

        (job.Job.State, job.Job.Summary).Should().Be((JobState.Completed, "The device runs version 3.5.0."), job.Job.Fault?.Message);
        agent.Connections.Should().Be(2, "it has started");
        (await device.TraceAsync()).Should().Contain("X_RDKCENTRAL-COM_FirmwareDownloadNow").And.Contain("X_RDKCENTRAL-COM_FirmwareToDownload");
    }

    [Fact]
    public async Task An_image_that_cannot_be_fetched_fails_the_job()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();

        var job = await device.RunAsync("download", new JsonObject { ["url"] = new Uri(world.Host.DeviceAddress, "/files/nobody/nothing/x-1.0.bin").AbsoluteUri });

        (job.Job.State, job.Job.Fault?.Code).Should().Be((JobState.Failed, "webpa.firmware-failed"));
        agent.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_device_that_is_back_with_another_version_fails_the_job()
    {
        var device = await world.CreateAsync();
        await using var agent = await device.ConnectAsync();
        var image = await StoreAsync(device, "hg-4.0.1.bin", "4.0.1");

        var job = await device.RunAsync("download", new JsonObject { ["file"] = image.ToString(), ["version"] = "9.9.9" });

        (job.Job.State, job.Job.Fault?.Code).Should().Be((JobState.Failed, "webpa.firmware-not-running"));
        job.Job.Fault!.Message.Should().Contain("4.0.1").And.Contain("9.9.9");
    }

    private async Task<Guid> StoreAsync(WebPaDevice device, string name, string version)
    {
        world.Host.Get<IOptions<FileLibraryOptions>>().Value.PublicAddress = world.Host.DeviceAddress;
        using var content = new MemoryStream([1, 2, 3, 4]);
        var stored = await world.Host.Get<FileLibrary>().UploadAsync(JobWorld.Admin(device.Tenant), new FileInput(name, FileTypes.Firmware) { Version = version }, content, default);
        stored.IsSuccess.Should().BeTrue(stored.Problem?.Message);
        return stored.Value.Id;
    }
}
