using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Jobs;

/// <summary>What must hold of a request before it becomes a job: rights, scope, descriptor, module, device, endpoint.</summary>
internal sealed class JobCheck(DataSources dataSources, ProtocolCatalog protocols)
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <summary>Looks at what needs no database. The operation is null where there is a problem.</summary>
    public (OperationDescriptor? Operation, Problem? Problem) CheckRequest(Caller caller, JobRequest request)
    {
        if (protocols.Find(request.Protocol) is not { } module)
            return (null, Problem.Invalid("protocol", $"There is no protocol \"{Shorten(request.Protocol)}\". Choose one of: {string.Join(", ", protocols.All.Select(m => m.Descriptor.Id))}."));
        if (module.Descriptor.Operation(request.Operation) is not { } operation)
            return (null, Problem.Invalid("operation", $"{module.Descriptor.Name} has no operation \"{Shorten(request.Operation)}\". Choose one of: {string.Join(", ", module.Descriptor.Operations.Select(o => o.Id))}."));
        if (!caller.May(operation.Writes ? Rights.RunWrites : Rights.RunReads))
            return (null, Problem.Forbidden(operation.Writes ? "run jobs that change devices" : "run jobs"));

        var errors = CheckOptions(request);
        var wrong = DescriptorValidator.Check(operation.Fields, request.Arguments);
        if (wrong.Count == 0) wrong = module.CheckArguments(request.Operation, request.Arguments);
        errors.AddRange(wrong.Select(e => e with { Field = e.Field.Length == 0 ? "arguments" : $"arguments.{e.Field}" }));
        return errors.Count == 0 ? (operation, null) : (null, Problem.Invalid(errors));
    }

    /// <summary>True where the protocol's devices call in.</summary>
    public bool IsSessionBound(string protocol) => protocols.Find(protocol) is ISessionProtocol;

    /// <summary>The first problem with the devices of these requests, by the requests' order, or null.</summary>
    public async Task<(int Index, Problem Problem)?> CheckDevicesAsync(Caller caller, IReadOnlyList<JobRequest> requests, CancellationToken cancellationToken)
    {
        var devices = requests.Select(r => r.DeviceId).Distinct().ToArray();
        var endpoints = await ReadEndpointsAsync(caller, devices, cancellationToken);
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            var known = endpoints.Contains((request.DeviceId, request.Protocol));
            if (!caller.Scope.Allows(request.DeviceId) || (!known && !await ExistsAsync(caller, request.DeviceId, cancellationToken))) return (i, Problem.NotFound("device"));
            if (!known) return (i, Problem.Invalid("protocol", NoEndpoint(request.Protocol)));
        }
        return null;
    }

    /// <summary>The first problem with the files of the library that these requests name, by the requests' order, or null.</summary>
    public async Task<(int Index, Problem Problem)?> CheckFilesAsync(Caller caller, IReadOnlyList<JobRequest> requests, CancellationToken cancellationToken)
    {
        var named = requests.Select((r, i) => (Index: i, Request: r, Fields: protocols.Find(r.Protocol)?.Descriptor.Operation(r.Operation)?.Fields.Where(f => f.Kind == FieldKind.File) ?? []))
            .SelectMany(r => r.Fields.Select(f => (r.Index, Field: f.Id, File: Guid.TryParse(r.Request.Arguments[f.Id]?.ToString(), out var id) ? id : (Guid?)null)))
            .Where(n => n.File is not null).ToList();
        if (named.Count == 0) return null;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT id FROM files WHERE tenant_id = $1 AND id = ANY ($2) AND state = 'ready' AND origin = 'library'", Sql.Uuid(caller.Tenant), Sql.Uuids([.. named.Select(n => n.File!.Value).Distinct()]));
        var there = (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)).ToHashSet();
        foreach (var (index, field, file) in named)
            if (!there.Contains(file!.Value)) return (index, Problem.Invalid($"arguments.{field}", "There is no such file in the library. Choose one, or upload it first."));
        return null;
    }

    // An endpoint has a device: only where one is missing the device itself is looked for.
    private async Task<HashSet<(Guid Device, string Protocol)>> ReadEndpointsAsync(Caller caller, Guid[] devices, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.Jobs, caller.Tenant);
        batch.Add("SELECT device_id, protocol FROM device_endpoints WHERE tenant_id = $1 AND device_id = ANY ($2)", Sql.Uuid(caller.Tenant), Sql.Uuids(devices));
        return [.. await batch.ListAsync(r => (r.GetGuid(0), r.GetString(1)), cancellationToken)];
    }

    private async Task<bool> ExistsAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT true FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        return await batch.FirstAsync(r => r.GetBoolean(0), cancellationToken);
    }

    private string NoEndpoint(string protocol) =>
        $"This device has no {protocols.Find(protocol)?.Descriptor.Name ?? protocol} address yet. Add it on the device's page.";

    private static List<FieldError> CheckOptions(JobRequest request)
    {
        var errors = new List<FieldError>();
        if (request.Timeout is { } timeout && (timeout < TimeSpan.FromMilliseconds(1) || timeout > LongestTimeout))
            errors.Add(new("timeout", "The time-out is between 1 millisecond and 24 hours."));
        if (request.MaxAttempts is < 1 or > 100) errors.Add(new("maxAttempts", "The number of attempts is from 1 to 100."));
        if (!Enum.IsDefined(request.Priority)) errors.Add(new("priority", "The priority is one of background, normal, high, urgent."));
        if (request.IdempotencyKey is { } key && (key.Length is < 1 or > 200 || FaultJson.Storable(key) != key))
            errors.Add(new("idempotencyKey", "The idempotency key has 1 to 200 characters."));
        if (request.RunAt is { } runAt && request.ExpiresAt is { } until && until <= runAt)
            errors.Add(new("expiresAt", "The job would expire before it may run."));
        return errors;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
