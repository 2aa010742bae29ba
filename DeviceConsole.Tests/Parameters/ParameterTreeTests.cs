using DeviceConsole.Core;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Devices;

namespace DeviceConsole.Tests.Parameters;

/// <summary>A device's tree level by level.</summary>
public sealed class ParameterTreeTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private readonly ParameterTree tree = new(world.Database.Sources);

    [Fact]
    public async Task A_level_has_objects_and_parameters_in_the_order_of_their_numbers()
    {
        var device = await DeviceAsync(
            ("Device.WiFi.RadioNumberOfEntries", "2", null), ("Device.WiFi.Radio.10.Channel", "6", true), ("Device.WiFi.Radio.9.Channel", "1", true),
            ("Device.WiFi.Radio.9.Status", "Up", false), ("Device.WiFi.", null, false), ("Device.WiFi.Radio.", null, true), ("Device.WiFiX.Other", "x", null));

        var levels = (await tree.LevelsAsync(world.Operator, device, ["Device.WiFi.", "Device.WiFi.Radio.", "Device.Nothing."], default)).Value;

        levels.Select(l => l.Object).Should().Equal("Device.WiFi.", "Device.WiFi.Radio.", "Device.Nothing.");
        levels[0].Nodes.Select(n => (n.Path, n.Name, n.IsObject, n.Count, n.Value, n.Writable)).Should().Equal(
            ("Device.WiFi.Radio.", "Radio", true, 3, null, true), ("Device.WiFi.RadioNumberOfEntries", "RadioNumberOfEntries", false, 0, "2", (bool?)null));
        levels[1].Nodes.Select(n => (n.Name, n.Count)).Should().Equal(("9", 2), ("10", 1));
        levels[2].Nodes.Should().BeEmpty();
    }

    [Fact]
    public async Task The_top_level_is_the_root_and_an_empty_table_is_seen()
    {
        var device = await DeviceAsync(("Device.NAT.PortMapping.", null, true), ("Device.NAT.PortMappingNumberOfEntries", "0", false));

        var levels = (await tree.LevelsAsync(world.Operator, device, ["", "Device.NAT."], default)).Value;

        levels[0].Nodes.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Path = "Device.", Name = "Device", Count = 1L });
        levels[1].Nodes.Should().Contain(n => n.Path == "Device.NAT.PortMapping." && n.Count == 0 && n.Writable == true);
    }

    [Fact]
    public async Task Arcs_of_object_identifiers_that_have_no_branches_are_one_line()
    {
        var device = await DeviceAsync(("1.3.6.1.2.1.1.1.0", "a", null), ("1.3.6.1.2.1.1.5.0", "b", null), ("1.3.6.1.2.1.2.1.0", "c", null), ("Device.A.B", "d", null));

        var levels = (await tree.LevelsAsync(world.Operator, device, ["", "1.3.6.1.2.1."], default)).Value;

        levels[0].Nodes.Select(n => (n.Path, n.Name)).Should().Equal(("1.3.6.1.2.1.", "1.3.6.1.2.1"), ("Device.", "Device"));
        levels[1].Nodes.Select(n => (n.Path, n.Name, n.Count, n.Value)).Should().Equal(("1.3.6.1.2.1.1.", "1", 2, null), ("1.3.6.1.2.1.2.1.0", "2.1.0", 0, "c"));
    }

    [Fact]
    public async Task A_search_looks_into_paths_values_and_what_a_data_model_found()
    {
        var device = await DeviceAsync(
            ("Device.WiFi.SSID.1.SSID", "Attic", true), ("Device.WiFi.SSID.12.SSID", "cellar", true), ("Device.Time.Enable", "true", true), ("Device.Attic.", null, null));

        (await FoundAsync(device, "ATTIC")).Should().Equal("Device.WiFi.SSID.1.SSID");
        (await FoundAsync(device, "ssid.1")).Should().Equal("Device.WiFi.SSID.1.SSID", "Device.WiFi.SSID.12.SSID");
        (await FoundAsync(device, "network name", "Device.WiFi.SSID.{i}.SSID")).Should().Equal("Device.WiFi.SSID.1.SSID", "Device.WiFi.SSID.12.SSID");
        (await FoundAsync(device, "%")).Should().BeEmpty();
        (await tree.SearchAsync(world.Operator, device, " ", [], [], default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("search");
    }

    [Fact]
    public async Task A_search_by_name_finds_the_objects_of_a_mib_with_their_instances()
    {
        var device = await DeviceAsync(("1.3.6.1.2.1.2.2.1.2.1", "lo", null), ("1.3.6.1.2.1.2.2.1.2.12", "eth0", null), ("1.3.6.1.2.1.2.2.1.21.1", "0", null), ("1.3.6.1.2.1.1.5.0", "host", null));

        (await PlacesAsync("1.3.6.1.2.1.2.2.1.2")).Should().Equal("1.3.6.1.2.1.2.2.1.2.1", "1.3.6.1.2.1.2.2.1.2.12");
        (await PlacesAsync("1.3.6.1.2.1.2.2.1.2.1")).Should().Equal("1.3.6.1.2.1.2.2.1.2.1");

        async Task<IEnumerable<string>> PlacesAsync(string place) => (await tree.SearchAsync(world.Operator, device, "ifDescr", [], [place], default)).Value.Nodes.Select(n => n.Path);
    }

    [Fact]
    public async Task Another_tenants_device_and_one_out_of_scope_do_not_exist()
    {
        var device = await DeviceAsync(("Device.A", "1", null));
        var limited = world.Operator with { Scope = DeviceScope.Of([]) };

        (await tree.LevelsAsync(world.Stranger, device, [""], default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await tree.LevelsAsync(limited, device, [""], default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await tree.SearchAsync(world.Stranger, device, "a", [], [], default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await tree.SearchAsync(limited, device, "a", [], [], default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await tree.LevelsAsync(world.Operator, device, ["Device"], default)).Problem!.Kind.Should().Be(ProblemKind.Invalid);
    }

    [Fact]
    public async Task What_lies_below_a_deleted_instance_is_forgotten_and_nothing_else()
    {
        var device = await DeviceAsync(("Device.T.1.", null, true), ("Device.T.1.A", "1", null), ("Device.T.1.B.C", "2", null), ("Device.T.10.A", "3", null), ("Device.T.1", "4", null));
        var other = await DeviceAsync(("Device.T.1.A", "5", null));

        await using (var batch = new TenantBatch(world.Database.Sources.App, world.Tenant))
        {
            batch.Add("SELECT sys.forget_parameters($1, $2)", Sql.Uuids([device, device]), Sql.Texts(["Device.T.1.", "Device.T"]));
            await batch.ExecuteAsync(default);
        }

        (await world.Parameters.ListAsync(world.Operator, device, null, null, null, 10, default)).Value.Items.Select(p => p.Path).Should().Equal("Device.T.1", "Device.T.10.A");
        (await world.Parameters.ListAsync(world.Operator, other, null, null, null, 10, default)).Value.Items.Should().ContainSingle();
    }

    [Fact]
    public async Task What_a_whole_answer_does_not_name_is_swept_and_what_holds_or_is_held_by_it_stays()
    {
        (string, string?, bool?)[] rows =
        [
            ("Device.T.", null, true), ("Device.T.1.", null, true), ("Device.T.1.A", "1", null), ("Device.T.1.B", "2", null), ("Device.T.1.Empty.", null, true),
            ("Device.T.2.", null, true), ("Device.T.2.A", "3", null), ("Device.T.2.Empty.", null, true), ("Device.T.20.A", "4", null), ("Device.Tx", "5", null), ("Device.Other.", null, true),
        ];
        var device = await DeviceAsync(rows);
        var other = await DeviceAsync(rows);

        (await SweepAsync(device, ["Device.T."], ["Device.T.1.A", "Device.T.20.A"], "another")).Should().Be(0, "values of another protocol are not its business");
        (await SweepAsync(device, ["Device.T.", "Device", ".", ""], ["Device.T.1.A", "Device.T.20.A"], "test")).Should().Be(4);

        (await PathsAsync(device)).Should().BeEquivalentTo("Device.T.", "Device.T.1.", "Device.T.1.A", "Device.T.1.Empty.", "Device.T.20.A", "Device.Tx", "Device.Other.");
        (await PathsAsync(other)).Should().HaveCount(rows.Length);
        (await SweepAsync(device, ["Device.T."], [], "test")).Should().Be(4, "a table can be without rows");
        (await PathsAsync(device)).Should().BeEquivalentTo("Device.T.", "Device.Tx", "Device.Other.");
    }

    private async Task<long> SweepAsync(Guid device, string[] objects, string[] present, string source)
    {
        await using var batch = new TenantBatch(world.Database.Sources.App, world.Tenant);
        batch.Add("SELECT sys.sweep_parameters($1, $2, $3, $4)", Sql.Uuid(device), Sql.Texts(objects), Sql.Texts(present), Sql.Text(source));
        return (await batch.ListAsync(r => r.GetInt64(0), default))[0];
    }

    private async Task<IEnumerable<string>> PathsAsync(Guid device) => (await world.Parameters.ListAsync(world.Operator, device, null, null, null, 100, default)).Value.Items.Select(p => p.Path);

    private async Task<IEnumerable<string>> FoundAsync(Guid device, string text, params string[] modelPaths) =>
        (await tree.SearchAsync(world.Operator, device, text, modelPaths, [], default)).Value.Nodes.Select(n => n.Path);

    private async Task<Guid> DeviceAsync(params (string Path, string? Value, bool? Writable)[] rows)
    {
        var device = (await world.CreateAsync()).Device.Id;
        await using var batch = new TenantBatch(world.Database.Sources.App, world.Tenant);
        batch.Add("SELECT sys.store_parameters($1, $2, $3, $4, $5, 'test')", Sql.Uuids([.. rows.Select(_ => device)]), Sql.Texts([.. rows.Select(r => r.Path)]),
            Sql.Texts([.. rows.Select(r => r.Value)]), Sql.Texts([.. rows.Select(r => r.Value is null ? "object" : "string")]),
            Sql.Array<bool?>([.. rows.Select(r => r.Writable)], NpgsqlTypes.NpgsqlDbType.Boolean));
        await batch.ExecuteAsync(default);
        return device;
    }
}
