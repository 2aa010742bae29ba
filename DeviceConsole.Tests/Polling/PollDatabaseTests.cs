using DeviceConsole.Core;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Polling;
using DeviceConsole.Tests.Alarms;

namespace DeviceConsole.Tests.Polling;

/// <summary>Who is polled when, and what becomes of the samples.</summary>
public sealed class PollDatabaseTests(AlarmWorld world) : IClassFixture<AlarmWorld>
{
    [Fact]
    public async Task Devices_come_and_go_with_their_label_and_only_where_they_can_be_read()
    {
        var (core, edge, other) = (await DeviceAsync("core"), await DeviceAsync("edge"), await DeviceAsync("core", protocol: "cwmp"));
        var foreign = await DeviceAsync("core", tenant: world.OtherTenant);
        var profile = await ProfileAsync("core");

        await ReconcileAsync();
        (await TargetsAsync(profile)).Should().Equal(core);
        await world.Database.ExecuteAsync("UPDATE devices SET tags = '{core}' WHERE id = $1", edge);
        await world.Database.ExecuteAsync("UPDATE devices SET tags = '{}' WHERE id = $1", core);
        await ReconcileAsync();
        (await TargetsAsync(profile)).Should().Equal([edge], "{0} has no address that can be read, and {1} is another tenant's", other, foreign);
    }

    [Fact]
    public async Task A_due_poll_is_given_out_once_an_interval_and_not_while_a_job_runs()
    {
        var (free, busy) = (await DeviceAsync("lane"), await DeviceAsync("lane"));
        await world.Database.ExecuteAsync("INSERT INTO lanes (tenant_id, device_id, running) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, device_id) DO UPDATE SET running = excluded.running", world.Tenant, busy, Guid.NewGuid());
        var profile = await ProfileAsync("lane");
        await ReconcileAsync();
        await world.Database.ExecuteAsync("UPDATE poll_targets SET next_at = now() - interval '200 s' WHERE profile_id = $1", profile);

        var asked = await world.Database.ScalarAsync<DateTime>("SELECT now()");
        var claimed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ClaimAsync()));

        claimed.SelectMany(c => c).Where(c => c.Profile == profile && c.Protocol is not null).Select(c => c.Device).Should().Equal(free);
        (await world.Database.ScalarAsync<bool>("SELECT next_at > $2 AND next_at <= now() + interval '60 s' FROM poll_targets WHERE device_id = $1", free, asked)).Should().BeTrue("what was missed is not made up for");
        (await world.Database.ScalarAsync<bool>("SELECT next_at < now() + interval '10 s' FROM poll_targets WHERE device_id = $1", busy)).Should().BeTrue("it is tried again soon");
    }

    [Fact]
    public async Task Samples_become_averages_of_five_minutes_and_stay_their_tenants()
    {
        var device = await DeviceAsync("none");
        var profile = await ProfileAsync("none");
        await world.Database.ExecuteAsync("INSERT INTO poll_series (tenant_id, device_id, profile_id, id, oid, object, label) VALUES ($1, $2, $3, 1, '1.1', 'x', 'a'), ($1, $2, $3, 2, '1.2', 'x', 'b')", world.Tenant, device, profile);
        // Steps of an hour ago: within the partitions that there are.
        await world.Database.ExecuteAsync(
            """
            INSERT INTO poll_samples (tenant_id, device_id, profile_id, at, series, vals)
            SELECT $1, $2, $3, date_bin('300 s', now() - interval '1 hour', 'epoch') + make_interval(secs => n * 60), '{1,2}', ARRAY[n, 10 * n]::float8[] FROM generate_series(0, 4) n
            """, world.Tenant, device, profile);
        await world.Database.ExecuteAsync("UPDATE poll_rollups SET done = date_bin('3600 s', now(), 'epoch') - interval '2 hours'");

        await using (var roll = world.Database.Sources.App.CreateCommand("SELECT sys.roll_up_polls(300), sys.roll_up_polls(300)")) await roll.ExecuteScalarAsync();

        (await world.Database.ScalarAsync<string>("SELECT avgs::text || mins::text || maxs::text FROM poll_samples_5m WHERE device_id = $1", device)).Should().Be("{2,20}{0,0}{4,40}");
        var samples = new SampleService(world.Database.Sources);
        var series = (await samples.SeriesAsync(world.Viewer, device, default)).Value;
        var now = DateTimeOffset.UtcNow;
        var points = (await samples.PointsAsync(world.Viewer, device, series, now.AddHours(-2), now, 2000, default)).Value;
        points.Select(p => (p.Series.Label, p.Points.Count, p.Points.Sum(x => x.Average))).Should().Equal(("a", 5, 10), ("b", 5, 100));
        (await samples.SeriesAsync(world.Stranger, device, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await samples.PointsAsync(world.Stranger, device, series, now.AddHours(-2), now, 100, default)).Value.Should().OnlyContain(p => p.Points.Count == 0);
    }

    private async Task<Guid> DeviceAsync(string tag, string protocol = "snmp", Guid? tenant = null)
    {
        var id = await world.DeviceAsync(tenant);
        await world.Database.ExecuteAsync("UPDATE devices SET tags = ARRAY[$2] WHERE id = $1", id, tag);
        await world.Database.ExecuteAsync("INSERT INTO device_endpoints (tenant_id, device_id, protocol, identity) VALUES ($1, $2, $3, $4)", tenant ?? world.Tenant, id, protocol, id.ToString());
        return id;
    }

    private async Task<Guid> ProfileAsync(string tag)
    {
        var id = Guid.CreateVersion7();
        await world.Database.ExecuteAsync("INSERT INTO poll_profiles (tenant_id, id, name, interval_s, objects, tags, created_by) VALUES ($1, $2, 'p', 60, '[]', ARRAY[$3], 'x')", world.Tenant, id, tag);
        return id;
    }

    private async Task ReconcileAsync()
    {
        await using var command = world.Database.Sources.App.CreateCommand("SELECT sys.reconcile_polls('{snmp}', NULL)");
        await command.ExecuteScalarAsync();
    }

    private async Task<List<Guid>> TargetsAsync(Guid profile)
    {
        await using var batch = new TenantBatch(world.Database.Sources.App, world.Tenant);
        batch.Add("SELECT device_id FROM poll_targets WHERE profile_id = $1", Sql.Uuid(profile));
        return await batch.ListAsync(r => r.GetGuid(0), default);
    }

    private async Task<List<(Guid Profile, Guid Device, string? Protocol)>> ClaimAsync()
    {
        await using var command = world.Database.Sources.App.CreateCommand("SELECT profile_id, device_id, protocol FROM sys.claim_polls(1000)");
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ListAsync(r => (r.GetGuid(0), r.GetGuid(1), r.TextOrNull(2)), default);
    }
}
