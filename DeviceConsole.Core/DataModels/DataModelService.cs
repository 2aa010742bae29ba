using System.Text.Json;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.DataModels;

/// <summary>A tenant's data models: import, list, look up.</summary>
public sealed class DataModelService(DataSources dataSources, IDataModelReader reader, DataModelCache cache, TimeProvider time)
{
    /// <summary>The most models of a tenant.</summary>
    public const int MaximumModels = 50;

    private const string Columns = "id, name, spec, root, file_name, objects, parameters, commands, events, imported_by, imported_at";

    private const string Insert =
        """
        INSERT INTO data_models AS m (tenant_id, id, name, spec, root, file_name, objects, parameters, commands, events, remarks, content, content_hash, imported_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (tenant_id, name, spec) DO UPDATE SET root = excluded.root, file_name = excluded.file_name, objects = excluded.objects, parameters = excluded.parameters,
            commands = excluded.commands, events = excluded.events, remarks = excluded.remarks, content = excluded.content, content_hash = excluded.content_hash,
            imported_by = excluded.imported_by, imported_at = now()
        """;

    /// <summary>
    /// Reads the uploaded documents (XML files, or zips of them) and keeps their models. A model of the same name and specification is
    /// replaced. Invalid with file, line and sentence where a document is wrong; then nothing is kept.
    /// </summary>
    public async Task<Result<DataModelImport>> ImportAsync(Caller caller, IReadOnlyList<DataModelFile> uploads, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("import data models");
        using var limit = new CancellationTokenSource(DataModelLimits.Time, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DataModelReading reading;
        List<(DataModel Model, byte[] Content, byte[] Hash)> packed;
        try
        {
            var files = ModelUpload.Unpack(uploads, both.Token);
            if (files.Problem is { } problem) return problem;
            // Off the caller's thread: a circuit stays alive while a large model is read.
            reading = await Task.Run(() => reader.Read(files.Value, both.Token), both.Token);
            if (reading.Error is { } error) return Problem.Invalid("file", Sentence(error));
            packed = await Task.Run(() => reading.Models.Select(m => { var (content, hash) = ModelBlob.Write(m); return (m, content, hash); }).ToList(), both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Problem.Invalid("file", $"Reading took longer than {DataModelLimits.Time.TotalSeconds:0} s and was given up. Upload fewer documents at once.");
        }

        return await StoreAsync(caller, uploads, packed, reading.Remarks, cancellationToken);
    }

    /// <summary>The tenant's models, the newest version of each first.</summary>
    public async Task<Result<IReadOnlyList<DataModelView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see data models");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns} FROM data_models WHERE tenant_id = $1 ORDER BY sys.path_order(name) DESC, spec", Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(Read, cancellationToken);
    }

    /// <summary>One model as the list has it.</summary>
    public async Task<Result<DataModelView>> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var models = await ListAsync(caller, cancellationToken);
        if (models.Problem is { } problem) return problem;
        return models.Value.FirstOrDefault(m => m.Id == id) is { } found ? found : Problem.NotFound("data model");
    }

