using System.Security.Cryptography;
using DeviceConsole.Core.Data;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Mibs;

/// <summary>An upload that this node compiles.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Id">Which.</param>
/// <param name="By">Who sent it.</param>
/// <param name="Step">Where it begins or goes on.</param>
/// <param name="Attempts">How many nodes have begun it, this one among them.</param>
internal sealed record ClaimedUpload(Guid Tenant, Guid Id, string By, MibUploadStep Step, int Attempts);

/// <summary>The tables of uploads as their runner uses them. Every write is fenced by the node's claim.</summary>
internal sealed class UploadStore(DataSources dataSources)
{
    /// <summary>How long a claim holds without a step.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly Guid worker = Guid.CreateVersion7();

    /// <summary>An upload to compile, or null.</summary>
    public async Task<ClaimedUpload?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT tenant_id, upload_id, uploaded_by, step, attempts FROM sys.claim_mib_upload($1, $2)");
        command.Parameters.Add(Sql.Uuid(worker));
        command.Parameters.Add(Sql.Interval(Lease));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new ClaimedUpload(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), UploadWords.Step(reader.GetString(3)), reader.GetInt32(4)) : null;
    }

    /// <summary>
    /// Keeps the claim for the transaction that it stands in: a row with who asked for the upload's end, or null; no row where another node has it or the tenant is suspended.
    /// </summary>
    public NpgsqlBatchCommand Hold(ClaimedUpload upload) => Sql.Command(
        "UPDATE mib_uploads u SET lease_until = now() + $4 FROM tenants t WHERE u.tenant_id = $1 AND u.id = $2 AND u.worker = $3 AND u.state = 'running' AND t.id = $1 AND t.status = 'active' RETURNING u.cancel_asked",
        Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Uuid(worker), Sql.Interval(Lease));

    /// <summary>Runs statements while the claim is held; throws where it is not.</summary>
    public async Task<string?> StepAsync(ClaimedUpload upload, IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        string? stop;
        await using (var hold = new NpgsqlBatch(connection, transaction) { BatchCommands = { TenantBatch.SetTenant(upload.Tenant), Hold(upload) } })
        await using (var reader = await hold.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) throw new UploadLostException();
            stop = reader.TextOrNull(0);
        }
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            foreach (var command in commands) batch.BatchCommands.Add(command);
            batch.BatchCommands.Add(Tell(upload));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return stop;
    }

    /// <summary>Forgets what an earlier try unpacked.</summary>
    public static NpgsqlBatchCommand Restart(ClaimedUpload upload) => Sql.Command("DELETE FROM mib_upload_files WHERE tenant_id = $1 AND upload_id = $2", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id));

    /// <summary>Files that were unpacked.</summary>
    public static NpgsqlBatchCommand Stage(ClaimedUpload upload, IReadOnlyList<StagedFile> files) => Sql.Command(
        """
        INSERT INTO mib_upload_files (tenant_id, upload_id, no, name, size, hash, source, headers, again)
        SELECT $1, $2, no, name, size, hash, source, headers::jsonb, false FROM unnest($3, $4, $5, $6, $7, $8) AS f(no, name, size, hash, source, headers)
        """,
        Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Array<int>([.. files.Select(f => f.No)], NpgsqlDbType.Integer), Sql.Texts([.. files.Select(f => f.Name)]), Sql.Array<int>([.. files.Select(f => f.Size)], NpgsqlDbType.Integer),
        Sql.Array<byte[]>([.. files.Select(f => f.Hash)], NpgsqlDbType.Bytea), Sql.Array<byte[]>([.. files.Select(f => f.Source)], NpgsqlDbType.Bytea), Sql.Texts([.. files.Select(f => UploadWords.ToJson(f.Headers))]));

    /// <summary>Everything is unpacked: what was sent is not needed any more.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Unpacked(ClaimedUpload upload, int files) =>
    [
        Sql.Command("UPDATE mib_uploads SET files = $3, step = 'planning' WHERE tenant_id = $1 AND id = $2", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Int(files)),
        Sql.Command("DELETE FROM mib_upload_pieces WHERE tenant_id = $1 AND upload_id = $2", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id)),
    ];

    /// <summary>How many files are unpacked so far.</summary>
    public static NpgsqlBatchCommand Count(ClaimedUpload upload, int files) =>
        Sql.Command("UPDATE mib_uploads SET files = $3 WHERE tenant_id = $1 AND id = $2", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Int(files));

    /// <summary>The files of the library that are compiled again, and that the plan stands.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Plan(ClaimedUpload upload, IReadOnlyList<StagedFile> again) =>
    [
        Sql.Command(
            """
            INSERT INTO mib_upload_files (tenant_id, upload_id, no, name, size, hash, headers, again, file_id)
            SELECT $1, $2, n.no, f.name, f.size, f.hash, n.headers::jsonb, true, f.id FROM unnest($3, $4, $5) AS n(no, id, headers) JOIN mib_files f ON f.tenant_id = $1 AND f.id = n.id
            """, Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Array<int>([.. again.Select(f => f.No)], NpgsqlDbType.Integer), Sql.Uuids([.. again.Select(f => f.FileId)]), Sql.Texts([.. again.Select(f => UploadWords.ToJson(f.Headers))])),
        Sql.Command("UPDATE mib_uploads SET step = 'compiling', recompiled = $3 WHERE tenant_id = $1 AND id = $2", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Int(again.Count)),
    ];

    /// <summary>Ends it.</summary>
    public async Task EndAsync(ClaimedUpload upload, MibUploadState state, string? reason, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, upload.Tenant);
        batch.Add(
            """
            WITH ended AS (
                UPDATE mib_uploads u SET state = $4, refused = $5, finished_at = now(), worker = NULL, lease_until = NULL,
                    again = ARRAY(SELECT m ->> 'name' FROM mib_upload_files f, jsonb_array_elements(f.modules) m WHERE f.tenant_id = $1 AND f.upload_id = $2 AND f.again ORDER BY 1 LIMIT 500)
                WHERE u.tenant_id = $1 AND u.id = $2 AND u.worker = $3 AND u.state = 'running' RETURNING 1)
            SELECT sys.notify_change($6, $1, ARRAY[$2::text]), sys.notify_change($7, $1, '{}') FROM ended
            """, Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Uuid(worker), Sql.Text(UploadWords.Of(state)), Sql.Text(reason), Sql.Text(MibUploadDesk.Topic), Sql.Text(MibCache.Topic));
        batch.Add("DELETE FROM mib_upload_pieces WHERE tenant_id = $1 AND upload_id = $2", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id));
        batch.Add("UPDATE mib_upload_files SET source = NULL WHERE tenant_id = $1 AND upload_id = $2 AND source IS NOT NULL", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id));
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <summary>Leaves it to the next node, at once: a node that is stopped has not failed at it.</summary>
    public async Task LeaveAsync(ClaimedUpload upload, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, upload.Tenant);
        batch.Add("UPDATE mib_uploads SET lease_until = now() - interval '1 s', attempts = attempts - 1 WHERE tenant_id = $1 AND id = $2 AND worker = $3 AND state = 'running'", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Uuid(worker));
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <summary>Tells pages how far it is.</summary>
    public static NpgsqlBatchCommand Tell(ClaimedUpload upload) => Sql.Command("SELECT sys.notify_change($1, $2, ARRAY[$3::text])", Sql.Text(MibUploadDesk.Topic), Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id));
}

/// <summary>A file of an upload, unpacked.</summary>
internal sealed record StagedFile(int No, string Name, int Size, byte[] Hash, byte[] Source, IReadOnlyList<MibHeader> Headers)
{
    /// <summary>The file of the library; empty where it is not one.</summary>
    public Guid FileId { get; init; }

    /// <summary>A file as it came out of an archive.</summary>
    public static StagedFile Of(int no, MibSource source, byte[] hash, IReadOnlyList<MibHeader> headers) => new(no, source.FileName, source.Bytes.Length, hash, ModuleDocument.Compress(source.Bytes.Span), headers);

    /// <summary>What tells its bytes from all others.</summary>
    public static byte[] HashOf(MibSource source) => SHA256.HashData(source.Bytes.Span);
}

/// <summary>Another node has the upload, it is gone, or its tenant is suspended: nothing was written.</summary>
internal sealed class UploadLostException() : Exception("The upload is not this node's any more.");
