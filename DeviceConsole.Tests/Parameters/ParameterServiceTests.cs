using DeviceConsole.Core;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Devices;

namespace DeviceConsole.Tests.Parameters;

public sealed class ParameterServiceTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task Parameters_are_listed_in_the_order_of_their_numbers()
    {
        var device = (await world.CreateAsync()).Device.Id;
        await StoreAsync(device, "1.3.6.1.10", "1.3.6.1.9", "1.3.6.1.9.1", "Device.SSID.10.Name", "Device.SSID.9.Name", "Device.SSID.");

        var page = (await world.Parameters.ListAsync(world.Operator, device, null, null, null, 100, default)).Value;

        page.Items.Select(p => p.Path).Should().Equal("1.3.6.1.9", "1.3.6.1.9.1", "1.3.6.1.10", "Device.SSID.", "Device.SSID.9.Name", "Device.SSID.10.Name");
        page.Next.Should().BeNull();
    }

    [Fact]
    public async Task Pages_join_without_gap_and_double()
    {
        var device = (await world.CreateAsync()).Device.Id;
        string[] paths = [.. Enumerable.Range(1, 25).Select(i => $"1.3.{i}")];
        await StoreAsync(device, paths);

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = (await world.Parameters.ListAsync(world.Operator, device, "1.3.", null, after, 7, default)).Value;
            seen.AddRange(page.Items.Select(p => p.Path));
            after = page.Next;
        }
        while (after is not null);

        seen.Should().Equal(paths);
    }

    [Fact]
    public async Task A_prefix_is_taken_literally()
    {
        var device = (await world.CreateAsync()).Device.Id;
        await StoreAsync(device, "a%b", "axb", "a%c");

        (await world.Parameters.ListAsync(world.Operator, device, "a%", null, null, 10, default)).Value.Items.Select(p => p.Path).Should().Equal("a%b", "a%c");
    }

    [Fact]
    public async Task A_search_finds_paths_and_values_whatever_their_case()
    {
        var device = (await world.CreateAsync()).Device.Id;
        await StoreAsync(device, "Device.WiFi.SSID.1.SSID", "Device.WiFi.Radio.1.Channel", "Device.IP.Radius");

        async Task<IEnumerable<string>> FoundAsync(string? prefix, string search) =>
            (await world.Parameters.ListAsync(world.Operator, device, prefix, search, null, 10, default)).Value.Items.Select(p => p.Path);
        (await FoundAsync(null, "rAdI")).Should().Equal("Device.IP.Radius", "Device.WiFi.Radio.1.Channel");
        (await FoundAsync("Device.WiFi.", "radi")).Should().Equal("Device.WiFi.Radio.1.Channel");
        (await FoundAsync(null, "VDEVICE.WIFI.S")).Should().Equal("Device.WiFi.SSID.1.SSID");
        (await world.Parameters.ListAsync(world.Operator, device, null, new string('x', 201), null, 10, default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("search");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("AA")]
    public async Task A_cursor_that_is_none_is_refused(string after)
    {
        var device = (await world.CreateAsync()).Device.Id;

        (await world.Parameters.ListAsync(world.Operator, device, null, null, after, 10, default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("after");
    }

    [Fact]
    public async Task Another_tenants_device_and_one_out_of_scope_do_not_exist()
    {
        var device = (await world.CreateAsync()).Device.Id;
        await StoreAsync(device, "1.3");
        var limited = world.Operator with { Scope = DeviceScope.Of([]) };

        (await world.Parameters.ListAsync(world.Stranger, device, null, null, null, 10, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Parameters.ListAsync(limited, device, null, null, null, 10, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    private async Task StoreAsync(Guid device, params string[] paths)
    {
        await using var batch = new TenantBatch(world.Database.Sources.App, world.Tenant);
        batch.Add("SELECT sys.store_parameters($1, $2, $3, $4, $5, 'test')", Sql.Uuids([.. paths.Select(_ => device)]), Sql.Texts(paths), Sql.Texts([.. paths.Select(p => "v" + p)]),
            Sql.Texts([.. paths.Select(_ => "string")]), Sql.Array<bool?>([.. paths.Select(_ => (bool?)null)], NpgsqlTypes.NpgsqlDbType.Boolean));
        await batch.ExecuteAsync(default);
    }
}
