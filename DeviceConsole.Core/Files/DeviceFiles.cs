using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Core.Files;

/// <summary>Links of jobs to files. A token has 192 random bits; the table holds its SHA-256.</summary>
internal sealed class DeviceFiles(DataSources dataSources, TenantDirectory tenants, IOptions<FileLibraryOptions> options, TimeProvider time) : IDeviceFiles
{
    private const int TokenBytes = 24;

    private const string Make =
        """
        INSERT INTO file_links (tenant_id, id, token_hash, device_id, job_id, direction, file_id, file_type, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    /// <summary>What the table holds of a token.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    /// <inheritdoc />
    public async Task<FileFacts?> FindAsync(DeviceSession session, Guid file, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add($"SELECT {FileStore.FactColumns} FROM files f WHERE f.tenant_id = $1 AND f.id = $2 AND f.state = 'ready' AND f.origin = 'library'", Sql.Uuid(session.TenantId), Sql.Uuid(file));
        return await batch.FirstAsync(r => FileStore.ReadFacts(r), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<FileOffer?> OfferAsync(DeviceSession session, SessionWork work, Guid file, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (await FindAsync(session, file, cancellationToken) is not { } facts) return null;
        return new FileOffer(facts, await MakeAsync(session, work, "download", facts.Id, facts.FileType, facts.Name, lifetime, cancellationToken));
    }

    /// <inheritdoc />
    public Task<Uri> ExpectAsync(DeviceSession session, SessionWork work, string fileType, TimeSpan lifetime, CancellationToken cancellationToken) =>
        MakeAsync(session, work, "upload", null, fileType.Length <= 64 ? fileType : fileType[..64], null, lifetime, cancellationToken);

    /// <inheritdoc />
    public async Task<FileFacts?> ReceivedAsync(DeviceSession session, Guid job, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add($"SELECT {FileStore.FactColumns} FROM files f WHERE f.tenant_id = $1 AND f.device_id = $2 AND f.job_id = $3 AND f.state = 'ready' ORDER BY f.created_at DESC LIMIT 1",
            Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Uuid(job));
        return await batch.FirstAsync(r => FileStore.ReadFacts(r), cancellationToken);
    }

    // A job that runs again gets a new link, and its older ones end.
    private async Task<Uri> MakeAsync(DeviceSession session, SessionWork work, string direction, Guid? file, string type, string? name, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var address = options.Value.PublicAddress ?? throw new InvalidOperationException("Files:PublicAddress is not set.");
        var tenant = await tenants.GetAsync(session.TenantId, cancellationToken) ?? throw new InvalidOperationException("The tenant is gone.");
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        await using var batch = new TenantBatch(dataSources.App, session.TenantId);
        batch.Add("DELETE FROM file_links WHERE tenant_id = $1 AND (expires_at < now() - interval '1 day' OR (device_id = $2 AND job_id = $3))", Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Uuid(work.JobId));
        batch.Add(Make, Sql.Uuid(session.TenantId), Sql.Uuid(Guid.CreateVersion7()), Sql.Bytes(Hash(token)), Sql.Uuid(session.DeviceId), Sql.Uuid(work.JobId), Sql.Text(direction), Sql.Uuid(file),
            Sql.Text(type), Sql.Time(time.GetUtcNow() + lifetime));
        await batch.ExecuteAsync(cancellationToken);
        return new Uri(address, $"/files/{tenant.Slug}/{token}{(name is null ? "" : "/" + Uri.EscapeDataString(name))}");
    }
}
