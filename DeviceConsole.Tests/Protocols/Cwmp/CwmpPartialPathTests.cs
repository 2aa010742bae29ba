using System.Text.Json.Nodes;
using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Neighbours;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>
/// A device that crashes where GetParameterValues names an object, as genieacs-sim does, though it lists objects in GetParameterNames: what the console asks of
/// its own accord goes by names. (What an operator types into Get is asked as it is typed.)
/// </summary>
public sealed class CwmpPartialPathTests
{
    private static readonly CpeQuirks Crashes = new() { VanishesAtPartialPath = true, BulkSecond = TimeSpan.FromMilliseconds(100) };

    [Theory]
    [InlineData("add-object", """{"path":"Device.NAT.PortMapping."}""", "Device.NAT.PortMapping.")]
    [InlineData("diagnose", """{"kind":"ping","target":"www.example.net","repetitions":2}""", "2 of 2 answered")]
    [InlineData("diagnose", """{"kind":"traceroute","target":"www.example.net"}""", "hop")]
    [InlineData("refresh", """{"path":"Device.WiFi."}""", "values in")]
    public async Task A_job_is_done_in_its_first_try_and_so_is_the_next(string operation, string arguments, string summary)
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync(Crashes);

        foreach (var job in new[] { await world.RunAsync(device, operation, JsonNode.Parse(arguments)!.AsObject()), await world.RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.UpTime") }) })
            (job.Job.State, job.Job.Attempt).Should().Be((JobState.Completed, 1), job.Job.Fault?.Message);

        (await world.DetailAsync(await world.Database.ScalarAsync<Guid>("SELECT id FROM jobs ORDER BY created_at LIMIT 1"))).Job.Summary.Should().Contain(summary);
    }

    [Fact]
    public async Task What_is_behind_it_is_read_with_its_hosts()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, cpe) = await world.StartAsync(Crashes);
        var box = world.Options();
        box = box with { Lan = cpe.Gateway, Gateway = box.Gateway with { ProductClass = "SetTopBox", Model = "TV-200", Mac = "02:00:5E:77:00:01" } };
        await world.CreateDeviceAsync(CwmpWorld.IdentityOf(box));
        world.Start(box);
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Gateway.Exists("Device.ManagementServer.ManageableDevice.1.")), "the gateway has it in its list");

        var read = await world.RunAsync(device, "neighbours");

        (read.Job.State, read.Job.Attempt, read.Job.Summary).Should().Be((JobState.Completed, 1, "One device is behind it"), read.Job.Fault?.Message);
        (await world.Service<NeighbourService>().GetAsync(world.Admin, device, default)).Value.Behind.Single(b => b.Path is not null).Hosts.Should().ContainSingle().Which.Name.Should().Be("tv-200");
    }

    [Fact]
    public async Task Bulk_data_is_set_up()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync(Crashes);

        var profile = (await world.Service<BulkService>().CreateAsync(world.Admin, device, new BulkProfileInput { Name = "Time", IntervalSeconds = 10, Parameters = [new("Device.DeviceInfo.UpTime")] }, default)).Value;

        await JobWorld.UntilAsync(async () => (await world.Service<BulkService>().GetAsync(world.Admin, profile.Id, default)).Value.Reports >= 1, "reports come");
        var stands = (await world.Service<BulkService>().GetAsync(world.Admin, profile.Id, default)).Value;
        (await world.DetailAsync(stands.JobId!.Value)).Job.Attempt.Should().Be(1);
        (await world.ValuesAsync(device)).Keys.Should().Contain(stands.Instance + "ReportingInterval", "its profile was read");
    }
}
