using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Secrets;

namespace DeviceConsole.Tests.Devices;

public sealed class DeviceSecretsTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task An_execution_gets_the_plain_secrets_and_nobody_else_does()
    {
        var device = await world.CreateAsync(DeviceWorld.Input(community: "canary-1"));

        var target = (await world.Secrets.LoadTargetAsync(world.Tenant, device.Device.Id, "test", default))!;

        target.Secrets.Should().Equal(new Dictionary<string, string> { ["community"] = "canary-1" });
        target.Settings["host"]!.GetValue<string>().Should().Be("10.0.0.1");
        target.Policy.Allows(System.Net.IPAddress.Loopback).Should().BeTrue("the tenant's networks hold it");
        target.Policy.Allows(System.Net.IPAddress.Parse("10.0.0.1")).Should().BeFalse();
        var stored = await world.Database.ScalarAsync<byte[]>("SELECT secrets FROM device_endpoints WHERE device_id = $1", device.Device.Id);
        System.Text.Encoding.UTF8.GetString(stored).Should().NotContain("canary");
        target.ToString().Should().NotContain("canary");
    }

    [Fact]
    public async Task An_absent_secret_is_kept_an_empty_one_removed_a_given_one_replaced()
    {
        var id = (await world.CreateAsync(DeviceWorld.Input() with { Endpoints = [DeviceWorld.Endpoint("h", new() { ["community"] = "a", ["writeCommunity"] = "b" })] })).Device.Id;

        var kept = await world.Devices.UpdateAsync(world.Operator, id, DeviceWorld.Input(community: null), null, default);
        (await SecretsOf(id)).Should().Equal(new Dictionary<string, string> { ["community"] = "a", ["writeCommunity"] = "b" });
        kept.Value.Endpoints[0].SecretsSet.Should().Equal("community", "writeCommunity");

        var changed = await world.Devices.UpdateAsync(world.Operator, id, DeviceWorld.Input() with { Endpoints = [DeviceWorld.Endpoint("h", new() { ["community"] = "c", ["writeCommunity"] = "" })] }, null, default);
        (await SecretsOf(id)).Should().Equal(new Dictionary<string, string> { ["community"] = "c" });
        changed.Value.Endpoints[0].SecretsSet.Should().Equal("community");
    }

    [Fact]
    public async Task Removing_a_needed_secret_is_refused()
    {
        var id = (await world.CreateAsync()).Device.Id;

        var result = await world.Devices.UpdateAsync(world.Operator, id, DeviceWorld.Input(community: ""), null, default);

        result.Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("endpoints[0].secrets.community");
    }

    [Fact]
    public async Task A_secret_that_is_moved_to_another_device_does_not_open()
    {
        var (from, to) = ((await world.CreateAsync()).Device.Id, (await world.CreateAsync()).Device.Id);
        await world.Database.ExecuteAsync("UPDATE device_endpoints SET secrets = (SELECT secrets FROM device_endpoints WHERE device_id = $1) WHERE device_id = $2", from, to);

        var act = () => world.Secrets.LoadTargetAsync(world.Tenant, to, "test", default);

        await act.Should().ThrowAsync<SecretUnreadableException>();
    }

    [Fact]
    public async Task Many_targets_load_at_once_and_a_damaged_one_spoils_no_other()
    {
        var (good, damaged) = ((await world.CreateAsync()).Device.Id, (await world.CreateAsync()).Device.Id);
        await world.Database.ExecuteAsync("UPDATE device_endpoints SET secrets = '\\x01' WHERE device_id = $1", damaged);

        var loads = await world.Secrets.LoadTargetsAsync(world.Tenant, [(good, "test"), (good, "test"), (damaged, "test"), (good, "second"), (Guid.CreateVersion7(), "test")], default);

        loads.Keys.Should().BeEquivalentTo(new[] { (good, "test"), (damaged, "test") });
        loads[(good, "test")].Target!.Secrets["community"].Should().Be("public");
        loads[(damaged, "test")].Target.Should().BeNull();
        loads[(damaged, "test")].Problem.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task Another_tenant_gets_no_target()
    {
        var id = (await world.CreateAsync()).Device.Id;

        (await world.Secrets.LoadTargetAsync(world.OtherTenant, id, "test", default)).Should().BeNull();
    }

    [Fact]
    public void An_endpoint_prints_no_secret() =>
        new EndpointInput("test", new JsonObject(), new Dictionary<string, string> { ["community"] = "canary" }).ToString().Should().NotContain("canary");

    private async Task<IReadOnlyDictionary<string, string>> SecretsOf(Guid id) => (await world.Secrets.LoadTargetAsync(world.Tenant, id, "test", default))!.Secrets;
}
