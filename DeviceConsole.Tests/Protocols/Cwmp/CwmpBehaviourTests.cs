using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Simulator.Cwmp;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>A fleet in which every device misbehaves in its own way, and good ones beside it.</summary>
public sealed class CwmpBehaviourTests
{
    [Fact]
    public async Task Every_misbehaving_device_does_its_jobs_and_the_good_ones_beside_it_do_not_notice()
    {
        // All of the fleet calls from one address.
        await using var world = await CwmpWorld.CreateAsync(o => o.SessionTimeout = TimeSpan.FromSeconds(20));
        var fleet = new List<(string Name, Guid Device, SimulatedCpe Cpe)>();
        foreach (var (name, quirks) in CpeBehaviours.All.Append(new("good-1", CpeQuirks.None)).Append(new("good-2", CpeQuirks.None)))
        {
            var (device, cpe) = await world.StartAsync(quirks);
            fleet.Add((name, device, cpe));
        }

        var jobs = new List<(string Name, Guid Id, string Value)>();
        foreach (var (name, device, cpe) in fleet)
        {
            jobs.Add((name, await world.EnqueueAsync(device, "set", Set(Net(name)), 3), ""));
            jobs.Add((name, await world.EnqueueAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.WiFi.SSID.1.SSID", "Device.DeviceInfo.SoftwareVersion") }, 3), Net(name)));
            // A device that answers a connection request with 204 takes it and calls when its time has come.
            cpe.Call("2 PERIODIC");
        }

        foreach (var (name, id, value) in jobs)
        {
            var end = await world.EndAsync(id, 60);
            end.Job.State.Should().Be(JobState.Completed, $"{name}: {end.Job.Fault?.Message} {end.Job.Fault?.Detail}");
            if (value.Length > 0) end.Values.Should().Contain(v => v.Path == "Device.WiFi.SSID.1.SSID" && v.Value!.TrimEnd('\u0001', '\uFFFD', ' ') == value, name);
        }
        foreach (var (_, _, cpe) in fleet.Where(f => f.Name.StartsWith("good", StringComparison.Ordinal))) cpe.Failures.Should().Be(0, "the others are none of its business");
    }

    // An SSID has 32 bytes at most.
    private static string Net(string name) => name.Length <= 32 ? name : name[..32];

    private static JsonObject Set(string value) =>
        new() { ["values"] = new JsonArray(new JsonObject { ["path"] = "Device.WiFi.SSID.1.SSID", ["type"] = "string", ["value"] = value }) };
}
