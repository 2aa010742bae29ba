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
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT d.id, ARRAY(SELECT e.protocol FROM device_endpoints e WHERE e.tenant_id = d.tenant_id AND e.device_id = d.id)
            FROM devices d WHERE d.tenant_id = $1 AND d.id = ANY ($2)
            """,
            Sql.Uuid(caller.Tenant),
            Sql.Uuids(requests.Select(r => r.DeviceId).Distinct().ToArray()));
        var endpoints = (await batch.ListAsync(r => (Id: r.GetGuid(0), Protocols: r.GetFieldValue<string[]>(1)), cancellationToken)).ToDictionary(d => d.Id, d => d.Protocols);
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            if (!caller.Scope.Allows(request.DeviceId) || !endpoints.TryGetValue(request.DeviceId, out var known)) return (i, Problem.NotFound("device"));
            if (!known.Contains(request.Protocol)) return (i, Problem.Invalid("protocol", NoEndpoint(request.Protocol)));
        }
        return null;
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
