using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Tests.Accounts;

/// <summary>The people of a tenant, managed by its administrators.</summary>
public sealed class UserServiceTests : IAsyncLifetime
{
    private AppHost host = null!;
    private UserService users = null!;
    private Guid tenant;
    private UserView admin = null!;
    private Caller caller = null!;

    public async Task InitializeAsync()
    {
        host = await AppHost.StartAsync();
        users = host.Get<UserService>();
        tenant = await host.Database.CreateTenantAsync("acme");
        admin = await host.CreateUserAsync(tenant, "ann");
        caller = new Caller(tenant, ActorKind.User, admin.Id, "ann", Roles.RightsOf(Roles.TenantAdmin), DeviceScope.All, tenant);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("short", "password")]
    [InlineData("aaaaaaaaaaaaaaaa", "password")]
    [InlineData("passwordpassword", "password")]
    [InlineData("bobbobbobbob1", "password")]
    public async Task A_weak_password_is_refused_at_its_field(string password, string field) =>
        (await users.CreateAsync(caller, new UserInput("bob", "", Roles.Viewer, password), default)).Problem!.Errors.Select(e => e.Field).Should().OnlyContain(f => f == field);

    [Fact]
    public async Task A_name_is_taken_once_a_tenant()
    {
        (await users.CreateAsync(caller, new UserInput("ANN", "", Roles.Viewer, AppHost.Password), default)).Problem.Should().NotBeNull();
        var other = await host.Database.CreateTenantAsync("other");
        (await users.CreateAsync(AppHost.Maker(other), new UserInput("ann", "", Roles.Viewer, AppHost.Password), default)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task A_name_that_two_make_at_once_is_a_conflict_for_one()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => users.CreateAsync(caller, new UserInput("twin", "", Roles.Viewer, AppHost.Password), default)));
        results.Count(r => r.IsSuccess).Should().Be(1);
        results.Where(r => !r.IsSuccess).Should().OnlyContain(r => r.Problem!.Message.Contains("taken"));
    }

    [Fact]
    public async Task Nobody_gives_or_touches_a_role_above_their_own()
    {
        var limited = caller with { Rights = Rights.View | Rights.ManageAccounts };
        (await users.CreateAsync(limited, new UserInput("bob", "", Roles.Operator, AppHost.Password), default)).Problem!.Errors.Single().Field.Should().Be("role");
        (await users.CreateAsync(caller, new UserInput("bob", "", Roles.PlatformAdmin, AppHost.Password), default)).Problem.Should().NotBeNull();
        var bob = (await users.CreateAsync(caller, new UserInput("bob", "", Roles.Operator, AppHost.Password), default)).Value;
        (await users.UpdateAsync(limited, bob.Id, new UserUpdate(Roles.Viewer, "", false), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await users.ResetPasswordAsync(limited, bob.Id, "another long phrase here", default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await users.UpdateAsync(AppHost.Maker(tenant, Roles.Operator), bob.Id, new UserUpdate(Roles.TenantAdmin, "", false), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await users.ListAsync(AppHost.Maker(tenant, Roles.Operator), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
    }

    [Fact]
    public async Task The_last_administrator_cannot_be_removed_demoted_or_disabled_also_not_by_two_at_once()
    {
        var system = AppHost.Maker(tenant);
        (await users.DeleteAsync(system, admin.Id, default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        (await users.UpdateAsync(system, admin.Id, new UserUpdate(Roles.Operator, "", false), default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        (await users.UpdateAsync(system, admin.Id, new UserUpdate(Roles.TenantAdmin, "", true), default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        var second = await host.CreateUserAsync(tenant, "eve");
        var both = await Task.WhenAll(users.DeleteAsync(system, admin.Id, default), users.DeleteAsync(system, second.Id, default));
        both.Count(r => r.IsSuccess).Should().Be(1);
    }

    [Fact]
    public async Task Nobody_disables_or_deletes_their_own_account()
    {
        await host.CreateUserAsync(tenant, "eve");
        (await users.UpdateAsync(caller, admin.Id, new UserUpdate(Roles.TenantAdmin, "", true), default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        (await users.DeleteAsync(caller, admin.Id, default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
    }

    [Fact]
    public async Task Another_tenants_user_does_not_exist()
    {
        var other = await host.Database.CreateTenantAsync("other");
        var stranger = await host.CreateUserAsync(other, "bob");
        (await users.UpdateAsync(caller, stranger.Id, new UserUpdate(Roles.Viewer, "", true), default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await users.DeleteAsync(caller, stranger.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await users.ResetPasswordAsync(caller, stranger.Id, "another long phrase here", default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await users.ListAsync(caller, default)).Value.Select(u => u.UserName).Should().Equal("ann");
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_log_without_passwords()
    {
        var bob = (await users.CreateAsync(caller, new UserInput("bob", "Bob", Roles.Viewer, "CANARY-one-two-three"), default)).Value;
        await users.UpdateAsync(caller, bob.Id, new UserUpdate(Roles.Operator, "Bobby", false), default);
        await users.ResetPasswordAsync(caller, bob.Id, "CANARY-four-five-six", default);
        await users.DeleteAsync(caller, bob.Id, default);
        var log = await host.Database.ScalarAsync<string>("SELECT string_agg(action || ' ' || a::text, E'\\n' ORDER BY at) FROM audit a WHERE actor_name = 'ann'");
        foreach (var action in new[] { "user.create", "user.update", "user.reset-password", "user.delete" }) log.Should().Contain(action);
        log.Should().NotContain("CANARY");
    }

    [Fact]
    public async Task A_reset_password_works_and_unlocks()
    {
        var login = host.Get<PasswordLogin>();
        var bob = (await users.CreateAsync(caller, new UserInput("bob", "", Roles.Viewer, AppHost.Password), default)).Value;
        for (var i = 0; i < PasswordLogin.MaximumFailures; i++) await login.CheckAsync(tenant, "bob", "wrong", default);
        (await users.ResetPasswordAsync(caller, bob.Id, "another long phrase here", default)).IsSuccess.Should().BeTrue();
        (await login.CheckAsync(tenant, "bob", "another long phrase here", default)).Should().NotBeNull();
    }
}
