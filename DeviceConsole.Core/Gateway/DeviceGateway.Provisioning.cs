using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Core.Gateway;

// Credentials that the product gives a device.
internal sealed partial class DeviceGateway
{
    private const int Tries = 4;

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, string>?> ReadAsync(DeviceSession session, CancellationToken cancellationToken) =>
        await LoadAsync(session, cancellationToken) is { } stored ? Secrets.Open(session.TenantId, session.DeviceId, session.Protocol, stored.Sealed) : null;

    /// <inheritdoc />
    public async Task<bool> ChangeAsync(DeviceSession session, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken)
    {
        session = await HeldAsync(session, cancellationToken);
        for (var i = 0; i < Tries; i++)
        {
            if (await LoadAsync(session, cancellationToken) is not { } stored) return false;
            var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (field, value) in Secrets.Open(session.TenantId, session.DeviceId, session.Protocol, stored.Sealed)) values[field] = value;
            foreach (var (field, value) in changes)
            {
                if (value is null) values.Remove(field);
                else values[field] = value;
            }
            var box = Secrets.Seal(session.TenantId, session.DeviceId, session.Protocol, values.ToDictionary());
            // Nobody changed them since they were read, or they are read again.
            if (!await TakenAsync(session, SessionStatements.SaveSecrets, cancellationToken, Sql.Bytes(stored.Sealed), Sql.Bytes(box), Sql.Texts([.. values.Keys.Where(DeviceSecrets.IsListed)]))) continue;
            known.Forget(session.TenantId, session.DeviceId);
            return true;
        }
        return false;
    }

    /// <inheritdoc />
    public async Task<bool> RequestAsync(DeviceSession session, string operation, JsonObject arguments, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add("SELECT 1 FROM jobs j WHERE j.tenant_id = $1 AND j.device_id = $2 AND j.protocol = $3 AND j.operation = $4 AND (j.state IN ('queued', 'running') OR j.created_at > now() - $5) LIMIT 1",
            Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol), Sql.Text(operation), Sql.Interval(pause));
        if ((await batch.ListAsync(r => r.GetInt32(0), cancellationToken)).Count > 0) return false;
        // The job service hands jobs over to workers, which know the gateway.
        var jobs = services.GetRequiredService<JobService>();
        return (await jobs.EnqueueAsync(Caller.System(session.TenantId, "provisioning"), new JobRequest(session.DeviceId, session.Protocol, operation, arguments) { Priority = JobPriority.High }, cancellationToken)).IsSuccess;
    }

    private DeviceSecrets Secrets => services.GetRequiredService<DeviceSecrets>();

    private async Task<StoredSecrets?> LoadAsync(DeviceSession session, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.Devices, session.TenantId);
        batch.Add("SELECT e.secrets FROM device_endpoints e WHERE e.tenant_id = $1 AND e.device_id = $2 AND e.protocol = $3 AND e.template_id IS NULL",
            Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol));
        return (await batch.ListAsync(r => new StoredSecrets(r.IsDBNull(0) ? null : r.GetFieldValue<byte[]>(0)), cancellationToken)).FirstOrDefault();
    }

    private sealed record StoredSecrets(byte[]? Sealed);
}
