using DeviceConsole.Core;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>Tenants: found by their short name, remembered for a short while, managed by the platform alone.</summary>
public sealed class TenantDirectoryTests : IAsyncLifetime
{
    private static readonly Caller Admin = AppHost.Maker(Tenant.Platform, Roles.PlatformAdmin);
    private readonly MovedTime time = new();
    private TestDatabase database = null!;
    private TenantDirectory directory = null!;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        directory = new TenantDirectory(database.Sources, time);
    }

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task A_tenant_is_made_found_renamed_and_suspended_and_each_step_is_in_the_platforms_log()
    {
        var made = (await directory.CreateAsync(Admin, new TenantInput("acme", " Acme ", ["10.0.0.0/8", "192.0.2.7"]), default)).Value;
        (await directory.FindBySlugAsync("acme", default))!.Id.Should().Be(made.Id);
        var state = (await directory.GetAsync(made.Id, default))!;
        state.Name.Should().Be("Acme");
        state.Policy.Allows(System.Net.IPAddress.Parse("10.1.2.3")).Should().BeTrue();
        state.Policy.Allows(System.Net.IPAddress.Parse("127.0.0.1")).Should().BeFalse();
        (await directory.UpdateAsync(Admin, made.Id, new TenantUpdate("Acme Corp", false, []), default)).Value.IsActive.Should().BeFalse();
        (await directory.GetAsync(made.Id, default))!.IsActive.Should().BeFalse("the node that made the change knows at once");
        (await directory.FindBySlugAsync("acme", default))!.IsActive.Should().BeFalse();
        var log = (await new AuditLog(database.Sources).ListAsync(Admin, null, 10, default)).Value.Items;
        log.Select(r => r.Action).Should().Equal("tenant.update", "tenant.create");
        log[0].Before.Should().Contain("active").And.Contain("10.0.0.0/8");
    }

    [Fact]
    public async Task Only_platform_administrators_manage_tenants_and_the_database_checks_it_too()
    {
        var tenant = await database.CreateTenantAsync("acme");
        foreach (var caller in new[] { AppHost.Maker(tenant), AppHost.Maker(tenant) with { Rights = Roles.RightsOf(Roles.PlatformAdmin) }, Admin with { Rights = Roles.RightsOf(Roles.TenantAdmin) } })
        {
            (await directory.ListAsync(caller, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
            (await directory.CreateAsync(caller, new TenantInput("x", "X", []), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
            (await directory.UpdateAsync(caller, tenant, new TenantUpdate("X", true, []), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        }
        foreach (var sql in new[] { "SELECT sys.platform_tenants()", "SELECT sys.platform_create_tenant(gen_random_uuid(), 'y', 'Y', '{}')", $"SELECT sys.platform_update_tenant('{tenant}', 'Y', 'active', '{{}}')" })
        {
            foreach (var owner in new[] { tenant, Guid.Empty })
            {
                await using var batch = new TenantBatch(database.Sources.App, owner);
                var act = () => batch.Add(sql).ExecuteAsync(default);
                (await act.Should().ThrowAsync<PostgresException>(sql)).Which.SqlState.Should().Be(PostgresErrorCodes.InsufficientPrivilege);
            }
        }
    }

    [Fact]
    public async Task A_short_name_is_taken_once_and_leaves_no_audit_row_the_second_time()
    {
        (await directory.CreateAsync(Admin, new TenantInput("acme", "A", []), default)).IsSuccess.Should().BeTrue();
        (await directory.CreateAsync(Admin, new TenantInput("acme", "B", []), default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        (await database.ScalarAsync<long>("SELECT count(*) FROM audit")).Should().Be(1);
    }

    [Theory]
    [InlineData("", "A", "10.0.0.0/8", "slug")]
    [InlineData("Acme", "A", "10.0.0.0/8", "slug")]
    [InlineData("-a", "A", "10.0.0.0/8", "slug")]
    [InlineData("a\n", "A", "10.0.0.0/8", "slug")]
    [InlineData("a", " ", "10.0.0.0/8", "name")]
    [InlineData("a", "A", "10.0.0.0/99", "allowedNetworks")]
    [InlineData("a", "A", "everything", "allowedNetworks")]
    public async Task What_is_entered_wrong_is_told_at_its_field(string slug, string name, string network, string field) =>
        (await directory.CreateAsync(Admin, new TenantInput(slug, name, [network]), default)).Problem!.Errors.Single().Field.Should().Be(field);

    [Fact]
    public async Task The_platforms_own_tenant_cannot_be_suspended() =>
        (await directory.UpdateAsync(Admin, Tenant.Platform, new TenantUpdate("Platform", false, []), default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);

    [Fact]
    public async Task A_change_on_another_node_is_seen_within_twenty_seconds()
    {
        var tenant = await database.CreateTenantAsync("acme");
        (await directory.GetAsync(tenant, default))!.IsActive.Should().BeTrue();
        (await directory.FindBySlugAsync("other", default)).Should().BeNull();
        await database.ExecuteAsync("UPDATE tenants SET status = 'suspended' WHERE id = $1", tenant);
        await database.CreateTenantAsync("other");
        (await directory.GetAsync(tenant, default))!.IsActive.Should().BeTrue("it is remembered");
        time.Move(TenantDirectory.CacheLifetime);
        (await directory.GetAsync(tenant, default))!.IsActive.Should().BeFalse();
        (await directory.FindBySlugAsync("other", default)).Should().NotBeNull();
    }
}
