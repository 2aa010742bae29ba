using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Core.Files;

/// <summary>A tenant's files: firmware, configurations and others that devices fetch, and what devices sent.</summary>
public sealed partial class FileLibrary(DataSources dataSources, IOptions<FileLibraryOptions> options, ILogger<FileLibrary> logger)
{
    private readonly FileBytes bytes = new(dataSources);
    private readonly FileLibraryOptions options = options.Value;

    /// <summary>The largest file that is taken, in bytes.</summary>
    public long MaximumFile => options.MaximumFile;

    /// <summary>The files of the library, the newest first. Needs <see cref="Rights.View"/>.</summary>
    public async Task<Result<IReadOnlyList<LibraryFile>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the files");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {FileStore.Columns} FROM files f WHERE f.tenant_id = $1 AND f.origin = 'library' AND f.state = 'ready' ORDER BY f.created_at DESC, f.id LIMIT 2000", Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(FileStore.Read, cancellationToken);
    }

    /// <summary>What a device sent, the newest first. Needs <see cref="Rights.View"/>; the device is within the caller's scope.</summary>
    public async Task<Result<IReadOnlyList<LibraryFile>>> ReceivedAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.Allows(device)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT id FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add($"SELECT {FileStore.Columns} FROM files f WHERE f.tenant_id = $1 AND f.device_id = $2 AND f.state = 'ready' ORDER BY f.created_at DESC, f.id LIMIT 500", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("device");
        await reader.NextResultAsync(cancellationToken);
        return await reader.ListAsync(FileStore.Read, cancellationToken);
    }

    /// <summary>One file, of the library or of a device within the caller's scope.</summary>
    public async Task<Result<LibraryFile>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.NotFound("file");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {FileStore.Columns} FROM files f WHERE f.tenant_id = $1 AND f.id = $2 AND f.state = 'ready'", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return await batch.FirstAsync(FileStore.Read, cancellationToken) is { } file && (file.DeviceId is not { } device || caller.Scope.Allows(device)) ? file : Problem.NotFound("file");
    }

    /// <summary>A file with its bytes. Configurations and logs hold passwords: it needs <see cref="Rights.ManageDevices"/>, and the audit log says who took it.</summary>
    public async Task<Result<FileContent>> OpenAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var file = await GetAsync(caller, id, cancellationToken);
        if (file.Problem is { } problem) return problem;
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("download files");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(AuditLog.Command(caller, new AuditEntry("file.download", "file", id.ToString(), $"Downloaded the file {file.Value.Name}.")));
        await batch.ExecuteAsync(cancellationToken);
        return new FileContent(file.Value, bytes.ReadAsync(caller.Tenant, id, 0, file.Value.Size, CancellationToken.None));
    }

    /// <summary>Puts a file into the library; its bytes are stored while they come. Needs <see cref="Rights.ManageDevices"/>.</summary>
    public async Task<Result<LibraryFile>> UploadAsync(Caller caller, FileInput input, Stream content, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("upload files");
        input = Trimmed(input);
        if (Check(input) is { Count: > 0 } errors) return Problem.Invalid(errors);
        var id = Guid.CreateVersion7();
        await using var begin = new TenantBatch(dataSources.App, caller.Tenant);
        begin.Add("SELECT coalesce(sum(size), 0)::bigint FROM files WHERE tenant_id = $1", Sql.Uuid(caller.Tenant)).Begin(caller.Tenant, id, "library", input, null, null, caller.ActorName);
        var left = options.MaximumTenant - await begin.FirstAsync(r => r.GetInt64(0), cancellationToken);
        try
        {
            var stored = await bytes.WriteAsync(caller.Tenant, id, content, Math.Min(options.MaximumFile, left), cancellationToken);
            var problem = stored is null ? TooLarge(left) : stored.Value.Size == 0 ? Problem.Invalid("file", "The file is empty.") : null;
            if (problem is not null)
            {
                await RemoveAsync(caller.Tenant, id);
                return problem;
            }
            await FinishAsync(caller, id, input, stored!.Value, cancellationToken);
        }
        catch
        {
            await RemoveAsync(caller.Tenant, id);
            throw;
        }
        return await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>Deletes a file; links to it end at once. Needs <see cref="Rights.ManageDevices"/>.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var file = await GetAsync(caller, id, cancellationToken);
        if (file.Problem is { } problem) return problem;
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("delete files");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Remove(caller.Tenant, id)
            .Add("SELECT sys.notify_change($1, $2, $3)", Sql.Text(FileStore.Topic), Sql.Uuid(caller.Tenant), Sql.Texts([file.Value.DeviceId?.ToString() ?? "library"]))
            .Add(AuditLog.Command(caller, new AuditEntry("file.delete", "file", id.ToString(), $"Deleted the file {file.Value.Name}.") { Before = Describe(file.Value) }));
        await batch.ExecuteAsync(cancellationToken);
        return new Done();
    }

    private async Task FinishAsync(Caller caller, Guid id, FileInput input, (long Size, byte[] Hash) stored, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Finish(caller.Tenant, id, stored.Size, stored.Hash, "library")
            .Add(AuditLog.Command(caller, new AuditEntry("file.upload", "file", id.ToString(), $"Uploaded the file {input.Name} ({FileTypes.Words(input.FileType)}).")
            {
                After = new JsonObject { ["name"] = input.Name, ["fileType"] = input.FileType, ["version"] = input.Version, ["size"] = stored.Size, ["sha256"] = Convert.ToHexStringLower(stored.Hash) },
            }));
        await batch.ExecuteAsync(cancellationToken);
        LogUploaded(caller.Tenant, id, stored.Size);
    }

    // Whatever ended the upload, its pieces go: also where the caller is gone.
    private async Task RemoveAsync(Guid tenant, Guid id)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        await batch.Remove(tenant, id).ExecuteAsync(CancellationToken.None);
    }

    private Problem TooLarge(long left) => left < options.MaximumFile
        ? Problem.Conflict($"The files have {Mebibytes(options.MaximumTenant)} MiB in all at most, and {Mebibytes(Math.Max(0, left))} MiB are left. Delete files that nobody needs.")
        : Problem.Invalid("file", $"The file is too large: at most {Mebibytes(options.MaximumFile)} MiB are taken.");

    private static FileInput Trimmed(FileInput input) => new(FileName.Clean(input.Name, ""), input.FileType.Trim())
    {
        Version = input.Version.Trim(), Manufacturer = input.Manufacturer.Trim(), Model = input.Model.Trim(), Note = input.Note.Trim(),
    };

    private static List<Protocols.FieldError> Check(FileInput input)
    {
        var errors = new List<Protocols.FieldError>();
        if (input.Name.Length == 0) errors.Add(new("name", "The file needs a name."));
        if (FileTypes.Check(input.FileType) is { } wrong) errors.Add(new("type", wrong));
        if (input.FileType == FileTypes.Firmware && input.Version.Length == 0)
            errors.Add(new("version", "A firmware needs its version, exactly as devices report it in SoftwareVersion: by it a job knows that the device runs it."));
        foreach (var (field, text, maximum) in new[] { ("version", input.Version, 100), ("manufacturer", input.Manufacturer, 100), ("model", input.Model, 100), ("note", input.Note, 1000) })
            if (text.Length > maximum || text.Any(char.IsControl) || Jobs.FaultJson.Storable(text) != text) errors.Add(new(field, $"At most {maximum} characters in one line."));
        return errors;
    }

    private static JsonObject Describe(LibraryFile file) =>
        new() { ["name"] = file.Name, ["fileType"] = file.FileType, ["version"] = file.Version, ["size"] = file.Size, ["sha256"] = file.Sha256 };

    private static string Mebibytes(long bytes) => (bytes / 1024 / 1024).ToString("N0", CultureInfo.InvariantCulture);

    [LoggerMessage(4300, LogLevel.Information, "Tenant {Tenant} uploaded the file {File} with {Size} bytes.")]
    private partial void LogUploaded(Guid tenant, Guid file, long size);
}
