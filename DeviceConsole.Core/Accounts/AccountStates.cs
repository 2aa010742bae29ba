using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Accounts;

/// <summary>What a session of a person depends on.</summary>
public sealed record UserState(Guid Tenant, Guid Id, string Name, string Role, bool Disabled, string Stamp);

/// <summary>What a token of a service account depends on.</summary>
public sealed record ClientState(Guid Tenant, Guid Id, string ClientId, string Name, string Role, IReadOnlyList<Guid>? Devices, bool Disabled, Guid Stamp);

/// <summary>
/// The state of accounts as it is asked for with every request, remembered for at most 20 s: that is how soon a disabled
/// account, another role or another password takes hold on every node; on the node that made the change, at once.
/// </summary>
public sealed class AccountStates(DataSources dataSources, TimeProvider time)
{
    private readonly TimedCache<(Guid Tenant, Guid Id), UserState> users = new(TenantDirectory.CacheLifetime, 50_000, time);
    private readonly TimedCache<(Guid Tenant, string ClientId), ClientState> clients = new(TenantDirectory.CacheLifetime, 50_000, time);

    /// <summary>A person's state, or null where there is no such account.</summary>
    public async Task<UserState?> GetUserAsync(Guid tenant, Guid id, CancellationToken cancellationToken) =>
        await users.GetAsync((tenant, id), LoadUserAsync, cancellationToken);

    /// <summary>A service account's state, or null where there is none.</summary>
    public async Task<ClientState?> GetClientAsync(Guid tenant, string clientId, CancellationToken cancellationToken) =>
        await clients.GetAsync((tenant, clientId), LoadClientAsync, cancellationToken);

    /// <summary>The account has changed.</summary>
    public void ForgetUser(Guid tenant, Guid id) => users.Forget((tenant, id));

    /// <summary>The service account has changed.</summary>
    public void ForgetClient(Guid tenant, string clientId) => clients.Forget((tenant, clientId));

    private async Task<UserState?> LoadUserAsync((Guid Tenant, Guid Id) key, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, key.Tenant);
        batch.Add("SELECT coalesce(nullif(display_name, ''), user_name), role, disabled, security_stamp FROM users WHERE (tenant_id, id) = ($1, $2)",
            Sql.Uuid(key.Tenant), Sql.Uuid(key.Id));
        return await batch.FirstAsync(r => new UserState(key.Tenant, key.Id, r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetString(3)), cancellationToken);
    }

    private async Task<ClientState?> LoadClientAsync((Guid Tenant, string ClientId) key, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, key.Tenant);
        batch.Add("SELECT id, name, role, device_scope, disabled, stamp FROM api_clients WHERE (tenant_id, client_id) = ($1, $2)",
            Sql.Uuid(key.Tenant), Sql.Text(key.ClientId));
        return await batch.FirstAsync(r => new ClientState(key.Tenant, r.GetGuid(0), key.ClientId, r.GetString(1), r.GetString(2),
            r.IsDBNull(3) ? null : r.GetFieldValue<Guid[]>(3), r.GetBoolean(4), r.GetGuid(5)), cancellationToken);
    }
}
