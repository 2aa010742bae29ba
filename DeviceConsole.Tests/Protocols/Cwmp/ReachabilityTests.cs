using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Stun;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Which ways lead to a device, and when a job runs for which none does.</summary>
public sealed class ReachabilityTests
{
    [Fact]
    public async Task A_device_behind_a_nat_learns_its_address_by_stun_and_is_asked_by_udp()
    {
        await using var world = await CwmpWorld.CreateAsync(o => o.StunEndpoint = "127.0.0.1:0");
        await AllowLoopbackAsync(world);
        var stun = world.Service<StunServer>().Address!;
        var (device, cpe) = await world.StartAsync(change: o => o with { ConnectionRequests = null, Stun = stun });
        await JobWorld.UntilAsync(async () => (await SettingAsync(world, device, "udpConnectionRequestAddress")) is not null && cpe.Sessions > 0, "the device has told its UDP address");
        // A job that finds a session open asks for none.
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE closed_at IS NULL") == 0, "the session is over");

        var job = await world.RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        cpe.Udp!.Refused.Should().Be(0);
        await JobWorld.UntilAsync(async () => (await WaysAsync(world, device)).Any(w => w is { Way: "UDP", Works: true }), "the device's call because of it counts as success");
    }

    [Fact]
    public async Task The_way_that_works_and_the_one_that_fails_are_told_with_their_times()
    {
        await using var world = await CwmpWorld.CreateAsync();
        await AllowLoopbackAsync(world);
        var (device, cpe) = await world.StartAsync();
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device has called");
        await world.RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") });
        await JobWorld.UntilAsync(async () => (await WaysAsync(world, device)).Any(w => w is { Way: "HTTP", Works: true }), "it was reached over HTTP");

        await cpe.DisposeAsync();
        var id = await world.EnqueueAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") });

        await JobWorld.UntilAsync(async () => (await WaysAsync(world, device)).Any(w => w is { Way: "HTTP", Works: false, SuccessAt: not null, Failure: not null }), "nobody listens any more");
        (await world.DetailAsync(id)).Job.State.Should().Be(JobState.Queued);
        (await new ReachabilityService(world.Database.Sources).ListAsync(Tests.Peers.TestDatabase.CallerOf(await world.Database.CreateTenantAsync("other")), device, default)).IsSuccess.Should().BeFalse();
    }

    [Fact]
    public async Task A_job_for_a_device_that_cannot_be_asked_says_when_it_is_expected()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var options = world.Options() with { ConnectionRequests = null };
        var device = await world.CreateDeviceAsync(CwmpWorld.IdentityOf(options));
        // It is there before the device's first call, which is the only one that nobody has to wait for.
        var interval = await world.EnqueueAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.ManagementServer.PeriodicInformInterval") });
        var cpe = world.Start(options);
        await world.EndAsync(interval);
        await cpe.DisposeAsync();

        var id = await world.EnqueueAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") });

        await JobWorld.UntilAsync(async () => (await world.DetailAsync(id)).Job.WaitReason?.Contains("It calls every", StringComparison.Ordinal) == true, "the job says when the device is due");
        (await world.DetailAsync(id)).Job.WaitReason.Should().MatchRegex(@"expected about \d\d:\d\d:\d\d UTC");
    }

    [Theory]
    [InlineData(null, 0, " It has not called yet.")]
    [InlineData(-30, 5, " It called last at 11:59:30 UTC; read its Interval to see when it is expected.")]
    [InlineData(-30, 3_600, " Between its last two calls were 60 minutes: perhaps about 12:59:30 UTC.")]
    public void Where_its_interval_is_not_known_a_job_says_what_is(int? lastSeconds, long pause, string expected)
    {
        var now = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        NextCall.Guess(lastSeconds is { } s ? now.AddSeconds(s) : null, pause, "Interval", now).Should().Be(expected);
    }

    [Fact]
    public async Task A_device_with_one_pair_of_credentials_for_both_ways_is_reached_with_it()
    {
        await using var world = await CwmpWorld.CreateAsync();
        await AllowLoopbackAsync(world);
        var (device, cpe) = await world.StartAsync(change: o => o with { RequestUserName = CwmpWorld.User, RequestPassword = CwmpWorld.Password });
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device has called");

        await world.RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") });

        await JobWorld.UntilAsync(async () => (await WaysAsync(world, device)).Any(w => w is { Way: "HTTP", Works: true }), "the second pair was accepted");
        cpe.ConnectionRequests!.Authorized.Should().BeGreaterThan(1);
    }

    private static async Task<IReadOnlyList<ReachabilityView>> WaysAsync(CwmpWorld world, Guid device) =>
        (await new ReachabilityService(world.Database.Sources).ListAsync(world.Admin, device, default)).Value;

    private static async Task<string?> SettingAsync(CwmpWorld world, Guid device, string name) =>
        await world.Database.ScalarAsync<string>($"SELECT coalesce(settings ->> '{name}', '') FROM device_endpoints WHERE device_id = '{device}'") is { Length: > 0 } text ? text : null;

    private static Task<int> AllowLoopbackAsync(CwmpWorld world) =>
        world.Database.ExecuteAsync("UPDATE tenants SET allowed_networks = ARRAY['127.0.0.0/8'::cidr] WHERE id = $1", world.Tenant);
}