    /// <summary>One model in memory. NotFound where the tenant has none of that id.</summary>
    public async Task<Result<DataModelIndex>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see data models");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT content_hash FROM data_models WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        if (await batch.FirstAsync(r => r.GetFieldValue<byte[]>(0), cancellationToken) is not { } hash) return Problem.NotFound("data model");
        return await cache.GetAsync(hash, () => ContentAsync(caller.Tenant, id, cancellationToken)) is { } index ? index : Problem.NotFound("data model");
    }

    /// <summary>
    /// The model that describes a device best: of those with the device's root object the one of the version that the device names
    /// (RootDataModelVersion), else the newest. Null where the tenant has none.
    /// </summary>
    public async Task<DataModelIndex?> ForAsync(Caller caller, string root, string? version, CancellationToken cancellationToken)
    {
        var models = await ListAsync(caller, cancellationToken);
        if (!models.IsSuccess) return null;
        var fitting = models.Value.Where(m => m.Root == root).ToList();
        var chosen = fitting.FirstOrDefault(m => version is { Length: > 0 } && m.Name.EndsWith(":" + version, StringComparison.Ordinal)) ?? fitting.FirstOrDefault();
        return chosen is not null && await GetAsync(caller, chosen.Id, cancellationToken) is { IsSuccess: true } found ? found.Value : null;
    }

    /// <summary>Deletes a model; devices and their values stay.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("delete data models");
        var models = await ListAsync(caller, cancellationToken);
        if (models.Problem is { } problem) return problem;
        if (models.Value.FirstOrDefault(m => m.Id == id) is not { } model) return Problem.NotFound("data model");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM data_models WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        batch.Add(AuditLog.Command(caller, new AuditEntry("data_model.delete", "data_model", id.ToString(), $"Deleted the data model {model.Name}.")));
        await batch.ExecuteAsync(cancellationToken);
        return new Done();
    }

    private async Task<Result<DataModelImport>> StoreAsync(
        Caller caller, IReadOnlyList<DataModelFile> uploads, List<(DataModel Model, byte[] Content, byte[] Hash)> packed, IReadOnlyList<DataModelRemark> remarks, CancellationToken cancellationToken)
    {
        var there = await ListAsync(caller, cancellationToken);
        var added = packed.Count(p => there.Value.All(m => m.Name != p.Model.Name || m.Spec != p.Model.Spec));
        if (there.Value.Count + added > MaximumModels) return Problem.Conflict($"A tenant keeps at most {MaximumModels} data models; delete some first.");
        var file = uploads.Count == 1 ? uploads[0].Name : $"{uploads.Count} files";
        var ids = new HashSet<Guid>();
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        foreach (var (model, content, hash) in packed)
        {
            var id = there.Value.FirstOrDefault(m => m.Name == model.Name && m.Spec == model.Spec)?.Id ?? Guid.CreateVersion7(time.GetUtcNow());
            ids.Add(id);
            batch.Add(Insert, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(model.Name), Sql.Text(model.Spec), Sql.Text(model.Root), Sql.Text(Cut(file, 255)),
                Sql.Int(model.Count(ModelNodeKind.Object)), Sql.Int(model.Count(ModelNodeKind.Parameter)), Sql.Int(model.Count(ModelNodeKind.Command)), Sql.Int(model.Count(ModelNodeKind.Event)),
                Sql.Json(JsonSerializer.Serialize(remarks)), Sql.Bytes(content), Sql.Bytes(hash), Sql.Text(caller.ActorName));
            batch.Add(AuditLog.Command(caller, new AuditEntry("data_model.import", "data_model", id.ToString(), $"Imported the data model {model.Name}.")));
        }

        await batch.ExecuteAsync(cancellationToken);
        var views = await ListAsync(caller, cancellationToken);
        return new DataModelImport([.. views.Value.Where(m => ids.Contains(m.Id))], remarks);
    }

    private async Task<byte[]?> ContentAsync(Guid tenant, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT content FROM data_models WHERE tenant_id = $1 AND id = $2", Sql.Uuid(tenant), Sql.Uuid(id));
        return await batch.FirstAsync(r => r.GetFieldValue<byte[]>(0), cancellationToken);
    }

    private static string Sentence(DataModelRemark error) => error switch
    {
        { File.Length: > 0, Line: > 0 } => $"{error.File}, line {error.Line}: {error.Message}",
        { File.Length: > 0 } => $"{error.File}: {error.Message}",
        _ => error.Message,
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private static DataModelView Read(NpgsqlDataReader r) => new()
    {
        Id = r.GetGuid(0),
        Name = r.GetString(1),
        Spec = r.GetString(2),
        Root = r.GetString(3),
        FileName = r.GetString(4),
        Objects = r.GetInt32(5),
        Parameters = r.GetInt32(6),
        Commands = r.GetInt32(7),
        Events = r.GetInt32(8),
        ImportedBy = r.GetString(9),
        ImportedAt = r.Time(10),
    };
}
