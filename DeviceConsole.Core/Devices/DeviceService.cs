using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Devices;

/// <summary>A tenant's devices, within the caller's scope and rights.</summary>
public sealed class DeviceService(DataSources dataSources, ProtocolCatalog catalog, DeviceSecrets secrets)
{
    /// <summary>The longest page.</summary>
    public const int MaximumPage = 200;

    /// <summary>The longest search term.</summary>
    public const int MaximumSearch = 100;

    private readonly DeviceValidator validator = new(catalog);
    private readonly DeviceStore store = new(dataSources, secrets);
    private readonly TemplateReader templates = new(dataSources);

    /// <summary>
    /// One page. A cursor that is none of this list's, or of another order, starts nothing: it is a <see cref="ProblemKind.Invalid"/>.
    /// </summary>
    public async Task<Result<Page<DeviceRow>>> FindAsync(Caller caller, DeviceQuery query, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see devices");
        var search = query.Search?.Trim() ?? "";
        if (search.Length > MaximumSearch) return Problem.Invalid("search", $"A search has at most {MaximumSearch} characters; this has {search.Length}.");
        if (search.Contains('\0', StringComparison.Ordinal)) return Problem.Invalid("search", "The search holds a character that no device can have (NUL).");
        if (query.Limit is < 1 or > MaximumPage) return Problem.Invalid("limit", $"A page has 1 to {MaximumPage} rows.");
        DeviceCursor? cursor = null;
        if (query.After is { } after && (cursor = DeviceCursor.Decode(after, query.Sort, query.Descending)) is null)
            return Problem.Invalid("after", "The cursor does not belong to this list; start again without it.");
        return await store.PageAsync(caller, query with { Search = search, Tag = TagOf(query.Tag) }, cursor, cancellationToken);
    }

    /// <summary>One page for pages of ours, whose queries are right by construction; throws where <see cref="FindAsync"/> has a problem.</summary>
    public async Task<Page<DeviceRow>> ListAsync(Caller caller, DeviceQuery query, CancellationToken cancellationToken) =>
        (await FindAsync(caller, query, cancellationToken)).Value;

    /// <summary>One device.</summary>
    public async Task<Result<DeviceDetail>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see devices");
        return await LoadAsync(caller, id, cancellationToken) is { } device ? device.Detail : Problem.NotFound("device");
    }

    /// <summary>Creates a device. A serial number that the tenant has already is a conflict.</summary>
    public Task<Result<DeviceDetail>> CreateAsync(Caller caller, DeviceInput input, CancellationToken cancellationToken) =>
        CreateAsync(caller, Guid.CreateVersion7(), input, cancellationToken);

    /// <summary>
    /// Creates a device under an id that was chosen before (UUID v7), so that a repeat of the same request makes no second one:
    /// it gets the device that is there.
    /// </summary>
    public async Task<Result<DeviceDetail>> CreateAsync(Caller caller, Guid id, DeviceInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("create devices");
        if (!caller.Scope.IsAll) return Problem.Forbidden("create devices: your access is limited to certain ones");
        var errors = new List<FieldError>();
        var clean = validator.Check(input, new Dictionary<string, IReadOnlyList<string>>(), await templates.SettingsAsync(caller.Tenant, input, cancellationToken), errors);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await store.LoadAsync(caller.Tenant, id, cancellationToken) is { } there) return there.Detail;
        if (await store.InsertAsync(caller, id, clean, cancellationToken) is { } problem) return problem;
        return (await store.LoadAsync(caller.Tenant, id, cancellationToken))!.Detail;
    }

    /// <summary>
    /// Changes a device; the input replaces everything but the secrets that it does not mention.
    /// </summary>
    /// <param name="caller">Needs <see cref="Rights.ManageDevices"/>.</param>
    /// <param name="id">The device.</param>
    /// <param name="input">The whole device.</param>
    /// <param name="expectedVersion">The version that the caller saw; a conflict when it is no longer the newest. Null: whatever is stored.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<Result<DeviceDetail>> UpdateAsync(Caller caller, Guid id, DeviceInput input, int? expectedVersion, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("change devices");
        if (await LoadAsync(caller, id, cancellationToken) is not { } stored) return Problem.NotFound("device");
        if (expectedVersion is { } version && version != stored.Row.Version) return Changed();
        var errors = new List<FieldError>();
        var clean = validator.Check(input, stored.Endpoints.ToDictionary(e => e.Endpoint.Protocol, e => e.OwnSecrets), await templates.SettingsAsync(caller.Tenant, input, cancellationToken), errors);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await store.UpdateAsync(caller, stored, clean, cancellationToken) is { } problem) return problem;
        return await store.LoadAsync(caller.Tenant, id, cancellationToken) is { } updated ? updated.Detail : Problem.NotFound("device");
    }

    /// <summary>
    /// Deletes a device with its parameters, jobs and results. A job that runs on it at this moment is fenced out: it writes nothing more.
    /// </summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        await DeleteAsync(caller, id, null, cancellationToken);

    /// <summary>Deletes a device if it is still the version that the caller saw.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, int? expectedVersion, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("delete devices");
        if (await LoadAsync(caller, id, cancellationToken) is not { } stored) return Problem.NotFound("device");
        if (expectedVersion is { } version && version != stored.Row.Version) return Changed();
        return await store.DeleteAsync(caller, stored, cancellationToken) ? new Done() : Changed();
    }

    /// <summary>The numbers of the dashboard.</summary>
    public Task<DeviceCounts> CountAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.May(Rights.View) ? store.CountAsync(caller, cancellationToken) : Task.FromResult(new DeviceCounts(0, 0, 0, 0));

    /// <summary>What is said when two edited the same device.</summary>
    internal static Problem Changed() => Problem.Conflict("Somebody else has changed this device since you opened it. Reload it, then make your change again.");

    private async Task<StoredDevice?> LoadAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        caller.Scope.Allows(id) ? await store.LoadAsync(caller.Tenant, id, cancellationToken) : null;

    private static string? TagOf(string? entered) => string.IsNullOrWhiteSpace(entered) ? null : entered.Trim().ToLowerInvariant().Replace("\0", "", StringComparison.Ordinal);
}
