using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Accounts;

/// <summary>
/// The service accounts of a tenant: OAuth 2.0 clients (RFC 6749, 4.4). None may do more than whoever made it. A change of
/// role, secret or state revokes the tokens that are out.
/// </summary>
public sealed class ClientService(DataSources dataSources, TenantDirectory tenants, AccountStates states)
{
    private const string Columns = "id, client_id, name, role, device_scope, disabled, created_by, created_at, last_used_at";
    private const int MaximumDevices = 1000, MaximumClients = 1000, MaximumSecretLength = 256;
    private static readonly byte[] Decoy = ClientSecret.Hash(ClientSecret.New());

    /// <summary>The tenant's service accounts by name. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public async Task<Result<IReadOnlyList<ClientView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageAccounts)) return Problem.Forbidden("see the service accounts");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns} FROM api_clients WHERE tenant_id = $1 ORDER BY lower(name), id LIMIT {MaximumClients}", Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(Read, cancellationToken);
    }

    /// <summary>Makes a service account; its secret is in the answer and nowhere else. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public async Task<Result<ClientWithSecret>> CreateAsync(Caller caller, ClientInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageAccounts)) return Problem.Forbidden("create service accounts");
        if (Check(caller, input) is { Count: > 0 } errors) return Problem.Invalid(errors);
        if (await tenants.GetAsync(caller.Tenant, cancellationToken) is not { } tenant) return Problem.NotFound("tenant");
        var (id, secret, name) = (Guid.CreateVersion7(), ClientSecret.New(), input.Name.Trim());
        var clientId = $"{tenant.Slug}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12))}";
        var devices = (input.Devices ?? caller.Scope.ToArray())?.Distinct().ToArray();
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            $"""
            INSERT INTO api_clients (tenant_id, id, client_id, name, secret_hash, role, device_scope, stamp, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING {Columns}
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(clientId), Sql.Text(name), Sql.Bytes(ClientSecret.Hash(secret)),
            Sql.Text(input.Role), Sql.Uuids(devices), Sql.Uuid(Guid.NewGuid()), Sql.Text(caller.ActorName));
        batch.Add(AuditLog.Command(caller, new AuditEntry("client.create", "client", id.ToString(), $"Created the service account {name} as {Roles.NameOf(input.Role)}.")
        {
            After = new JsonObject { ["clientId"] = clientId, ["name"] = name, ["role"] = input.Role, ["devices"] = devices?.Length },
        }));
        var view = await batch.FirstAsync(Read, cancellationToken);
        states.ForgetClient(caller.Tenant, clientId);
        return new ClientWithSecret(view!, secret);
    }

    /// <summary>Stops a service account; its tokens are refused within 60 s. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public Task<Result<ClientView>> DisableAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(caller, id, "disabled = true", "client.disable", "Disabled", null, cancellationToken);

    /// <summary>Lets a service account work again. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public Task<Result<ClientView>> EnableAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(caller, id, "disabled = false", "client.enable", "Enabled", null, cancellationToken);

    /// <summary>Gives a service account another secret; the old one and its tokens are refused. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public async Task<Result<ClientWithSecret>> RotateSecretAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var secret = ClientSecret.New();
        var changed = await ChangeAsync(caller, id, "secret_hash = $4", "client.rotate-secret", "Made another secret for", ClientSecret.Hash(secret), cancellationToken);
        return changed.IsSuccess ? new ClientWithSecret(changed.Value, secret) : changed.Problem!;
    }

    /// <summary>Removes a service account. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(caller, id, "delete service accounts", cancellationToken);
        if (!found.IsSuccess) return found.Problem!;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM api_clients WHERE (tenant_id, id) = ($1, $2)", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        batch.Add(AuditLog.Command(caller, new AuditEntry("client.delete", "client", id.ToString(), $"Deleted the service account {found.Value.Name}.")));
        await batch.ExecuteAsync(cancellationToken);
        states.ForgetClient(caller.Tenant, found.Value.ClientId);
        return new Done();
    }

    /// <summary>
    /// The service account of a client id and its secret, or null. Unknown tenant, unknown client, wrong secret, disabled and
    /// suspended give the same answer after the same work.
    /// </summary>
    public async Task<ClientState?> AuthenticateAsync(string clientId, string secret, CancellationToken cancellationToken)
    {
        var dot = clientId.LastIndexOf('.');
        var tenant = dot > 0 ? await tenants.FindBySlugAsync(clientId[..dot], cancellationToken) : null;
        var owner = tenant is { IsActive: true } ? tenant.Id : Guid.Empty;
        await using var batch = new TenantBatch(dataSources.App, owner);
        batch.Add("SELECT secret_hash, disabled FROM api_clients WHERE (tenant_id, client_id) = ($1, $2)", Sql.Uuid(owner), Sql.Text(clientId));
        var stored = await batch.FirstAsync(r => (Hash: r.GetFieldValue<byte[]>(0), Disabled: r.GetBoolean(1)), cancellationToken);
        var matches = ClientSecret.Matches(stored.Hash ?? Decoy, secret.Length <= MaximumSecretLength ? secret : "");
        if (!matches || stored.Hash is null || stored.Disabled) return null;
        await using var used = new TenantBatch(dataSources.App, owner);
        used.Add("UPDATE api_clients SET last_used_at = now() WHERE (tenant_id, client_id) = ($1, $2) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 min')",
            Sql.Uuid(owner), Sql.Text(clientId));
        await used.ExecuteAsync(cancellationToken);
        // Fresh, not remembered: the token carries the stamp of this moment.
        states.ForgetClient(owner, clientId);
        return await states.GetClientAsync(owner, clientId, cancellationToken) is { Disabled: false } state ? state : null;
    }

    private async Task<Result<ClientView>> ChangeAsync(Caller caller, Guid id, string change, string action, string done, byte[]? hash, CancellationToken cancellationToken)
    {
        var found = await FindAsync(caller, id, "change service accounts", cancellationToken);
        if (!found.IsSuccess) return found.Problem!;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        var statement = $"UPDATE api_clients SET stamp = $3, {change} WHERE (tenant_id, id) = ($1, $2) RETURNING {Columns}";
        if (hash is null) batch.Add(statement, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Uuid(Guid.NewGuid()));
        else batch.Add(statement, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Uuid(Guid.NewGuid()), Sql.Bytes(hash));
        batch.Add(AuditLog.Command(caller, new AuditEntry(action, "client", id.ToString(), $"{done} the service account {found.Value.Name}.")));
        var view = await batch.FirstAsync(Read, cancellationToken);
        states.ForgetClient(caller.Tenant, found.Value.ClientId);
        return view is null ? Problem.NotFound("service account") : view;
    }

    // Also what exists already may only be touched by somebody who could have made it.
    private async Task<Result<ClientView>> FindAsync(Caller caller, Guid id, string what, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageAccounts)) return Problem.Forbidden(what);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns} FROM api_clients WHERE (tenant_id, id) = ($1, $2)", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        if (await batch.FirstAsync(Read, cancellationToken) is not { } client) return Problem.NotFound("service account");
        return caller.May(Roles.RightsOf(client.Role)) && IsWithin(caller.Scope, client.Devices) ? client : Problem.Forbidden(what);
    }

    private static List<FieldError> Check(Caller caller, ClientInput input)
    {
        var errors = new List<FieldError>();
        if (input.Name.Trim().Length is 0 or > 200) errors.Add(new("name", "The name needs 1 to 200 characters."));
        if (input.Role is not (Roles.Viewer or Roles.Operator or Roles.TenantAdmin)) errors.Add(new("role", "Choose a role: viewer, operator or tenant_admin."));
        else if (!caller.May(Roles.RightsOf(input.Role))) errors.Add(new("role", "You cannot give a role that is above your own."));
        if (input.Devices?.Count > MaximumDevices) errors.Add(new("devices", $"A service account can be limited to at most {MaximumDevices} devices."));
        if (input.Devices is not null && !IsWithin(caller.Scope, input.Devices)) errors.Add(new("devices", "You cannot give devices that you may not see yourself."));
        return errors;
    }

    private static bool IsWithin(DeviceScope scope, IReadOnlyList<Guid>? devices) => scope.IsAll || (devices is not null && devices.All(scope.Allows));

    private static ClientView Read(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3),
        r.IsDBNull(4) ? null : r.GetFieldValue<Guid[]>(4), r.GetBoolean(5), r.GetString(6), r.Time(7), r.TimeOrNull(8));
}
