using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Accounts;

/// <summary>What a fresh installation begins with.</summary>
/// <param name="AdminUser">Name of the first platform administrator.</param>
/// <param name="AdminPassword">Its password.</param>
/// <param name="Demo">True where the demo tenant is wanted.</param>
public sealed record SeedInput(string AdminUser, string AdminPassword, bool Demo);

/// <summary>Makes the first administrator and the demo tenant. Running it again changes nothing.</summary>
public sealed class Seed(DataSources dataSources, TenantDirectory tenants, UserService users)
{
    /// <summary>Short name of the demo tenant.</summary>
    public const string DemoSlug = "demo";

    // The demo's devices run on this machine or in private networks around it.
    private static readonly string[] DemoNetworks = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

    private static readonly Caller Platform = new(Tenant.Platform, ActorKind.System, null, "set-up", Roles.RightsOf(Roles.PlatformAdmin), DeviceScope.All, Tenant.Platform);

    /// <summary>Null, or one sentence that says what is wrong.</summary>
    public async Task<string?> RunAsync(SeedInput input, CancellationToken cancellationToken)
    {
        if (await EnsureAdminAsync(Platform, input, Roles.PlatformAdmin, cancellationToken) is { } problem) return problem;
        return input.Demo ? await EnsureDemoAsync(input, cancellationToken) : null;
    }

    private async Task<string?> EnsureDemoAsync(SeedInput input, CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugAsync(DemoSlug, cancellationToken) is not { } demo)
        {
            var made = await tenants.CreateAsync(Platform, new TenantInput(DemoSlug, "Demo", DemoNetworks), cancellationToken);
            if (!made.IsSuccess) return made.Problem!.Message;
            demo = new TenantHandle(made.Value.Id, DemoSlug, made.Value.Name, true);
        }
        return await EnsureAdminAsync(Platform with { Tenant = demo.Id }, input, Roles.TenantAdmin, cancellationToken);
    }

    private async Task<string?> EnsureAdminAsync(Caller caller, SeedInput input, string role, CancellationToken cancellationToken)
    {
        if (await HasAdminAsync(caller.Tenant, role, cancellationToken)) return null;
        if (input.AdminUser.Length == 0 || input.AdminPassword.Length == 0)
            return "There is no administrator yet: set DEVICECONSOLE_ADMIN_USER and DEVICECONSOLE_ADMIN_PASSWORD, and seed again.";
        var made = await users.CreateAsync(caller, new UserInput(input.AdminUser, "", role, input.AdminPassword), cancellationToken);
        if (made.IsSuccess) return null;
        var reasons = made.Problem!.Errors.Count > 0 ? string.Join(' ', made.Problem.Errors.Select(e => e.Message)) : made.Problem.Message;
        return $"The administrator of DEVICECONSOLE_ADMIN_USER and DEVICECONSOLE_ADMIN_PASSWORD could not be made: {reasons}";
    }

    private async Task<bool> HasAdminAsync(Guid tenant, string role, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT EXISTS (SELECT 1 FROM users WHERE tenant_id = $1 AND role = $2 AND NOT disabled)", Sql.Uuid(tenant), Sql.Text(role));
        return await batch.FirstAsync(r => r.GetBoolean(0), cancellationToken);
    }
}
