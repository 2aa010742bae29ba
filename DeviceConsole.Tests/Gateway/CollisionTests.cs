using System.Net;
using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Gateway;

/// <summary>One identity from two places: seen, told once, decided by people, and kept to.</summary>
public sealed class CollisionTests : IAsyncLifetime
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.7"), Elsewhere = IPAddress.Parse("198.51.100.9");
    private GatewayWorld world = null!;
    private Guid tenant;
    private Guid device;

    private CollisionService Collisions => world.Node.Collisions;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        tenant = await world.Jobs.Database.CreateTenantAsync("acme");
        device = (await world.Jobs.CreateDevicesAsync(tenant, 1, CallInProtocol.Id))[0];
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Two_addresses_within_a_minute_are_one_collision_that_is_told_once_and_counted()
    {
        foreach (var from in new[] { Home, Elsewhere, Home, Elsewhere }) await OpenAsync(from);

        var found = (await ListAsync()).Should().ContainSingle().Subject;
        (found.Kind, found.Known.Remote, found.Other.Remote, found.Refused, found.Calls, found.State).Should().Be((CollisionKind.Address, "192.0.2.7", "198.51.100.9", false, 3, CollisionState.Open));
        (await EventsAsync()).Should().Equal("identity-collision");
        (await AlarmAsync()).Should().Be("raised");
    }

    [Fact]
    public async Task A_device_that_moves_after_a_while_collides_with_nobody_until_it_is_back_at_once()
    {
        await OpenAsync(Home);
        await AgeAsync("2 minutes");
        // Another node knows only what is stored.
        await using var other = await JobNode.StartAsync(world.Jobs);
        await OpenAsync(Elsewhere, on: other);
        (await ListAsync()).Should().BeEmpty();

        await AgeAsync("2 minutes");
        await OpenAsync(Home);
        var found = (await ListAsync()).Should().ContainSingle().Subject;
        (found.Known.Remote, found.Other.Remote).Should().Be(("192.0.2.7", "198.51.100.9"), "the one that was there first is the known one");
    }

    [Fact]
    public async Task Other_hardware_is_a_collision_however_long_it_took()
    {
        await OpenAsync(Home, hardware: "1.0");
        await AgeAsync("30 days");
        await OpenAsync(Home, hardware: null);
        (await ListAsync()).Should().BeEmpty("what a call does not say is as it was");

        await OpenAsync(Home, hardware: "2.0");

        var found = (await ListAsync()).Should().ContainSingle().Subject;
        (found.Kind, found.Known.Hardware, found.Other.Hardware).Should().Be((CollisionKind.Hardware, "1.0", "2.0"));
    }

    [Fact]
    public async Task A_device_that_names_its_model_in_some_calls_only_collides_with_nobody()
    {
        foreach (var model in new[] { "HG-5400", "HomeGateway", "HG-5400" })
        {
            var call = Call(Home) with { Facts = new DeviceFacts { Manufacturer = "Acme", Model = model, HardwareVersion = "1.0" } };
            var verdict = await world.Gateway.AuthenticateAsync(call, _ => CredentialCheck.Proved, default);
            await world.Gateway.CloseSessionAsync(await world.Gateway.OpenSessionAsync(verdict.Target!, call, default), "done", false, default);
        }
        (await ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_is_blocked_is_not_let_in_whatever_it_proves_and_the_known_one_goes_on()
    {
        await OpenAsync(Home);
        await OpenAsync(Elsewhere);
        var found = (await ListAsync())[0];

        (await Collisions.ResolveAsync(JobWorld.Admin(tenant), found.Id, CollisionState.Blocked, default)).IsSuccess.Should().BeTrue();

        (await CallAsync(Elsewhere)).Outcome.Should().Be(CallOutcome.Refused);
        (await CallAsync(Home)).Outcome.Should().Be(CallOutcome.Accepted);
        (await EventsAsync()).Should().Equal("identity-collision", "identity-collision-resolved");
        (await AlarmAsync()).Should().Be("cleared");
        var decided = (await ListAsync())[0];
        (decided.State, decided.ResolvedBy, decided.ResolvedAt is null).Should().Be((CollisionState.Blocked, JobWorld.Admin(tenant).ActorName, false));

        (await Collisions.ForgetAsync(JobWorld.Admin(tenant), found.Id, default)).IsSuccess.Should().BeTrue();
        (await CallAsync(Elsewhere)).Outcome.Should().Be(CallOutcome.Accepted);
    }

    [Fact]
    public async Task A_move_that_is_accepted_makes_the_other_one_known_and_the_old_one_collides_when_it_calls_again()
    {
        await OpenAsync(Home);
        await OpenAsync(Elsewhere);
        await Collisions.ResolveAsync(JobWorld.Admin(tenant), (await ListAsync())[0].Id, CollisionState.Moved, default);

        await OpenAsync(Elsewhere);
        (await ListAsync())[0].State.Should().Be(CollisionState.Moved);
        await OpenAsync(Home);

        var again = (await ListAsync()).Should().ContainSingle().Subject;
        (again.State, again.Known.Remote, again.Other.Remote, again.ResolvedBy).Should().Be((CollisionState.Open, "198.51.100.9", "192.0.2.7", null));
        (await EventsAsync()).Should().Equal("identity-collision", "identity-collision-resolved", "identity-collision");
    }

    [Fact]
    public async Task What_is_ignored_is_counted_and_not_told_again()
    {
        await OpenAsync(Home);
        await OpenAsync(Elsewhere);
        await Collisions.ResolveAsync(JobWorld.Admin(tenant), (await ListAsync())[0].Id, CollisionState.Ignored, default);

        await OpenAsync(Home);
        await OpenAsync(Elsewhere);

        ((await ListAsync())[0].State, (await ListAsync())[0].Calls).Should().Be((CollisionState.Ignored, 3));
        (await EventsAsync()).Should().Equal("identity-collision", "identity-collision-resolved");
    }

    [Fact]
    public async Task Wrong_credentials_from_elsewhere_are_shown_and_cannot_be_accepted_as_a_move()
    {
        await OpenAsync(Home);
        (await world.Gateway.AuthenticateAsync(Call(Home), _ => CredentialCheck.Wrong, default)).Outcome.Should().Be(CallOutcome.Refused);
        (await world.Gateway.AuthenticateAsync(Call(Elsewhere), _ => CredentialCheck.Wrong, default)).Outcome.Should().Be(CallOutcome.Refused);

        await JobWorld.UntilAsync(async () => (await ListAsync()).Count > 0, "it is noted");
        var found = (await ListAsync()).Should().ContainSingle("the device's own wrong password is no collision").Subject;
        (found.Kind, found.Refused, found.Other.Remote).Should().Be((CollisionKind.Credentials, true, "198.51.100.9"));
        (await Collisions.ResolveAsync(JobWorld.Admin(tenant), found.Id, CollisionState.Moved, default)).Problem!.Message.Should().Contain("did not prove");
    }

    [Fact]
    public async Task Another_tenant_sees_and_decides_nothing()
    {
        await OpenAsync(Home);
        await OpenAsync(Elsewhere);
        var stranger = JobWorld.Admin(await world.Jobs.Database.CreateTenantAsync("globex"));

        (await Collisions.ListAsync(stranger, null, default)).Value.Should().BeEmpty();
        (await Collisions.ResolveAsync(stranger, (await ListAsync())[0].Id, CollisionState.Blocked, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Calls_of_both_address_families_and_of_one_IPv6_network_are_one_place()
    {
        foreach (var from in new[] { "192.0.2.7", "2001:db8::1", "192.0.2.7", "2001:db8::2", "::ffff:192.0.2.7" }) await OpenAsync(IPAddress.Parse(from));
        (await ListAsync()).Should().BeEmpty();
    }

    private DeviceCall Call(IPAddress from, string? hardware = null) =>
        GatewayWorld.Call("acme", device.ToString()) with { Remote = from, Facts = new DeviceFacts { Manufacturer = "Acme", Model = "Box 1", HardwareVersion = hardware } };

    private Task<CallVerdict> CallAsync(IPAddress from) => world.Gateway.AuthenticateAsync(Call(from), _ => CredentialCheck.Proved, default);

    private async Task OpenAsync(IPAddress from, string? hardware = null, JobNode? on = null)
    {
        var gateway = (on ?? world.Node).Gateway;
        var call = Call(from, hardware);
        var verdict = await gateway.AuthenticateAsync(call, _ => CredentialCheck.Proved, default);
        var session = await gateway.OpenSessionAsync(verdict.Target!, call, default);
        await gateway.CloseSessionAsync(session, "done", false, default);
    }

    // As if the last session had been that long ago.
    private async Task AgeAsync(string interval) => await world.Jobs.Database.ExecuteAsync($"UPDATE connections SET opened_at = opened_at - interval '{interval}'");

    private async Task<IReadOnlyList<IdentityCollision>> ListAsync() => (await Collisions.ListAsync(JobWorld.Admin(tenant), device, default)).Value;

    private async Task<string[]> EventsAsync() => (await world.Jobs.Database.ScalarAsync<string[]>("SELECT array_agg(kind ORDER BY at, id) FROM device_events"))!;

    private Task<string?> AlarmAsync() => world.Jobs.Database.ScalarAsync<string>("SELECT state FROM alarms WHERE key = 'identity-collision'")!;
}
