using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using Npgsql;

namespace DeviceConsole.Core.Tenancy.Export;

/// <summary>
/// What a tenant has, as a zip archive with one file a kind of thing; for platform administrators, before they delete the tenant. Read in
/// pages and written as it is read, so its size is no matter of memory; each page is a transaction of its own, so a suspended tenant's
/// export is the one that is of one moment.
/// </summary>
public sealed class TenantExport(DataSources dataSources, TenantDirectory directory)
{
    private const int PageSize = 500;
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>May it be written? Notes in the logs of the platform and of the tenant that it is.</summary>
    public async Task<Result<Tenant>> BeginAsync(Caller caller, string slug, CancellationToken cancellationToken)
    {
        var all = await directory.ListAsync(caller, cancellationToken);
        if (!all.IsSuccess) return Problem.Forbidden("export tenants");
        if (all.Value.FirstOrDefault(t => t.Slug == slug) is not { } tenant) return Problem.NotFound("tenant");
        var entry = new AuditEntry("tenant.export", "tenant", tenant.Id.ToString(), $"{caller.ActorName} exported the tenant {tenant.Name} ({tenant.Slug}).");
        await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
        batch.Add(AuditLog.Command(caller, Tenant.Platform, entry));
        if (tenant.Id != Tenant.Platform && !tenant.IsDeleting) batch.Add(TenantBatch.SetTenant(tenant.Id)).Add(AuditLog.Command(caller, tenant.Id, entry));
        await batch.ExecuteAsync(cancellationToken);
        return tenant;
    }

    /// <summary>Writes the archive of a tenant that <see cref="BeginAsync"/> gave. An entry's last bytes are written synchronously: .NET closes entries of an archive so.</summary>
    public async Task WriteAsync(Tenant tenant, ExportFormat format, Stream output, CancellationToken cancellationToken)
    {
        await using var archive = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken);
        foreach (var table in ExportTable.All)
        {
            var entry = archive.CreateEntry($"{tenant.Slug}/{table.Name}.{(format == ExportFormat.Json ? "json" : "csv")}", CompressionLevel.Fastest);
            await using var stream = await entry.OpenAsync(cancellationToken);
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024);
            await WriteAsync(tenant.Id, table, format, writer, cancellationToken);
        }
    }

    private async Task WriteAsync(Guid tenant, ExportTable table, ExportFormat format, StreamWriter writer, CancellationToken cancellationToken)
    {
        if (format == ExportFormat.Json) await writer.WriteAsync("[".AsMemory(), cancellationToken);
        Guid? last = null;
        var (first, rows) = (true, PageSize);
        while (rows == PageSize)
        {
            rows = 0;
            await using var batch = new TenantBatch(dataSources.App, tenant);
            batch.Add($"{table.Select} AND ($2::uuid IS NULL OR {table.Key} > $2) ORDER BY {table.Key} LIMIT $3", Sql.Uuid(tenant), Sql.Uuid(last), Sql.Int(PageSize));
            await using var reader = await batch.ReadAsync(cancellationToken);
            if (first && format == ExportFormat.Csv) await writer.WriteAsync((string.Join(',', Names(reader)) + "\r\n").AsMemory(), cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                await writer.WriteAsync((format == ExportFormat.Json ? JsonOf(reader, first && rows == 0) : CsvOf(reader)).AsMemory(), cancellationToken);
                last = reader.GetGuid(0);
                rows++;
            }
            await reader.FinishAsync(cancellationToken);
            first = false;
        }
        if (format == ExportFormat.Json) await writer.WriteAsync("\n]\n".AsMemory(), cancellationToken);
    }

    private static string JsonOf(NpgsqlDataReader reader, bool first)
    {
        var row = new JsonObject();
        for (var i = 0; i < reader.FieldCount; i++) row[reader.GetName(i)] = ExportCell.ToJson(reader, i);
        return (first ? "\n" : ",\n") + row.ToJsonString(Written);
    }

    private static string CsvOf(NpgsqlDataReader reader) => string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => ExportCell.ToCsv(reader, i))) + "\r\n";

    private static IEnumerable<string> Names(NpgsqlDataReader reader) => Enumerable.Range(0, reader.FieldCount).Select(reader.GetName);
}
