using System.Globalization;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// Takes uploads of MIBs of any size: stores their bytes while they come, and leaves compiling them to a node that works. How far one is, and what came of it,
/// <see cref="MibUploads"/> tells; its changes are told on <see cref="Topic"/>.
/// </summary>
public sealed partial class MibUploadDesk(DataSources dataSources, IOptions<MibOptions> options, ILogger<MibUploadDesk> logger)
{
    /// <summary>The topic of the change feed; keys are ids of uploads.</summary>
    public const string Topic = "mib-uploads";

    /// <summary>Files that one upload has as they are sent.</summary>
    public const int MaximumParts = 2_000;

    private const int MaximumOpen = 10;
    private readonly MibOptions options = options.Value;

    /// <summary>What one upload may have as it is sent, in bytes.</summary>
    public long MaximumUpload => options.MaximumUpload;

    /// <summary>What it may have unpacked, in bytes.</summary>
    public long MaximumUnpacked => options.MaximumUnpacked;

    /// <summary>
    /// Takes the files of an upload and gives its id; it is compiled soon afterwards. Invalid with a sentence where what can be told of it before it is unpacked is too much
    /// already, and then it stands in the history as refused.
    /// </summary>
    /// <param name="caller">Needs <see cref="Rights.ManageDevices"/>.</param>
    /// <param name="parts">The files as they are sent.</param>
    /// <param name="received">Told the bytes that have come.</param>
    /// <param name="cancellationToken">Ends it; nothing is left of it then.</param>
    public async Task<Result<Guid>> ReceiveAsync(Caller caller, IReadOnlyList<MibUploadPart> parts, IProgress<long>? received, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("upload MIB modules");
        if (parts.Count == 0) return ArchiveRefusals.Nothing();
        if (parts.Count > MaximumParts) return ArchiveRefusals.Refuse(string.Create(CultureInfo.InvariantCulture, $"At most {MaximumParts:N0} files are taken at once; pack them into a zip archive."));
        if (parts.Sum(p => Math.Max(0, p.Size)) > options.MaximumUpload) return TooLarge();
        if (await OpenAsync(caller, cancellationToken) >= MaximumOpen) return Problem.Conflict($"{MaximumOpen} uploads wait to be compiled already. Wait until one of them is done, or stop one.");
        var id = Guid.CreateVersion7();
        try
        {
            await BeginAsync(caller, id, parts, cancellationToken);
            var refused = await StoreAsync(caller.Tenant, id, parts, received, cancellationToken) ?? await Task.Run(() => Look(caller.Tenant, id, cancellationToken), cancellationToken);
            await SubmitAsync(caller, id, parts.Count, refused?.Message, cancellationToken);
            LogReceived(caller.Tenant, id, parts.Count, refused is null ? "compiled soon" : "refused");
            return refused is null ? id : refused;
        }
        catch
        {
            await RemoveAsync(caller.Tenant, id);
            throw;
        }
    }

