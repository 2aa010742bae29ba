using System.Net;
using DeviceConsole.Core.Gateway;
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
    public async Task Two_nodes_see_the_same_identity_from_two_places_and_what_one_blocks_the_other_refuses_at_once()
    {
        // What the other node remembers of who is blocked does not grow old: it can only have been told.
        await using var other = await world.BesideAsync(o => (o.SessionTimeout, o.InformBurstPerAddress) = (TimeSpan.FromSeconds(60), 1_000_000), new StandingClock());
        var device = await world.CreateDeviceAsync("00D09E-Box-C9");
        using var one = await ConnectAsync(world.Acs);
        var first = await one.PostAsync(Basic(), Inform("C9"));
        using var two = await ConnectAsync(other.Acs, IPAddress.Parse("127.0.0.2"));
        var second = await two.PostAsync(Basic(), Inform("C9"));

        (first.Status, second.Status).Should().Be((200, 200));
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Contains("identity-collision", StringComparison.Ordinal), "the two nodes together see it");
        await JobWorld.UntilAsync(async () => (await one.PostAsync($"Cookie: {first.Cookie}\r\n", "")).Status == 204, "the first node's session is over");

        // The other node has looked what is blocked.
        using var probe = await ConnectAsync(other.Acs, IPAddress.Parse("127.0.0.2"));
        (await probe.PostAsync(Basic(), Inform("C9"))).Status.Should().Be(200);
        var collisions = world.Service<CollisionService>();
        var found = (await collisions.ListAsync(world.Admin, device, default)).Value.Should().ContainSingle().Subject;
        (await collisions.ResolveAsync(world.Admin, found.Id, CollisionState.Blocked, default)).IsSuccess.Should().BeTrue();
        var refused = 0;
        await JobWorld.UntilAsync(async () =>
        {
            using var again = await ConnectAsync(other.Acs, IPAddress.Parse("127.0.0.2"));
            return (refused = (await again.PostAsync(Basic(), Inform("C9"))).Status) == 401;
        }, "the other node refuses it");

        refused.Should().Be(401);
        (await ConnectAndInformAsync(other.Acs)).Should().Be(200, "the device itself is served there");
    }

    private static async Task<int> ConnectAndInformAsync(Uri acs)
    {
        using var cpe = await ConnectAsync(acs);
        return (await cpe.PostAsync(Basic(), Inform("C9"))).Status;
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

    [Theory]
    [InlineData("00D09E-Box-C5", "C5", false)]
    [InlineData("00D09E-C6", "C6", true)]
    [InlineData("00D09E-Box-C-6-1", "C-6-1", false)]
    public async Task A_device_that_leaves_its_product_class_out_now_and_then_is_one_device(string identity, string serial, bool withClass)
    {
        var device = await world.CreateDeviceAsync(identity);
        foreach (var named in (bool[])[withClass, !withClass, withClass])
        {
            using var cpe = await ConnectAsync(world.Acs);
            var begun = await cpe.PostAsync(Basic(), Named(Inform(serial), named));
            begun.Status.Should().Be(200, named ? "it names its class" : "it does not");
            (await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "")).Status.Should().Be(204);
        }

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>($"SELECT count(*) FROM device_sessions WHERE device_id = '{device}' AND closed_at IS NOT NULL") == 3, "the sessions are the device's");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM devices")).Should().Be(1);
        (await world.EventsAsync(device)).Should().NotContain("identity-collision");
    }

    [Fact]
    public async Task Without_its_product_class_a_device_is_nobody_where_two_have_its_serial_number_and_not_one_that_it_does_not_prove_to_be()
    {
        await world.CreateDeviceAsync("00D09E-BoxA-C7");
        await world.CreateDeviceAsync("00D09E-BoxB-C7");
        await world.CreateDeviceAsync("00D09E-BoxA-C8", password: "another");
        foreach (var serial in (string[])["C7", "C8", "7"])
        {
            using var cpe = await ConnectAsync(world.Acs);
            (await cpe.PostAsync(Basic(), Named(Inform(serial), false))).Status.Should().Be(401, serial);
        }
    }

    [Fact]
    public async Task On_the_shared_address_a_device_that_names_its_class_is_the_one_that_did_not()
    {
        var device = await world.CreateDeviceAsync("00D09E-C9");
        using var cpe = await ConnectAsync(new Uri(world.Address, "/cwmp"));
        (await cpe.PostAsync(Basic(password: "wrong"), Inform("C9"))).Status.Should().Be(401);
        (await cpe.PostAsync(Basic(), Inform("C9"))).Status.Should().Be(200);
        (await world.Database.ScalarAsync<string>("SELECT string_agg(DISTINCT device_id::text, ',') FROM device_sessions")).Should().Be(device.ToString());
    }

    private static string Named(string inform, bool named) => named ? inform : inform.Replace("<ProductClass>Box</ProductClass>", "<ProductClass/>", StringComparison.Ordinal);

    [Fact]
    public async Task A_RetryCount_in_the_thousands_is_told_and_not_held_against_the_device()
    {
        var device = await world.CreateDeviceAsync("00D09E-Box-C4");
        using var cpe = await ConnectAsync(world.Acs);

        (await cpe.PostAsync(Basic(), Inform("C4", "1 BOOT"))).Status.Should().Be(200);

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>($"SELECT count(*) FROM device_events WHERE device_id = '{device}' AND kind = 'boot' AND detail ->> 'retryCount' = '4711'") == 1, "the boot is told with the count");
    }

    // Its timestamps stand; its timers run.
    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => TimestampFrequency;
    }
}
