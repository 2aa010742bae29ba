using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.BulkData;

/// <summary>
/// What devices are to report by themselves. Looking needs <see cref="Rights.View"/>, changing <see cref="Rights.RunWrites"/>: a job
/// writes it to the device.
/// </summary>
public sealed class BulkService
{
    /// <summary>The most profiles of a device.</summary>
    public const int MaximumProfiles = 16;

    /// <summary>The most parameters of a profile.</summary>
    public const int MaximumParameters = 100;

    private const int PasswordLength = 24;
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private readonly DataSources dataSources;
    private readonly ProtocolCatalog protocols;
    private readonly JobService jobs;
    private readonly BulkStore store;
    private readonly TimeProvider time;

    internal BulkService(DataSources dataSources, ProtocolCatalog protocols, JobService jobs, BulkStore store, TimeProvider time) =>
        (this.dataSources, this.protocols, this.jobs, this.store, this.time) = (dataSources, protocols, jobs, store, time);

    /// <summary>A device's profiles, in the order in which they were made. NotFound where there is no such device in the caller's tenant and scope.</summary>
    public async Task<Result<IReadOnlyList<BulkProfileView>>> ListAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(device)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT 1 FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add($"SELECT {BulkStore.Columns} {BulkStore.From} WHERE b.tenant_id = $1 AND b.device_id = $2 ORDER BY b.id", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("device");
        await reader.NextResultAsync(cancellationToken);
        return await reader.ListAsync(r => BulkStore.Read(r, time.GetUtcNow()), cancellationToken);
    }