    /// <summary>Stops an upload: at once where it waits, after its batch where it runs. What was compiled stays. Needs <see cref="Rights.ManageDevices"/>.</summary>
    public async Task<Result<Done>> CancelAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("stop uploads of MIB modules");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            WITH stopped AS (
                UPDATE mib_uploads SET state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END, cancel_asked = $3, finished_at = CASE WHEN state = 'queued' THEN now() END,
                    refused = CASE WHEN state = 'queued' THEN $3 || ' stopped it before it began.' END
                WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running') RETURNING state),
            gone AS (DELETE FROM mib_upload_pieces WHERE tenant_id = $1 AND upload_id = $2 AND EXISTS (SELECT FROM stopped WHERE state = 'cancelled'))
            SELECT EXISTS (SELECT FROM stopped), EXISTS (SELECT FROM mib_uploads WHERE tenant_id = $1 AND id = $2), sys.notify_change($4, $1, ARRAY[$2::text])
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(caller.ActorName), Sql.Text(Topic));
        batch.Add(AuditLog.Command(caller, new AuditEntry("mib.upload.cancel", "mib", id.ToString(), "Asked to stop an upload of MIB modules.")));
        var (stopped, exists) = await batch.FirstAsync(r => (r.GetBoolean(0), r.GetBoolean(1)), cancellationToken);
        if (stopped) return new Done();
        return exists ? Problem.Conflict("This upload has ended already.") : Problem.NotFound("upload");
    }

    private async Task<int> OpenAsync(Caller caller, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT count(*)::int FROM mib_uploads WHERE tenant_id = $1 AND (state IN ('queued', 'running') OR state = 'receiving' AND at > now() - interval '1 hour')", Sql.Uuid(caller.Tenant));
        return await batch.FirstAsync(r => r.GetInt32(0), cancellationToken);
    }

    private async Task BeginAsync(Caller caller, Guid id, IReadOnlyList<MibUploadPart> parts, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("INSERT INTO mib_uploads (tenant_id, id, uploaded_by, files, modules, recompiled, errors, warnings, diagnostics, state, names) VALUES ($1, $2, $3, $4, 0, 0, 0, 0, '[]', 'receiving', $5)",
            Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(caller.ActorName), Sql.Int(parts.Count), Sql.Texts([.. parts.Take(3).Select(p => MibArchive.NameOf(p.Name))]));
        foreach (var command in MibUploads.Forget(caller.Tenant)) batch.Add(command);
        await batch.ExecuteAsync(cancellationToken);
    }

    private async Task<Problem?> StoreAsync(Guid tenant, Guid id, IReadOnlyList<MibUploadPart> parts, IProgress<long>? received, CancellationToken cancellationToken)
    {
        var piece = new byte[StagedStream.Piece];
        long size = 0;
        for (var part = 0; part < parts.Count; part++)
        {
            await using var content = parts[part].Open();
            for (var no = 0; ; no++)
            {
                var length = await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
                if ((size += length) > options.MaximumUpload) return TooLarge();
                if (length == 0 && no > 0) break;
                await using var batch = new TenantBatch(dataSources.App, tenant);
                batch.Add("INSERT INTO mib_upload_pieces (tenant_id, upload_id, part, no, name, data) VALUES ($1, $2, $3, $4, $5, $6)",
                    Sql.Uuid(tenant), Sql.Uuid(id), Sql.Int(part), Sql.Int(no), Sql.Text(MibArchive.NameOf(parts[part].Name)), Sql.Bytes(length == piece.Length ? piece : piece[..length]));
                await batch.ExecuteAsync(cancellationToken);
                received?.Report(size);
                if (length < piece.Length) break;
            }
        }
        return size == 0 ? ArchiveRefusals.Refuse("The files are empty. Choose MIB modules, or a zip or tar archive of them.") : null;
    }

    // The first file of every part: it tells archives of other kinds, and bombs by their directories, before anybody waits for a worker.
    private Problem? Look(Guid tenant, Guid id, CancellationToken cancellationToken)
    {
        foreach (var part in UploadParts.Read(dataSources, tenant, id))
        {
            using var content = part.Open(dataSources, tenant, id);
            var first = new MibArchiveReader(options.Archives, cancellationToken).Read(part.Name, content).FirstOrDefault();
            if (first.Refusal is { } refusal) return refusal;
        }
        return null;
    }

    private async Task SubmitAsync(Caller caller, Guid id, int count, string? refused, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            UPDATE mib_uploads SET state = $3, refused = $4, finished_at = CASE WHEN $4 IS NOT NULL THEN now() END,
                size = (SELECT coalesce(sum(length(p.data)), 0) FROM mib_upload_pieces p WHERE p.tenant_id = $1 AND p.upload_id = $2)
            WHERE tenant_id = $1 AND id = $2
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(UploadWords.Of(refused is null ? MibUploadState.Queued : MibUploadState.Refused)), Sql.Text(refused));
        if (refused is not null) batch.Add("DELETE FROM mib_upload_pieces WHERE tenant_id = $1 AND upload_id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        else batch.Add(AuditLog.Command(caller, new AuditEntry("mib.upload", "mib", id.ToString(), $"Uploaded {count} {(count == 1 ? "file" : "files")} of MIB modules.")));
        batch.Add("SELECT sys.notify_change($1, $2, ARRAY[$3::text])", Sql.Text(Topic), Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        await batch.ExecuteAsync(cancellationToken);
    }

    // Whatever ended it, its pieces go: also where the caller is gone.
    private async Task RemoveAsync(Guid tenant, Guid id)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("DELETE FROM mib_uploads WHERE tenant_id = $1 AND id = $2 AND state = 'receiving'", Sql.Uuid(tenant), Sql.Uuid(id));
        await batch.ExecuteAsync(CancellationToken.None);
    }

    private Problem TooLarge() => ArchiveRefusals.Refuse(string.Create(CultureInfo.InvariantCulture, $"The upload has more than {options.MaximumUpload / 1024 / 1024:N0} MB. Choose fewer files, or pack them into a zip archive."));

    [LoggerMessage(3410, LogLevel.Information, "Tenant {Tenant} sent the MIB upload {Upload} of {Parts} files: {Outcome}.")]
    private partial void LogReceived(Guid tenant, Guid upload, int parts, string outcome);
}
