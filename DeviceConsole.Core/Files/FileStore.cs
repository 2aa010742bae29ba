using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Npgsql;

namespace DeviceConsole.Core.Files;

/// <summary>The statements of files. Every one runs in a transaction whose tenant is set.</summary>
internal static class FileStore
{
    /// <summary>The topic of the change feed; keys are device ids, or <c>library</c>.</summary>
    public const string Topic = "files";

    /// <summary>Columns of a <see cref="LibraryFile"/>.</summary>
    public const string Columns = "f.id, f.name, f.file_type, f.version, f.manufacturer, f.model, f.note, f.size, f.hash, f.device_id, f.job_id, f.created_by, f.created_at";

    /// <summary>Columns of a <see cref="FileFacts"/>.</summary>
    public const string FactColumns = "f.id, f.name, f.file_type, f.version, f.size, f.hash";

    /// <summary>One row of <see cref="Columns"/>.</summary>
    public static LibraryFile Read(NpgsqlDataReader r) => new()
    {
        Id = r.GetGuid(0), Name = r.GetString(1), FileType = r.GetString(2), Version = r.GetString(3), Manufacturer = r.GetString(4), Model = r.GetString(5), Note = r.GetString(6),
        Size = r.GetInt64(7), Sha256 = Convert.ToHexStringLower(r.GetFieldValue<byte[]>(8)), DeviceId = r.UuidOrNull(9), JobId = r.UuidOrNull(10), CreatedBy = r.GetString(11), CreatedAt = r.Time(12),
    };

    /// <summary>One row of <see cref="FactColumns"/>, from a column on.</summary>
    public static FileFacts ReadFacts(NpgsqlDataReader r, int from = 0) =>
        new(r.GetGuid(from), r.GetString(from + 1), r.GetString(from + 2), r.GetString(from + 3), r.GetInt64(from + 4), r.GetFieldValue<byte[]>(from + 5));

    /// <summary>A file whose bytes are still to come. Those that never came are removed an hour later, in passing.</summary>
    public static TenantBatch Begin(this TenantBatch batch, Guid tenant, Guid id, string origin, FileInput input, Guid? device, Guid? job, string by) => batch
        .Add("DELETE FROM files WHERE tenant_id = $1 AND state = 'receiving' AND created_at < now() - interval '1 hour'", Sql.Uuid(tenant))
        .Add("INSERT INTO files (tenant_id, id, origin, name, file_type, version, manufacturer, model, note, device_id, job_id, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            Sql.Uuid(tenant), Sql.Uuid(id), Sql.Text(origin), Sql.Text(input.Name), Sql.Text(input.FileType), Sql.Text(input.Version), Sql.Text(input.Manufacturer), Sql.Text(input.Model),
            Sql.Text(input.Note), Sql.Uuid(device), Sql.Uuid(job), Sql.Text(by));

    /// <summary>All of its bytes are there.</summary>
    public static TenantBatch Finish(this TenantBatch batch, Guid tenant, Guid id, long size, byte[] hash, string key) => batch
        .Add("UPDATE files SET state = 'ready', size = $3, hash = $4, created_at = now() WHERE tenant_id = $1 AND id = $2", Sql.Uuid(tenant), Sql.Uuid(id), Sql.Long(size), Sql.Bytes(hash))
        .Add("SELECT sys.notify_change($1, $2, $3)", Sql.Text(Topic), Sql.Uuid(tenant), Sql.Texts([key]));

    /// <summary>Away with it, its pieces and its links.</summary>
    public static TenantBatch Remove(this TenantBatch batch, Guid tenant, Guid id) =>
        batch.Add("DELETE FROM files WHERE tenant_id = $1 AND id = $2", Sql.Uuid(tenant), Sql.Uuid(id));
}
