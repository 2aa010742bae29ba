using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Devices;

public sealed class DeviceServiceTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private DeviceService Devices => world.Devices;

    [Fact]
    public async Task A_created_device_is_read_back_as_it_was_entered()
    {
        var created = await world.CreateAsync(DeviceWorld.Input("  ap-1 ", "SN-1"));

        var read = (await Devices.GetAsync(world.Operator, created.Device.Id, default)).Value;

        read.Device.Should().BeEquivalentTo(created.Device);
        read.Endpoints[0].Settings.ToJsonString().Should().Be(created.Endpoints[0].Settings.ToJsonString());
        read.Device.Name.Should().Be("ap-1");
        read.Device.Tags.Should().Equal("lobby", "wifi");
        read.Device.Protocols.Should().Equal("test");
        read.Device.Address.Should().Be("10.0.0.1");
        read.Device.Version.Should().Be(1);
        read.Device.LastContactAt.Should().BeNull();
        var endpoint = read.Endpoints.Should().ContainSingle().Subject;
        endpoint.Settings["port"]!.GetValue<long>().Should().Be(161, "a setting that was left out has the protocol's default");
        endpoint.SecretsSet.Should().Equal("community");
    }

    [Fact]
    public async Task Every_wrong_field_gets_a_sentence_of_its_own()
    {
        var input = DeviceWorld.Input(name: " ", community: null) with
        {
            SerialNumber = new string('9', 201),
            Tags = [new string('t', 51)],
            Endpoints =
            [
                new("test", new JsonObject { ["host"] = "two words", ["port"] = 161 }, new Dictionary<string, string> { ["communty"] = "x" }),
                new("test", new JsonObject { ["port"] = 70000 }, new Dictionary<string, string> { ["community"] = "x" }),
                new("gopher", [], new Dictionary<string, string>()),
            ],
        };

        var problem = (await Devices.CreateAsync(world.Operator, input, default)).Problem!;

        problem.Kind.Should().Be(ProblemKind.Invalid);
        problem.Errors.Select(e => e.Field).Should().BeEquivalentTo(
            "name", "serialNumber", "tags", "endpoints[0].settings.host", "endpoints[0].secrets.communty", "endpoints[0].secrets.community",
            "endpoints[1].settings.host", "endpoints[1].settings.port", "endpoints[1].protocol", "endpoints[2].protocol");
        problem.Errors.Should().OnlyContain(e => e.Message.EndsWith('.'));
    }

    [Fact]
    public async Task A_serial_number_is_unique_within_its_tenant_only()
    {
        await world.CreateAsync(DeviceWorld.Input("first", "SN-unique"));

        var second = await Devices.CreateAsync(world.Operator, DeviceWorld.Input("second", "SN-unique"), default);
        var elsewhere = await Devices.CreateAsync(world.Stranger, DeviceWorld.Input("third", "SN-unique"), default);

        second.Problem!.Kind.Should().Be(ProblemKind.Conflict);
        second.Problem.Errors.Should().ContainSingle().Which.Field.Should().Be("serialNumber");
        elsewhere.IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task An_edit_on_an_old_version_is_a_conflict_and_changes_nothing()
    {
        var device = (await world.CreateAsync()).Device;
        (await Devices.UpdateAsync(world.Operator, device.Id, DeviceWorld.Input("mine"), 1, default)).Value.Device.Version.Should().Be(2);

        var late = await Devices.UpdateAsync(world.Operator, device.Id, DeviceWorld.Input("yours"), 1, default);

        late.Problem!.Kind.Should().Be(ProblemKind.Conflict);
        (await Devices.GetAsync(world.Operator, device.Id, default)).Value.Device.Name.Should().Be("mine");
    }

    [Fact]
    public async Task Of_edits_at_the_same_moment_one_wins()
    {
        var device = (await world.CreateAsync()).Device;

        var edits = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Devices.UpdateAsync(world.Operator, device.Id, DeviceWorld.Input($"edit-{i}"), 1, default)));

        edits.Count(e => e.IsSuccess).Should().Be(1);
        edits.Where(e => !e.IsSuccess).Should().OnlyContain(e => e.Problem!.Kind == ProblemKind.Conflict);
    }

    [Fact]
    public async Task An_edit_replaces_the_endpoints()
    {
        var device = (await world.CreateAsync()).Device;
        var input = DeviceWorld.Input() with { Endpoints = [new("second", new JsonObject { ["host"] = "h2" }, new Dictionary<string, string> { ["community"] = "c" })] };

        var edited = (await Devices.UpdateAsync(world.Operator, device.Id, input, null, default)).Value;

        edited.Endpoints.Select(e => e.Protocol).Should().Equal("second");
        edited.Device.Address.Should().Be("h2");
    }

    [Fact]
    public async Task A_deleted_device_is_gone_with_its_jobs()
    {
        var device = (await world.CreateAsync()).Device;
        await world.Database.ExecuteAsync(
            "INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, state, session_bound, timeout_ms, attempt, max_attempts, worker, started_at, created_by) VALUES ($1, $2, $3, 'test', 'get', 'running', false, 1000, 1, 3, $2, now(), 'x')",
            world.Tenant, Guid.CreateVersion7(), device.Id);

        (await Devices.DeleteAsync(world.Operator, device.Id, default)).IsSuccess.Should().BeTrue();

        (await Devices.GetAsync(world.Operator, device.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE device_id = $1", device.Id)).Should().Be(0);
    }

    [Fact]
    public async Task Another_tenants_device_does_not_exist()
    {
        var device = (await world.CreateAsync()).Device;

        var read = await Devices.GetAsync(world.Stranger, device.Id, default);
        var nowhere = await Devices.GetAsync(world.Stranger, Guid.CreateVersion7(), default);

        read.Problem.Should().BeEquivalentTo(nowhere.Problem);
        (await Devices.UpdateAsync(world.Stranger, device.Id, DeviceWorld.Input(), null, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await Devices.DeleteAsync(world.Stranger, device.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await Devices.GetAsync(world.Operator, device.Id, default)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task A_device_outside_the_callers_scope_does_not_exist()
    {
        var (mine, other) = ((await world.CreateAsync()).Device, (await world.CreateAsync()).Device);
        var limited = world.Operator with { Scope = DeviceScope.Of([mine.Id]) };

        (await Devices.GetAsync(limited, mine.Id, default)).IsSuccess.Should().BeTrue();
        (await Devices.GetAsync(limited, other.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await Devices.UpdateAsync(limited, other.Id, DeviceWorld.Input(), null, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await Devices.DeleteAsync(limited, other.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await Devices.CreateAsync(limited, DeviceWorld.Input(), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await Devices.CountAsync(limited, default)).Total.Should().Be(1);
    }

    [Fact]
    public async Task A_viewer_sees_and_changes_nothing()
    {
        var device = (await world.CreateAsync()).Device;
        var viewer = TestDatabase.CallerOf(world.Tenant, Roles.Viewer);

        (await Devices.GetAsync(viewer, device.Id, default)).IsSuccess.Should().BeTrue();
        (await Devices.CreateAsync(viewer, DeviceWorld.Input(), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await Devices.UpdateAsync(viewer, device.Id, DeviceWorld.Input(), null, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await Devices.DeleteAsync(viewer, device.Id, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
    }

    [Fact]
    public async Task Contacts_and_failures_are_counted()
    {
        var tenant = await world.Database.CreateTenantAsync();
        var caller = TestDatabase.CallerOf(tenant);
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++) ids.Add((await world.CreateAsync(DeviceWorld.Input($"d{i}"), caller)).Device.Id);
        await using var batch = new Core.Data.TenantBatch(world.Database.Sources.App, tenant);
        batch.Add("SELECT sys.note_contacts($1, $2, $3)", Core.Data.Sql.Uuids([ids[0], ids[1], ids[2]]), Core.Data.Sql.Texts(["test", "test", "test"]), Core.Data.Sql.Texts([null, null, "No answer."]));
        await batch.ExecuteAsync(default);

        (await Devices.CountAsync(caller, default)).Should().Be(new DeviceCounts(4, 2, 2, 1));
        var failed = (await Devices.GetAsync(caller, ids[2], default)).Value.Device;
        failed.LastFailure.Should().Be("No answer.");
        failed.LastContactAt.Should().BeNull();
        var reached = (await Devices.GetAsync(caller, ids[0], default)).Value;
        reached.Device.LastContactAt.Should().NotBeNull();
        reached.Endpoints[0].LastContactAt.Should().NotBeNull();
    }

    [Fact]
    public async Task Each_change_leaves_one_audit_row_without_a_secret()
    {
        var device = (await world.CreateAsync(DeviceWorld.Input(community: "canary-7261"))).Device;
        await Devices.UpdateAsync(world.Operator, device.Id, DeviceWorld.Input("renamed", community: "canary-9981"), 1, default);
        await Devices.DeleteAsync(world.Operator, device.Id, default);

        var actions = await world.Database.ScalarAsync<string[]>("SELECT array_agg(action ORDER BY at) FROM audit WHERE target_id = $1", device.Id.ToString());
        var rows = await world.Database.ScalarAsync<string>("SELECT string_agg(a::text, '') FROM audit a WHERE target_id = $1", device.Id.ToString());

        actions.Should().Equal("device.create", "device.update", "device.delete");
        rows.Should().Contain("renamed").And.NotContain("canary");
    }
}
