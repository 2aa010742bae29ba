using System.Net;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Devices that share an identity, change it, or have tried for a long time.</summary>
public sealed class CwmpIdentityTests : IAsyncLifetime
{
    private CwmpWorld world = default!;

    public async Task InitializeAsync() => world = await CwmpWorld.CreateAsync(o => o.SessionTimeout = TimeSpan.FromSeconds(60));

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task The_same_identity_from_two_places_is_an_event_that_names_both_and_the_newer_session_wins()
    {
        var device = await world.CreateDeviceAsync("00D09E-Box-C1");
        using var one = await ConnectAsync(world.Acs);
        using var two = await ConnectAsync(world.Acs, IPAddress.Parse("127.0.0.2"));
        var first = await one.PostAsync(Basic(), Inform("C1"));

        var second = await two.PostAsync(Basic(), Inform("C1"));

        (first.Status, second.Status).Should().Be((200, 200));
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Contains("identity-collision", StringComparison.Ordinal), "the collision is an event");
        var detail = await world.Database.ScalarAsync<string>($"SELECT detail ->> 'from' || ' ' || (detail ->> 'other') || ' ' || message FROM device_events WHERE device_id = '{device}' AND kind = 'identity-collision'");
        detail.Should().StartWith("127.0.0.2 127.0.0.1 ").And.Contain("give one of them another");
        (await one.PostAsync($"Cookie: {first.Cookie}\r\n", "")).Status.Should().Be(204, "its session is over");
        (await two.PostAsync($"Cookie: {second.Cookie}\r\n", "")).Status.Should().Be(204);
    }

    [Fact]
    public async Task A_device_that_calls_again_from_the_same_place_collides_with_nobody()
    {
        var device = await world.CreateDeviceAsync("00D09E-Box-C2");
        using var one = await ConnectAsync(world.Acs);
        await one.PostAsync(Basic(), Inform("C2"));
        using var again = await ConnectAsync(world.Acs);

        (await again.PostAsync(Basic(), Inform("C2", "1 BOOT"))).Status.Should().Be(200);

        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Contains("boot", StringComparison.Ordinal), "its events are written");
        (await world.EventsAsync(device)).Should().NotContain("identity-collision");
    }

    [Fact]
    public async Task A_device_whose_OUI_changed_is_another_one_until_somebody_says_otherwise()
    {
        await world.CreateDeviceAsync("00D09E-Box-C3");
        using var cpe = await ConnectAsync(world.Acs);

        (await cpe.PostAsync(Basic(), Inform("C3").Replace("00d09e", "001122", StringComparison.Ordinal))).Status.Should().Be(401);

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM call_attempts WHERE identity = '001122-Box-C3'") == 1, "the operator sees under which identity it called");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions")).Should().Be(0);
    }

    [Fact]
    public async Task A_RetryCount_in_the_thousands_is_told_and_not_held_against_the_device()
    {
        var device = await world.CreateDeviceAsync("00D09E-Box-C4");
        using var cpe = await ConnectAsync(world.Acs);

        (await cpe.PostAsync(Basic(), Inform("C4", "1 BOOT"))).Status.Should().Be(200);

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>($"SELECT count(*) FROM device_events WHERE device_id = '{device}' AND kind = 'boot' AND detail ->> 'retryCount' = '4711'") == 1, "the boot is told with the count");
    }
}
