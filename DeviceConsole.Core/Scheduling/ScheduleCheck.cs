using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Scheduling;

/// <summary>What must hold of a schedule before it is kept.</summary>
internal sealed class ScheduleCheck(DataSources dataSources, ProtocolCatalog protocols, TimeProvider time)
{
    public const int MostDevices = 10_000;

    /// <summary>The problem, or null.</summary>
    public async Task<Problem?> FindProblemAsync(Caller caller, ScheduleInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageSchedules)) return Problem.Forbidden("manage schedules");
        var errors = new List<FieldError>();
        if (input.Name.Trim().Length is < 1 or > 200 || FaultJson.Storable(input.Name) != input.Name) errors.Add(new("name", "The name has 1 to 200 characters."));
        CheckTime(input, errors);
        if (input.DeviceIds.Count is < 1 or > MostDevices) errors.Add(new("deviceIds", $"Choose 1 to {MostDevices:N0} devices."));
        var request = new JobRequest(input.DeviceIds.Count > 0 ? input.DeviceIds[0] : Guid.Empty, input.Protocol, input.Operation, input.Arguments) { Priority = input.Priority };
        var (_, problem) = new JobCheck(dataSources, protocols).CheckRequest(caller, request);
        if (problem is { Kind: not ProblemKind.Invalid }) return problem;
        errors.AddRange(problem?.Errors ?? []);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return await CheckDevicesAsync(caller, input, cancellationToken);
    }

    private void CheckTime(ScheduleInput input, List<FieldError> errors)
    {
        if (CronText.FindZone(input.TimeZone) is not { } zone)
            errors.Add(new("timeZone", "This time zone is not known. Use an IANA name such as \"Europe/Vienna\", or \"UTC\"."));
        else if (input.Cron.Length > 200 || CronText.Parse(input.Cron, zone, time.GetUtcNow(), out var error) is null)
            errors.Add(new("cron", CronText.Parse(input.Cron, zone, time.GetUtcNow(), out error) is null ? error! : "The time has at most 200 characters."));
    }

    private async Task<Problem?> CheckDevicesAsync(Caller caller, ScheduleInput input, CancellationToken cancellationToken)
    {
        var devices = input.DeviceIds.Distinct().ToArray();
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT count(*), count(e.device_id) FROM devices d
            LEFT JOIN device_endpoints e ON e.tenant_id = d.tenant_id AND e.device_id = d.id AND e.protocol = $3
            WHERE d.tenant_id = $1 AND d.id = ANY ($2)
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(devices), Sql.Text(input.Protocol));
        var (known, reachable) = await batch.FirstAsync(r => (r.GetInt64(0), r.GetInt64(1)), cancellationToken);
        if (known < devices.Length || devices.Any(d => !caller.Scope.Allows(d))) return Problem.Invalid("deviceIds", "Some of these devices do not exist any more. Choose them again.");
        var name = protocols.Find(input.Protocol)?.Descriptor.Name ?? input.Protocol;
        return reachable < devices.Length ? Problem.Invalid("deviceIds", $"{devices.Length - reachable:N0} of these devices have no {name} address. Add it on their pages, or leave them out.") : null;
    }
}