    /// <summary>One profile.</summary>
    public async Task<Result<BulkProfileView>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.NotFound("bulk profile");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {BulkStore.Columns} {BulkStore.From} WHERE b.tenant_id = $1 AND b.id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return await batch.FirstAsync(r => BulkStore.Read(r, time.GetUtcNow()), cancellationToken) is { } profile && caller.Scope.Allows(profile.DeviceId) ? profile : Problem.NotFound("bulk profile");
    }

    /// <summary>The values on record of what a profile is about, in the order of their paths.</summary>
    /// <param name="caller">Needs <see cref="Rights.View"/>.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="limit">The most of them.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Result<IReadOnlyList<Parameter>>> ValuesAsync(Caller caller, BulkProfileView profile, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(profile.DeviceId)) return Problem.NotFound("bulk profile");
        // Up to the first star a reference is a range of the index of paths.
        var references = profile.Profile.Parameters.Select(p => p.Reference).ToList();
        string[] from = [.. references.Select(r => r[..(r.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star ? star : r.Length)])];
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT DISTINCT ON (x.path_key, x.path) x.path, p.value, p.type, p.writable, p.source, p.changed_at
            FROM unnest($3::text[], $4::text[], $5::text[]) u(first, behind, pattern) JOIN parameter_paths x ON x.tenant_id = $1 AND x.path >= u.first AND x.path < u.behind AND x.path ~ u.pattern
            JOIN parameters p ON p.tenant_id = $1 AND p.device_id = $2 AND p.path_id = x.id ORDER BY x.path_key, x.path LIMIT $6
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(profile.DeviceId), Sql.Texts(from), Sql.Texts([.. from.Select(PathRange.End)]), Sql.Texts([.. references.Select(Pattern)]), Sql.Int(limit));
        return await batch.ListAsync(r => new Parameter(r.GetString(0), r.TextOrNull(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetBoolean(3), r.GetString(4), r.Time(5)), cancellationToken);

        // A checked reference holds letters, digits, _, -, dots and stars.
        static string Pattern(string reference) => $"^{reference.Replace(".", "\\.", StringComparison.Ordinal).Replace("*", "[0-9]+", StringComparison.Ordinal)}{(reference.EndsWith('.') ? "" : "$")}";
    }

    /// <summary>Makes a profile with a password of its own, and the job that writes it to the device.</summary>
    public async Task<Result<BulkProfileView>> CreateAsync(Caller caller, Guid device, BulkProfileInput input, CancellationToken cancellationToken)
    {
        var there = await ListAsync(caller, device, cancellationToken);
        if (there.Problem is { } problem) return problem;
        if (!caller.May(Rights.RunWrites)) return Problem.Forbidden("change devices");
        if (there.Value.Count >= MaximumProfiles) return Problem.Conflict($"The device has {MaximumProfiles} profiles of bulk data already. Remove one first.");
        input = input with { Name = input.Name.Trim(), Parameters = [.. input.Parameters.Select(p => new BulkParameter((p.Reference ?? "").Trim(), (p.Name ?? "").Trim(), p.Graph))] };
        if (BulkCheck.Check(input) is { Count: > 0 } errors) return Problem.Invalid(errors);
        var endpoints = await EndpointsAsync(caller, device, cancellationToken);
        var able = endpoints.Where(e => protocols.Find(e)?.Descriptor.BulkOperation is not null && (input.Protocol.Length == 0 || input.Protocol == e)).ToList();
        if (able.Count == 0) return Problem.Invalid("protocol", "The device has no protocol by which it can be set up for bulk data.");
        input = input with { Protocol = able[0] };
        var id = Guid.CreateVersion7();
        await InsertAsync(caller, device, id, input, cancellationToken);
        var job = await EnqueueAsync(caller, device, id, input.Protocol, false, cancellationToken);
        if (job.Problem is { } refused)
        {
            await DeleteAsync(caller, id, device, cancellationToken);
            return refused;
        }
        await new AuditLog(dataSources).WriteAsync(caller, new AuditEntry("bulk-profile.create", "bulk-profile", id.ToString(), $"Made the bulk data profile {input.Name}.")
        {
            After = new JsonObject { ["deviceId"] = device.ToString(), ["intervalSeconds"] = input.IntervalSeconds, ["encoding"] = input.Encoding, ["parameters"] = string.Join(' ', input.Parameters.Select(p => p.Reference)) },
        }, cancellationToken);
        return await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>Writes a profile to its device once more: after a job that failed, or where the device lost it.</summary>
    public async Task<Result<BulkProfileView>> SetUpAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var found = await GetAsync(caller, id, cancellationToken);
        if (found.Problem is { } problem) return problem;
        if (!caller.May(Rights.RunWrites)) return Problem.Forbidden("change devices");
        if (found.Value.State is BulkProfileState.SettingUp or BulkProfileState.Removing) return Problem.Conflict("A job of this profile waits or runs already.");
        await using (var batch = new TenantBatch(dataSources.App, caller.Tenant))
            await batch.Add("UPDATE bulk_profiles SET removing = false, instance = NULL WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id)).ExecuteAsync(cancellationToken);
        var job = await EnqueueAsync(caller, found.Value.DeviceId, id, found.Value.Profile.Protocol, false, cancellationToken);
        return job.Problem is { } refused ? refused : await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>
    /// Takes a profile off its device by a job, and forgets it when that has ended; nothing more is taken for it at once. With <paramref name="forget"/>, or
    /// where the device never had it, it is forgotten here alone.
    /// </summary>
    public async Task<Result<Done>> RemoveAsync(Caller caller, Guid id, bool forget, CancellationToken cancellationToken)
    {
        var found = await GetAsync(caller, id, cancellationToken);
        if (found.Problem is { } problem) return problem;
        if (!caller.May(Rights.RunWrites)) return Problem.Forbidden("change devices");
        var profile = found.Value;
        if (!forget && profile.State is BulkProfileState.Removing) return Problem.Conflict("It is being taken off the device already.");
        if (forget || profile.State is BulkProfileState.Failed)
        {
            await DeleteAsync(caller, id, profile.DeviceId, cancellationToken);
        }
        else
        {
            await using (var batch = new TenantBatch(dataSources.App, caller.Tenant))
                await batch.Add("UPDATE bulk_profiles SET removing = true WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id)).ExecuteAsync(cancellationToken);
            var job = await EnqueueAsync(caller, profile.DeviceId, id, profile.Profile.Protocol, true, cancellationToken);
            if (job.Problem is { } refused) return refused;
        }
        await new AuditLog(dataSources).WriteAsync(caller, new AuditEntry("bulk-profile.remove", "bulk-profile", id.ToString(), $"Removed the bulk data profile {profile.Profile.Name}."), cancellationToken);
        return new Done();
    }

    private async Task<List<string>> EndpointsAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT protocol FROM device_endpoints WHERE tenant_id = $1 AND device_id = $2 ORDER BY protocol", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        return await batch.ListAsync(r => r.GetString(0), cancellationToken);
    }

    private async Task InsertAsync(Caller caller, Guid device, Guid id, BulkProfileInput input, CancellationToken cancellationToken)
    {
        var secret = store.Seal(caller.Tenant, id, RandomNumberGenerator.GetString(Letters, PasswordLength));
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("INSERT INTO bulk_profiles (tenant_id, id, device_id, protocol, name, interval_s, encoding, separator, compress, retained, parameters, secret, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Uuid(device), Sql.Text(input.Protocol), Sql.Text(input.Name), Sql.Int(input.IntervalSeconds), Sql.Text(input.Encoding), Sql.Text(input.Separator), Sql.Bool(input.Compress),
            Sql.Int(input.Retained), Sql.Json(BulkJsonText.Write(input.Parameters)), Sql.Bytes(secret), Sql.Text(caller.ActorName));
        await batch.ExecuteAsync(cancellationToken);
    }

    private async Task<Result<Done>> EnqueueAsync(Caller caller, Guid device, Guid id, string protocol, bool remove, CancellationToken cancellationToken)
    {
        var operation = protocols.Find(protocol)?.Descriptor.BulkOperation;
        if (operation is null) return Problem.Conflict("This node does not speak the protocol by which the device was set up.");
        var made = await jobs.EnqueueAsync(caller, new JobRequest(device, protocol, operation, new JsonObject { ["profile"] = id.ToString(), ["remove"] = remove }), cancellationToken);
        if (made.Problem is { } problem) return problem;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("UPDATE bulk_profiles SET job_id = $3 WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Uuid(made.Value.Id));
        await Told(batch, caller.Tenant, device).ExecuteAsync(cancellationToken);
        return new Done();
    }

    private async Task DeleteAsync(Caller caller, Guid id, Guid device, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM bulk_profiles WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        await Told(batch, caller.Tenant, device).ExecuteAsync(cancellationToken);
    }

    private static TenantBatch Told(TenantBatch batch, Guid tenant, Guid device) => batch.Add("SELECT sys.notify_change($1, $2, $3)", Sql.Text(BulkStore.Topic), Sql.Uuid(tenant), Sql.Texts([device.ToString()]));
}
