using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Gateway;

/// <summary>Who may call in that is not known yet: the tenant's enrolment per protocol, the devices that wait, and the calls that were refused.</summary>
public sealed class EnrolmentService
{
    private readonly DataSources dataSources;
    private readonly ProtocolCatalog protocols;
    private readonly EnrolmentStore store;
    private readonly DeviceIntake intake;

    /// <summary>One for the process.</summary>
    internal EnrolmentService(DataSources dataSources, ProtocolCatalog protocols, EnrolmentStore store, DeviceIntake intake) =>
        (this.dataSources, this.protocols, this.store, this.intake) = (dataSources, protocols, store, intake);

    /// <summary>The tenant's enrolments; a protocol without one refuses unknown devices.</summary>
    public async Task<Result<IReadOnlyList<EnrolmentView>>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.May(Rights.View) ? await store.ListAsync(caller.Tenant, UserNameOf, cancellationToken) : Problem.Forbidden("see how devices enrol");

    /// <summary>Stores an enrolment. Needs <see cref="Rights.ManageDevices"/> over all devices.</summary>
    public async Task<Result<Done>> SaveAsync(Caller caller, string protocol, EnrolmentInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("decide which devices enrol");
        if (protocols.Find(protocol) is not ISessionProtocol module) return Problem.NotFound("protocol in which devices call in");
        var errors = new List<FieldError>();
        errors.AddRange(DescriptorValidator.Check(module.Descriptor.Settings, input.Settings));
        if (errors.Count == 0) errors.AddRange(module.CheckSettings(input.Settings));
        foreach (var (field, value) in input.Secrets)
        {
            if (module.Descriptor.Credentials.All(c => c.Id != field)) errors.Add(new FieldError(field, $"{module.Descriptor.Name} has no credential \"{field}\"."));
            else if (value.Length > 4_096) errors.Add(new FieldError(field, "A credential has at most 4,096 characters."));
        }
        if (errors.Count > 0) return Problem.Invalid(errors);

        var secrets = new Dictionary<string, string>();
        try
        {
            if (await store.FindAsync(caller.Tenant, protocol, cancellationToken) is { } stored)
                foreach (var (field, value) in stored.Secrets) secrets[field] = value;
        }
        catch (SecretUnreadableException)
        {
            // What cannot be opened is replaced by what was entered.
        }
        foreach (var (field, value) in input.Secrets)
        {
            if (value.Length == 0) secrets.Remove(field);
            else secrets[field] = value;
        }
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(store.Put(caller.Tenant, protocol, input.Policy, input.Settings, secrets));
        batch.Add(AuditLog.Command(caller, new AuditEntry("enrolment.update", "enrolment", protocol, $"Set the enrolment of {module.Descriptor.Name} devices to {input.Policy.Text()}.")
        {
            After = new JsonObject { ["policy"] = input.Policy.Text(), ["settings"] = input.Settings.DeepClone(), ["credentials"] = new JsonArray([.. secrets.Keys.Select(k => (JsonNode?)k)]) },
        }));
        await batch.ExecuteAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Devices that wait for a decision, and those that are blocked.</summary>
    public async Task<Result<IReadOnlyList<PendingDevice>>> PendingAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.May(Rights.View) && caller.Scope.IsAll ? await store.PendingAsync(caller.Tenant, cancellationToken) : Problem.Forbidden("see devices that wait for approval");

    /// <summary>Takes a waiting device in; its id. It comes in with its next call.</summary>
    public async Task<Result<Guid>> ApproveAsync(Caller caller, string protocol, string identity, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("approve devices");
        if (await FindAsync(caller, protocol, identity, cancellationToken) is not { } waiting) return Problem.NotFound("waiting device");
        if (await store.FindAsync(caller.Tenant, protocol, cancellationToken) is not { } enrolment) return Problem.Conflict("The enrolment that this device came with is gone. Set it up again, or create the device by hand.");
        var taken = await intake.TakeAsync(caller, protocol, identity, waiting.Facts, enrolment, cancellationToken);
        if (taken.IsSuccess) await DropAsync(caller, protocol, identity, cancellationToken);
        return taken;
    }

    /// <summary>Blocks or unblocks a waiting device.</summary>
    public async Task<Result<Done>> BlockAsync(Caller caller, string protocol, string identity, bool blocked, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("block devices");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("UPDATE pending_devices SET blocked = $4 WHERE tenant_id = $1 AND protocol = $2 AND identity = $3 RETURNING 1", Sql.Uuid(caller.Tenant), Sql.Text(protocol), Sql.Text(identity), Sql.Bool(blocked));
        batch.Add(AuditLog.Command(caller, new AuditEntry(blocked ? "pending.block" : "pending.unblock", "device", identity, $"{(blocked ? "Blocked" : "Unblocked")} {identity}, which waits for approval.")));
        batch.Add(SessionStatements.Changed, Sql.Text("calls"), Sql.Uuid(caller.Tenant), Sql.Texts([]));
        return (await batch.ListAsync(r => r.GetInt32(0), cancellationToken)).Count > 0 ? new Done() : Problem.NotFound("waiting device");
    }

    /// <summary>Forgets a waiting device; it may call again.</summary>
    public async Task<Result<Done>> DismissAsync(Caller caller, string protocol, string identity, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("dismiss devices");
        await DropAsync(caller, protocol, identity, cancellationToken);
        return new Done();
    }

    /// <summary>The newest calls that were not let in.</summary>
    public async Task<Result<IReadOnlyList<CallAttempt>>> AttemptsAsync(Caller caller, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.IsAll) return Problem.Forbidden("see refused calls");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT protocol, identity, remote, transport, outcome = 'pending', reason, calls, first_at, last_at FROM call_attempts WHERE tenant_id = $1 ORDER BY last_at DESC LIMIT $2",
            Sql.Uuid(caller.Tenant), Sql.Int(Math.Clamp(limit, 1, 500)));
        return await batch.ListAsync(r => new CallAttempt(r.GetString(0), r.GetString(1), r.TextOrNull(2), r.GetString(3), r.GetBoolean(4), r.GetString(5), r.GetInt32(6), r.Time(7), r.Time(8)), cancellationToken);
    }

    private string? UserNameOf(string protocol) => (protocols.Find(protocol) as ISessionProtocol)?.Descriptor.Credentials.FirstOrDefault(c => c.IsUserName)?.Id;

    private async Task<PendingDevice?> FindAsync(Caller caller, string protocol, string identity, CancellationToken cancellationToken) =>
        (await store.PendingAsync(caller.Tenant, cancellationToken)).Find(p => p.Protocol == protocol && p.Identity == identity);

    private async Task DropAsync(Caller caller, string protocol, string identity, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM pending_devices WHERE tenant_id = $1 AND protocol = $2 AND identity = $3", Sql.Uuid(caller.Tenant), Sql.Text(protocol), Sql.Text(identity));
        batch.Add(SessionStatements.Changed, Sql.Text("calls"), Sql.Uuid(caller.Tenant), Sql.Texts([]));
        await batch.ExecuteAsync(cancellationToken);
    }
}
