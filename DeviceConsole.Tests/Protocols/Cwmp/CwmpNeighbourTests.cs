using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Neighbours;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Gateways and what is behind them (TR-069 Annexes F and J), with devices that learn of each other by DHCP.</summary>
public sealed class CwmpNeighbourTests
{
    private const string Count = "Device.ManagementServer.ManageableDeviceNumberOfEntries";

    [Fact]
    public async Task A_device_behind_a_gateway_and_the_gateway_show_each_other()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (gateway, cpe) = await world.StartAsync();
        var (box, options) = await BehindAsync(world, cpe);
        world.Start(options);

        await JobWorld.UntilAsync(async () => (await GetAsync(world, box)).Gateway?.Device is not null, "the device's first Inform tells its gateway");
        (await GetAsync(world, box)).Gateway!.BothSayIt.Should().BeFalse("the gateway's list was not read");
        (await GetAsync(world, gateway)).Behind.Should().ContainSingle().Which.Kind.Should().Be(NeighbourKind.Told);

        var read = await world.RunAsync(gateway, "neighbours");

        (read.Job.State, read.Job.Summary).Should().Be((JobState.Completed, "One device is behind it"), read.Job.Summary);
        var behind = (await GetAsync(world, gateway)).Behind.Should().ContainSingle().Which;
        (behind.Kind, behind.Device?.Id, behind.BothSayIt, behind.Path).Should().Be((NeighbourKind.Manageable, box, true, "Device.ManagementServer.ManageableDevice.1."));
        behind.Identity.Should().Be(CwmpWorld.IdentityOf(options));
        var host = behind.Hosts.Should().ContainSingle().Which;
        (host.Name, host.Mac, host.IsActive).Should().Be(("tv-200", options.Gateway.Mac, true));
        host.Address.Should().StartWith("192.168.1.");
        var above = (await GetAsync(world, box)).Gateway!;
        (above.Device!.Id, above.BothSayIt).Should().Be((gateway, true));
        (await GetAsync(world, gateway)).Gateway.Should().BeNull();
    }

    [Fact]
    public async Task A_gateway_that_tells_how_many_are_behind_it_is_read_by_itself()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (gateway, cpe) = await world.StartAsync();
        var attributes = new JsonObject { ["attributes"] = new JsonArray(new JsonObject { ["path"] = Count, ["notification"] = "2" }) };
        (await world.RunAsync(gateway, "set-attributes", attributes)).Job.State.Should().Be(JobState.Completed);
        var (box, options) = await BehindAsync(world, cpe);
        var device = world.Start(options);

        await JobWorld.UntilAsync(async () => (await GetAsync(world, gateway)).Behind.Any(b => b is { Kind: NeighbourKind.Manageable, BothSayIt: true } && b.Device?.Id == box), "the value change has the list read");

        // Not sooner than the pause between two readings.
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<bool>($"SELECT bool_and(state = 'completed' AND created_at < now() - interval '6 seconds') FROM jobs WHERE operation = 'neighbours'"), "the reading is over and some time ago");
        cpe.Gateway.Release(new DhcpIdentity(options.Gateway.Oui, options.Gateway.Serial, options.Gateway.ProductClass));
        await JobWorld.UntilAsync(async () => (await GetAsync(world, gateway)).Behind.All(b => b.Kind == NeighbourKind.Told), "the row is forgotten");
        device.Gateway.Place(null);
        await JobWorld.UntilAsync(async () => (await GetAsync(world, gateway)).Behind.Count == 0 && (await GetAsync(world, box)).Gateway is null, "neither says so any more");
    }

    [Fact]
    public async Task A_device_that_moves_tells_its_new_gateway_at_once()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (first, cpe) = await world.StartAsync();
        var (second, other) = await world.StartAsync();
        var (box, options) = await BehindAsync(world, cpe);
        var device = world.Start(options);
        await JobWorld.UntilAsync(async () => (await GetAsync(world, box)).Gateway?.Device?.Id == first, "it is behind the first");

        device.Lease(other.Gateway);

        await JobWorld.UntilAsync(async () => (await GetAsync(world, box)).Gateway?.Device?.Id == second, "it is behind the second");
        await JobWorld.UntilAsync(async () => (await GetAsync(world, first)).Behind.Count == 0, "and no longer behind the first");
        (await GetAsync(world, second)).Behind.Should().ContainSingle().Which.Device!.Id.Should().Be(box);
    }

    [Fact]
    public async Task Proxied_devices_stand_with_their_gateway_as_devices_of_their_own_or_as_parts_of_its_tree()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (gateway, cpe) = await world.StartAsync();
        var (lamp, options) = await BehindAsync(world, null);
        cpe.Gateway.Proxy(new DhcpIdentity(options.Gateway.Oui, options.Gateway.Serial, options.Gateway.ProductClass), "UPnP-DM");
        cpe.Gateway.Embed("sensor-7", "Z-Wave", "Device.DeviceInfo.TemperatureStatus.TemperatureSensor.1.");

        (await world.RunAsync(gateway, "neighbours")).Job.Summary.Should().Be("2 devices are behind it");

        var behind = (await GetAsync(world, gateway)).Behind;
        behind.Select(b => (b.Kind, b.Identity, b.ProxyProtocol)).Should().BeEquivalentTo([(NeighbourKind.Virtual, CwmpWorld.IdentityOf(options), "UPnP-DM"), (NeighbourKind.Embedded, "sensor-7", "Z-Wave")]);
        var (proxied, embedded) = (behind.Single(b => b.Kind == NeighbourKind.Virtual), behind.Single(b => b.Kind == NeighbourKind.Embedded));
        proxied.Device!.Id.Should().Be(lamp);
        (embedded.Controller, embedded.Reference, embedded.Command).Should().Be(("controller-1", "Device.DeviceInfo.TemperatureStatus.TemperatureSensor.1.", "Success"));
        // Nobody sees devices out of his scope, nor another tenant's.
        var limited = world.Admin with { Scope = DeviceScope.Of([gateway]) };
        (await world.Service<NeighbourService>().GetAsync(limited, gateway, default)).Value.Behind.Should().OnlyContain(b => b.Device == null);
        (await world.Service<NeighbourService>().GetAsync(limited, lamp, default)).IsSuccess.Should().BeFalse();
        var stranger = TestDatabase.CallerOf(await world.Database.CreateTenantAsync("other"));
        (await world.Service<NeighbourService>().GetAsync(stranger, gateway, default)).IsSuccess.Should().BeFalse();
    }

    private static async Task<NeighbourhoodView> GetAsync(CwmpWorld world, Guid device) => (await world.Service<NeighbourService>().GetAsync(world.Admin, device, default)).Value;

    // A set-top box, made known here but not switched on.
    private static async Task<(Guid Device, CpeOptions Options)> BehindAsync(CwmpWorld world, SimulatedCpe? gateway)
    {
        var options = world.Options();
        options = options with { Lan = gateway?.Gateway, Gateway = options.Gateway with { ProductClass = "SetTopBox", Model = "TV-200", Mac = "02:00:5E:77:00:01" } };
        return (await world.CreateDeviceAsync(CwmpWorld.IdentityOf(options)), options);
    }
}
