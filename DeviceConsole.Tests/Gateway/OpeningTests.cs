using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Sessions that begin at the same time share their transactions; each is as if it had come alone.</summary>
public sealed class OpeningTests : IAsyncLifetime
{
    private const int Many = 40;
    private GatewayWorld world = null!;
    private Guid tenant;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        tenant = await world.Jobs.Database.CreateTenantAsync("acme");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    private Task<Guid[]> DevicesAsync(int count) => world.Jobs.CreateDevicesAsync(tenant, count, CallInProtocol.Id);

    private static DeviceCall Telling(Guid device) => GatewayWorld.Call("acme", device.ToString()) with
    {
        Reported = [new ParameterValue("Device.DeviceInfo.SerialNumber", $"SN-{device}", "string"), new ParameterValue("Device.DeviceInfo.SoftwareVersion", "1.0", "string")],
        Learnt = new JsonObject { ["path"] = $"at {device}" },
        Describes = true,
        Events = [new ToldEvent("bootstrap", "It called for the first time.", null), new ToldEvent("boot", "It started.", new JsonObject { ["of"] = device.ToString() })],
    };

    private async Task<ProtocolTarget> TargetAsync(DeviceCall call) => (await world.Gateway.AuthenticateAsync(call, _ => CredentialCheck.Proved, default)).Target!;

    private Task<T> ScalarAsync<T>(string sql) => world.Jobs.Database.ScalarAsync<T>(sql);

    [Fact]
    public async Task Each_of_many_that_come_at_once_has_what_it_told()
    {
        var devices = await DevicesAsync(Many);

        var sessions = await Task.WhenAll(devices.Select(async device =>
        {
            var call = Telling(device);
            return await world.Gateway.OpenSessionAsync(await TargetAsync(call), call, default);
        }));

        sessions.Select(s => (s.DeviceId, s.Epoch, s.HasParked)).Should().Equal(devices.Select(d => (d, 1L, false)));
        (await ScalarAsync<long>("SELECT count(*) FROM device_sessions s JOIN connections c USING (tenant_id, device_id) WHERE s.closed_at IS NULL AND c.epoch = 1 AND c.lease_until > now()")).Should().Be(Many);
        (await ScalarAsync<long>("SELECT count(*) FROM devices d JOIN device_endpoints e ON e.device_id = d.id WHERE d.manufacturer = 'Acme' AND d.serial_number = 'SN-' || d.id AND e.settings ->> 'path' = 'at ' || d.id")).Should().Be(Many);
        (await ScalarAsync<long>("SELECT count(*) FROM parameters p JOIN parameter_paths x ON x.id = p.path_id WHERE x.path LIKE '%.SerialNumber' AND p.value = 'SN-' || p.device_id")).Should().Be(Many);
        (await ScalarAsync<long>("SELECT count(*) FROM (SELECT device_id FROM device_events GROUP BY device_id HAVING string_agg(kind, ',' ORDER BY id) = 'bootstrap,boot' AND string_agg(kind, ',' ORDER BY at) = 'bootstrap,boot' AND max(detail ->> 'of') = device_id::text) e")).Should().Be(Many);
    }

    [Fact]
    public async Task A_device_that_comes_twice_at_once_has_one_session_and_the_other_is_over()
    {
        var device = (await DevicesAsync(1))[0];
        var call = GatewayWorld.Call("acme", device.ToString());
        var target = await TargetAsync(call);

        var sessions = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.Gateway.OpenSessionAsync(target, call, default)));

        sessions.Select(s => s.Epoch).Should().BeEquivalentTo([1L, 2, 3, 4, 5, 6]);
        foreach (var session in sessions)
        {
            (await world.Gateway.RaiseEventAsync(session, "boot", "It started.", null, default)).Should().Be(session.Epoch == 6, "only the newest session tells anything");
            if (session.Epoch < 6) await JobWorld.UntilAsync(() => Task.FromResult(session.Ended.IsCancellationRequested), "an older session is told");
            else session.Ended.IsCancellationRequested.Should().BeFalse();
        }
    }

    [Fact]
    public async Task A_device_that_is_gone_meanwhile_does_not_keep_the_others_out()
    {
        var devices = await DevicesAsync(8);
        var calls = devices.Select(Telling).ToList();
        var targets = new List<ProtocolTarget>();
        foreach (var call in calls) targets.Add(await TargetAsync(call));
        await world.Jobs.Database.ExecuteAsync($"DELETE FROM devices WHERE id = '{devices[5]}'");

        var opened = await Task.WhenAll(targets.Select(async (target, i) =>
        {
            try
            {
                return (await world.Gateway.OpenSessionAsync(target, calls[i], default)).Epoch;
            }
            catch (PostgresException)
            {
                return 0;
            }
        }));

        opened.Should().Equal(1, 1, 1, 1, 1, 0, 1, 1);
        (await ScalarAsync<long>("SELECT count(*) FROM device_sessions")).Should().Be(7);
    }

    [Fact]
    public async Task A_device_whose_lane_is_held_does_not_keep_the_others_out()
    {
        var devices = await DevicesAsync(12);
        await world.EnqueueAsync(tenant, devices[3]);
        await using var lane = await HeldLane.HoldAsync(world.Jobs.Database, devices[3]);

        var opening = devices.Select(async device =>
        {
            var call = Telling(device);
            return await world.Gateway.OpenSessionAsync(await TargetAsync(call), call, default);
        }).ToList();

        await Task.WhenAll(opening.Where((_, i) => i != 3)).WaitAsync(TimeSpan.FromSeconds(30));
        opening[3].IsCompleted.Should().BeFalse();
        await lane.ReleaseAsync();
        (await opening[3]).Epoch.Should().Be(1);
    }

    [Fact]
    public async Task A_session_is_told_whether_work_waits_for_a_report()
    {
        var device = (await DevicesAsync(1))[0];
        var job = await world.EnqueueAsync(tenant, device);
        var session = await world.OpenAsync("acme", device);
        session.HasParked.Should().BeFalse();
        var work = await world.Gateway.NextWorkAsync(session, default);
        await world.Gateway.ParkAsync(session, work!, new ParkedWork("key", "It waits.", DateTimeOffset.UtcNow.AddHours(1)), default);

        var next = await world.OpenAsync("acme", device);

        next.HasParked.Should().BeTrue();
        (await world.Gateway.ResumeAsync(next, "key", default))!.JobId.Should().Be(job.Id);
    }

    [Fact]
    public async Task A_device_that_is_not_known_is_not_looked_for_among_all_of_its_manufacturer()
    {
        await DevicesAsync(2_000);
        await world.Jobs.Database.ExecuteAsync("UPDATE device_endpoints SET identity = '00D09E-Box-' || identity");
        await world.Jobs.Database.ExecuteAsync("ANALYZE device_endpoints");

        await using var batch = new TenantBatch(world.Jobs.Database.Sources.Devices, tenant);
        batch.Add($"EXPLAIN SELECT e.device_id FROM device_endpoints e WHERE e.tenant_id = $1 AND e.protocol = $2 AND {DeviceSecrets.ByEnd}", Sql.Uuid(tenant), Sql.Text(CallInProtocol.Id), Sql.Text("00D09E-"), Sql.Text("-S4711"));
        var plan = string.Join('\n', await batch.ListAsync(r => r.GetString(0), default));

        plan.Should().MatchRegex("Index Cond: .*identity_end", "row-level security lets the condition through to the index");
    }
}
