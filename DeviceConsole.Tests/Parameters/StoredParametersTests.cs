using System.Globalization;
using DeviceConsole.Core.Data;
using DeviceConsole.Tests.Devices;
using NpgsqlTypes;

namespace DeviceConsole.Tests.Parameters;

/// <summary>What storing many values does, and storing few: one way each, with the same outcome.</summary>
public sealed class StoredParametersTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private const string Key = "SELECT count(*) FROM parameter_paths WHERE path_key <> sys.path_order(path)";

    [Theory]
    [InlineData(5)]
    [InlineData(2_500)]
    public async Task Values_are_added_once_and_changed_where_they_differ(int count)
    {
        var device = (await world.CreateAsync()).Device.Id;
        string[] paths = [.. Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"1.3.{count}.{i}"))];

        (await StoreAsync([.. paths.Select(p => (device, p, (string?)"a"))])).Should().Be(count);
        (await StoreAsync([.. paths.Select(p => (device, p, (string?)"a"))])).Should().Be(0, "nothing has changed");
        (await StoreAsync([.. paths.Select((p, i) => (device, p, i % 5 == 0 ? null : "a"))])).Should().Be(count / 5);
        (await StoreAsync([.. paths.Select(p => (device, p, (string?)"a")), (device, paths[0], "last")])).Should().Be(count / 5, "a path that comes twice has its last value");

        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM parameters WHERE device_id = $1", device)).Should().Be(count);
        (await ValueAsync(device, paths[0])).Should().Be("last");
        (await ValueAsync(device, paths[1])).Should().Be("a");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2_400)]
    public async Task Several_devices_are_stored_together_and_one_that_is_gone_does_not_stop_them(int count)
    {
        Guid[] devices = [(await world.CreateAsync()).Device.Id, (await world.CreateAsync()).Device.Id];
        var gone = Guid.NewGuid();
        (Guid, string, string?)[] rows = [.. Enumerable.Range(1, count).Select(i => (devices[i % 2], $"Device.Several{count}.{i}.Name", (string?)"x")), (gone, $"Device.Several{count}.1.Name", "x")];

        (await StoreAsync(rows)).Should().Be(count);

        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM parameters WHERE device_id = ANY ($1)", devices)).Should().Be(count);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM parameters WHERE device_id = $1", gone)).Should().Be(0);
    }

    [Fact]
    public async Task What_a_call_does_not_know_of_writability_is_kept()
    {
        var device = (await world.CreateAsync()).Device.Id;
        await StoreAsync([(device, "Device.Kept", "1")], true);

        (await StoreAsync([(device, "Device.Kept", "2")])).Should().Be(1);

        (await world.Database.ScalarAsync<bool>("SELECT writable FROM parameters WHERE device_id = $1", device)).Should().BeTrue();
    }

    [Fact]
    public async Task The_key_of_order_is_that_of_the_function_for_every_form_of_a_path()
    {
        var device = (await world.CreateAsync()).Device.Id;
        string[] paths = ["1.3.6.1.4294967295.0", "Device.WiFi.SSID.10.X_0A1B2C_Mode2", ".1.2", "a..b", "Device.", "7", "über.9x.00", new string('9', 100) + ".1"];

        await StoreAsync([.. paths.Select(p => (device, p, (string?)"x"))]);
        await world.Database.ExecuteAsync("INSERT INTO parameter_paths (tenant_id, path) VALUES ($1, 'Device.Without.12.Key')", world.Tenant);

        (await world.Database.ScalarAsync<long>(Key)).Should().Be(0);
    }

    [Fact]
    public async Task Of_what_many_devices_report_those_are_told_that_report_something_new()
    {
        var (one, other, third) = ((await world.CreateAsync()).Device.Id, (await world.CreateAsync()).Device.Id, (await world.CreateAsync()).Device.Id);
        (await ReportAsync([(one, "a.b", "1"), (other, "a.b", "1"), (third, "a.b", "1"), (third, "a.c", null)])).Should().BeEquivalentTo([one, other, third, third]);

        (await ReportAsync([(one, "a.b", "1"), (other, "a.b", "2"), (third, "a.b", "1"), (third, "a.c", null), (Guid.CreateVersion7(), "a.b", "1")])).Should().Equal(other);

        (await ReportAsync([(one, "a.b", "1"), (other, "a.b", "2")])).Should().BeEmpty();
        (await ValueAsync(other, "a.b")).Should().Be("2");
    }

    private async Task<Guid[]> ReportAsync((Guid Device, string Path, string? Value)[] rows)
    {
        await using var batch = TenantBatch.OfFixedPlans(world.Database.Sources.App, world.Tenant);
        batch.Add("SELECT sys.store_reports($1, $2, $3, $4, $5, 'test')", Sql.Uuids([.. rows.Select(r => r.Device)]), Sql.Texts([.. rows.Select(r => r.Path)]), Sql.Texts([.. rows.Select(r => r.Value)]),
            Sql.Texts([.. rows.Select(_ => "string")]), Sql.Array<bool?>([.. rows.Select(_ => (bool?)null)], NpgsqlDbType.Boolean));
        return (await batch.FirstAsync(r => r.GetFieldValue<Guid[]>(0), default))!;
    }

    private Task<string> ValueAsync(Guid device, string path) => world.Database.ScalarAsync<string>(
        "SELECT p.value FROM parameters p JOIN parameter_paths x ON x.tenant_id = p.tenant_id AND x.id = p.path_id WHERE p.device_id = $1 AND x.path = $2", device, path);

    private async Task<long> StoreAsync((Guid Device, string Path, string? Value)[] rows, bool? writable = null)
    {
        await using var batch = new TenantBatch(world.Database.Sources.App, world.Tenant);
        batch.Add("SELECT sys.store_parameters($1, $2, $3, $4, $5, 'test')", Sql.Uuids([.. rows.Select(r => r.Device)]), Sql.Texts([.. rows.Select(r => r.Path)]), Sql.Texts([.. rows.Select(r => r.Value)]),
            Sql.Texts([.. rows.Select(_ => "string")]), Sql.Array<bool?>([.. rows.Select(_ => writable)], NpgsqlDbType.Boolean));
        long changed = 0;
        await using var reader = await batch.ReadAsync(default);
        while (await reader.ReadAsync()) changed = reader.GetInt64(0);
        return changed;
    }
}
