using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Tenancy;

/// <summary>
/// The tenants: found by slug before anybody is known, read with a cache of at most 20 s, and managed by platform administrators.
/// </summary>
public sealed class TenantDirectory(DataSources dataSources, TimeProvider time)
{
    /// <summary>How old an answer may be; suspension takes hold within it.</summary>
    public static readonly TimeSpan CacheLifetime = TimeSpan.FromSeconds(20);

    private readonly TimedCache<string, TenantHandle> bySlug = new(CacheLifetime, 10_000, time);
    private readonly TimedCache<Guid, TenantState> byId = new(CacheLifetime, 10_000, time);

    /// <summary>The tenant of a short name, or null. The same effort whether it exists or not.</summary>
    public async Task<TenantHandle?> FindBySlugAsync(string slug, CancellationToken cancellationToken)
    {
        if (!TenantRules.IsSlug(slug)) return null;
        return await bySlug.GetAsync(slug, LoadBySlugAsync, cancellationToken);
    }

    /// <summary>A tenant's state, or null where there is none.</summary>
    public async Task<TenantState?> GetAsync(Guid tenant, CancellationToken cancellationToken) => await byId.GetAsync(tenant, LoadAsync, cancellationToken);

    /// <summary>Every tenant, by name. Platform administrators only.</summary>
    public async Task<Result<IReadOnlyList<Tenant>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!IsPlatform(caller)) return Problem.Forbidden("see the list of tenants");
        await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
        batch.Add("SELECT id, slug, name, status, allowed_networks, created_at FROM sys.platform_tenants()");
        return await batch.ListAsync(ReadTenant, cancellationToken);
    }

    /// <summary>Makes a tenant. Platform administrators only; the audit row stands in the platform's log.</summary>
    public async Task<Result<Tenant>> CreateAsync(Caller caller, TenantInput input, CancellationToken cancellationToken)
    {
        if (!IsPlatform(caller)) return Problem.Forbidden("create tenants");
        if (TenantRules.Check(input) is { Count: > 0 } errors) return Problem.Invalid(errors);
        var id = Guid.CreateVersion7();
        var networks = Networks(input.AllowedNetworks);
        try
        {
            await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
            // A slug that is taken gives no row, and the division makes the whole batch, audit row included, fail.
            batch.Add("SELECT 1 / sys.platform_create_tenant($1, $2, $3, $4)::int", Sql.Uuid(id), Sql.Text(input.Slug), Sql.Text(input.Name.Trim()), Cidrs(networks));
            batch.Add(AuditLog.Command(caller, Tenant.Platform, new AuditEntry("tenant.create", "tenant", id.ToString(), $"Created the tenant {input.Name.Trim()} ({input.Slug}).")
            {
                After = new JsonObject { ["slug"] = input.Slug, ["name"] = input.Name.Trim(), ["allowedNetworks"] = Json(networks) },
            }));
            await batch.ExecuteAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
        {
            return Problem.Conflict($"The short name {input.Slug} is taken; choose another.");
        }
        bySlug.Forget(input.Slug);
        return new Tenant(id, input.Slug, input.Name.Trim(), true, networks, time.GetUtcNow());
    }

    /// <summary>Renames, suspends or resumes a tenant, or changes its networks. Platform administrators only.</summary>
    public async Task<Result<Tenant>> UpdateAsync(Caller caller, Guid tenant, TenantUpdate update, CancellationToken cancellationToken)
    {
        if (!IsPlatform(caller)) return Problem.Forbidden("change tenants");
        if (TenantRules.Check(update) is { Count: > 0 } errors) return Problem.Invalid(errors);
        if (tenant == Tenant.Platform && !update.IsActive) return Problem.Conflict("The platform's own tenant cannot be suspended: nobody could resume it.");
        var all = await ListAsync(caller, cancellationToken);
        if (!all.IsSuccess) return all.Problem!;
        if (all.Value.FirstOrDefault(t => t.Id == tenant) is not { } before) return Problem.NotFound("tenant");
        if (before.IsDeleting) return Problem.Conflict($"{before.Name} is being deleted and cannot change any more.");
        var networks = Networks(update.AllowedNetworks);
        var after = before with { Name = update.Name.Trim(), IsActive = update.IsActive, AllowedNetworks = networks };
        await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
        batch.Add("SELECT sys.platform_update_tenant($1, $2, $3, $4)", Sql.Uuid(tenant), Sql.Text(after.Name), Sql.Text(after.IsActive ? "active" : "suspended"), Cidrs(networks));
        batch.Add(AuditLog.Command(caller, Tenant.Platform, new AuditEntry("tenant.update", "tenant", tenant.ToString(), $"Changed the tenant {after.Name} ({after.Slug}).")
        {
            Before = Describe(before),
            After = Describe(after),
        }));
        batch.Add(TenantWatch.Tell(tenant, before.Slug));
        await batch.ExecuteAsync(cancellationToken);
        Forget(tenant, before.Slug);
        return after;
    }

    /// <summary>The tenant has changed.</summary>
    internal void Forget(Guid tenant, string slug)
    {
        bySlug.Forget(slug);
        byId.Forget(tenant);
    }

    private static bool IsPlatform(Caller caller) => caller.HomeTenant == Tenant.Platform && caller.May(Rights.ManagePlatform);

    private async Task<TenantHandle?> LoadBySlugAsync(string slug, CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT id, name, status FROM sys.tenant_by_slug($1)");
        command.Parameters.Add(Sql.Text(slug));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new TenantHandle(reader.GetGuid(0), slug, reader.GetString(1), reader.GetString(2) == "active") : null;
    }

    private async Task<TenantState?> LoadAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT id, slug, name, status, allowed_networks FROM tenants WHERE id = $1", Sql.Uuid(tenant));
        return await batch.FirstAsync(r => new TenantState(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3) == "active",
            new NetworkPolicy(r.GetFieldValue<IPNetwork[]>(4))), cancellationToken);
    }

    private static Tenant ReadTenant(NpgsqlDataReader r) =>
        new(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3) == "active", r.GetFieldValue<IPNetwork[]>(4), r.Time(5)) { IsDeleting = r.GetString(3) == "deleting" };

    private static IPNetwork[] Networks(IEnumerable<string> texts) =>
        [.. texts.Select(t => TenantRules.TryParseNetwork(t, out var network) ? network : throw new ArgumentException($"'{t}' is no network.")).Distinct()];

    private static NpgsqlParameter Cidrs(IPNetwork[] networks) => Sql.Array(networks, NpgsqlDbType.Cidr);

    private static JsonObject Describe(Tenant tenant) =>
        new() { ["name"] = tenant.Name, ["status"] = tenant.IsActive ? "active" : "suspended", ["allowedNetworks"] = Json([.. tenant.AllowedNetworks]) };

    private static JsonArray Json(IPNetwork[] networks) => [.. networks.Select(n => (JsonNode?)n.ToString())];
}
