using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>What agents tell by themselves: stored, acknowledged, and taken once.</summary>
public sealed class UspNotifyTests(UspWorld world) : IClassFixture<UspWorld>
{
    [Fact]
    public async Task A_new_agent_is_described_its_request_is_acknowledged_and_it_gets_subscriptions()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;

        await JobWorld.UntilAsync(async () => (await world.Host.Get<DeviceService>().GetAsync(world.Admin, device, default)).Value.Device.Model == "HG-5400", "the device is described");
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Any(e => e.Kind == "onboard"), "the agent's request is an event");
        await JobWorld.UntilAsync(() => Task.FromResult(agent.Unacknowledged == 0), "it is acknowledged");
        var described = (await world.Host.Get<DeviceService>().GetAsync(world.Admin, device, default)).Value.Device;
        (described.Manufacturer, described.SerialNumber).Should().Be(("Homegate", agent.Gateway.Options.Serial));
        await JobWorld.UntilAsync(() => Task.FromResult(Ids(agent).Count == 2), "it is subscribed to");

        agent.Disconnect();
        await JobWorld.UntilAsync(async () => agent.Connections == 2 && await world.SessionsAsync(device) is [{ Open: true }, { ClosedAt: not null }], "it comes again");
        (await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo."))).Job.State.Should().Be(JobState.Completed);
        Ids(agent).Should().BeEquivalentTo(["deviceconsole-boot", "deviceconsole-operations"], "once is enough");
    }

    [Fact]
    public async Task Changes_of_values_and_instances_reach_the_tree()
    {
        var (device, agent) = await world.ConnectAsync();
        await using var _ = agent;
        foreach (var type in (string[])["ValueChange", "ObjectCreation", "ObjectDeletion"]) await SubscribeAsync(device, type);

        agent.Gateway.Set([("Device.DeviceInfo.FriendlyName", "changed by hand")]).Should().BeNull();
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, "Device.DeviceInfo.FriendlyName") == "changed by hand", "the value is stored");

        var row = agent.Gateway.Add("Device.NAT.PortMapping.").Instance;
        var path = $"Device.NAT.PortMapping.{row}.";
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, path + "Enable") is not null, "the new instance is read");

        agent.Gateway.Delete(path).Should().BeNull();
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, path + "Enable") is null, "the instance is forgotten");
        await JobWorld.UntilAsync(() => Task.FromResult(agent.Unacknowledged == 0), "everything is acknowledged");
    }

    private async Task SubscribeAsync(Guid device, string type)
    {
        var job = await world.RunAsync(device, "add", new JsonObject
        {
            ["table"] = "Device.LocalAgent.Subscription.",
            ["values"] = new JsonArray([.. new[] { ("Enable", "true"), ("ID", "test-" + type), ("NotifType", type), ("ReferenceList", "Device.DeviceInfo.,Device.NAT.PortMapping."), ("NotifRetry", "true") }
                .Select(v => (JsonNode?)new JsonObject { ["name"] = v.Item1, ["value"] = v.Item2 })]),
        });
        job.Job.Fault.Should().BeNull(job.Job.Fault?.Detail);
    }

    private static List<string> Ids(UspAgent agent) =>
        [.. agent.Gateway.Read("Device.LocalAgent.Subscription.").Where(p => p.Path.EndsWith(".ID", StringComparison.Ordinal) && p.Value.Length > 0).Select(p => p.Value)];
}
