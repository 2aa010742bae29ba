using System.Security.Cryptography;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Core.Files;

/// <summary>What the file server does with links.</summary>
internal sealed class FileLinks(DataSources dataSources, TenantDirectory tenants, IOptions<FileLibraryOptions> options) : IFileLinks
{
    // Each opening counts: a link is for one transfer, not a place on the web.
    private const string Open =
        """
        UPDATE file_links l SET requests = l.requests + 1
        WHERE l.tenant_id = $1 AND l.token_hash = $2 AND l.direction = $3 AND l.used_at IS NULL AND l.expires_at > now() AND l.requests < $4
        RETURNING l.id, l.token_hash, l.file_id
        """;

    private const string Delivered =
        """
        UPDATE file_links l SET delivered = l.delivered + $3,
               used_at = CASE WHEN $4 AND l.delivered + $3 >= (SELECT f.size FROM files f WHERE f.tenant_id = $1 AND f.id = l.file_id) THEN now() ELSE l.used_at END
        WHERE l.tenant_id = $1 AND l.id = $2
        """;

    private readonly FileBytes bytes = new(dataSources);
    private readonly FileLibraryOptions options = options.Value;

    /// <inheritdoc />
    public async Task<OpenLink?> OpenAsync(string tenantSlug, string token, FileDirection direction, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > 64 || await tenants.FindBySlugAsync(tenantSlug, cancellationToken) is not { IsActive: true } tenant) return null;
        var hash = DeviceFiles.Hash(token);
        await using var batch = new TenantBatch(dataSources.App, tenant.Id);
        batch.Add(Open, Sql.Uuid(tenant.Id), Sql.Bytes(hash), Sql.Text(direction == FileDirection.Download ? "download" : "upload"), Sql.Int(options.RequestsPerLink));
        batch.Add($"SELECT {FileStore.FactColumns}, f.created_at FROM files f JOIN file_links l ON l.tenant_id = $1 AND l.file_id = f.id WHERE f.tenant_id = $1 AND l.token_hash = $2 AND f.state = 'ready'", Sql.Uuid(tenant.Id), Sql.Bytes(hash));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || !CryptographicOperations.FixedTimeEquals(reader.GetFieldValue<byte[]>(1), hash)) return null;
        var (id, wanted) = (reader.GetGuid(0), reader.UuidOrNull(2));
        await reader.NextResultAsync(cancellationToken);
        var found = await reader.ReadAsync(cancellationToken) ? (FileStore.ReadFacts(reader), reader.Time(6)) : default((FileFacts File, DateTimeOffset At)?);
        if (wanted is not null && found is null) return null;
        return new OpenLink(tenant.Id, id, found?.File, found?.At ?? default, options.MaximumReceived);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(OpenLink link, long offset, long count, CancellationToken cancellationToken) =>
        bytes.ReadAsync(link.TenantId, link.File!.Id, offset, count, cancellationToken);

    /// <inheritdoc />
    public async Task DeliveredAsync(OpenLink link, long bytes, bool toTheEnd, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, link.TenantId);
        await batch.Add(Delivered, Sql.Uuid(link.TenantId), Sql.Uuid(link.Id), Sql.Long(bytes), Sql.Bool(toTheEnd)).ExecuteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<FileReceipt> ReceiveAsync(OpenLink link, string? name, Stream content, CancellationToken cancellationToken)
    {
        await using var about = new TenantBatch(dataSources.App, link.TenantId);
        about.Add("SELECT l.device_id, l.job_id, l.file_type, d.name FROM file_links l JOIN devices d ON d.tenant_id = $1 AND d.id = l.device_id WHERE l.tenant_id = $1 AND l.id = $2 AND l.used_at IS NULL", Sql.Uuid(link.TenantId), Sql.Uuid(link.Id));
        var (device, job, type, deviceName) = await about.FirstAsync(r => (r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3)), cancellationToken);
        if (device == default) return FileReceipt.Used;
        var id = Guid.CreateVersion7();
        var input = new FileInput(FileName.Clean(name, Otherwise(type)), type);
        await using (var begin = new TenantBatch(dataSources.App, link.TenantId))
            await begin.Begin(link.TenantId, id, "received", input, device, job, deviceName).ExecuteAsync(cancellationToken);
        var receipt = FileReceipt.Empty;
        try
        {
            receipt = await StoreAsync(link, id, device, content, cancellationToken);
        }
        finally
        {
            if (receipt != FileReceipt.Stored) await RemoveAsync(link.TenantId, id);
        }
        return receipt;
    }

    private async Task<FileReceipt> StoreAsync(OpenLink link, Guid id, Guid device, Stream content, CancellationToken cancellationToken)
    {
        if (await bytes.WriteAsync(link.TenantId, id, content, link.Limit, cancellationToken) is not { } stored) return FileReceipt.TooLarge;
        if (stored.Size == 0) return FileReceipt.Empty;
        await using var claim = new TenantBatch(dataSources.App, link.TenantId);
        claim.Add("UPDATE file_links SET used_at = now(), delivered = $3 WHERE tenant_id = $1 AND id = $2 AND used_at IS NULL RETURNING id", Sql.Uuid(link.TenantId), Sql.Uuid(link.Id), Sql.Long(stored.Size));
        claim.Finish(link.TenantId, id, stored.Size, stored.Hash, device.ToString());
        return (await claim.ListAsync(r => r.GetGuid(0), cancellationToken)).Count == 1 ? FileReceipt.Stored : FileReceipt.Used;
    }

    private async Task RemoveAsync(Guid tenant, Guid id)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        await batch.Remove(tenant, id).ExecuteAsync(CancellationToken.None);
    }

    private static string Otherwise(string type) => FileTypes.Words(type).Replace(' ', '-').ToLowerInvariant();
}
