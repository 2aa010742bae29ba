using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Mibs;

/// <summary>One reading of some instances.</summary>
/// <param name="At">When it was asked for.</param>
/// <param name="Values">By object identifier.</param>
public sealed record ObjectReading(DateTimeOffset At, IReadOnlyDictionary<string, ParameterValue> Values);

/// <summary>
/// Reads instances again and again for a graph that somebody watches, by the protocol's own operations and as the poller does: without a job, and without a trace.
/// </summary>
public sealed class ObjectReader(ProtocolCatalog protocols, DeviceService devices, DeviceSecrets secrets, TimeProvider time)
{
    /// <summary>Instances of one reading.</summary>
    public const int MaximumObjects = 16;

    /// <summary>sysUpTime.0: the clock of the counters.</summary>
    public const string Uptime = "1.3.6.1.2.1.1.3.0";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>The present values; Invalid with the device's or the protocol's sentence where it does not answer. Needs <see cref="Rights.RunReads"/>.</summary>
    public async Task<Result<ObjectReading>> ReadAsync(Caller caller, Guid device, IReadOnlyList<string> oids, CancellationToken cancellationToken)
    {
        if (oids.Count is 0 or > MaximumObjects) return Problem.Invalid("oids", $"Choose 1 to {MaximumObjects} instances.");
        var at = time.GetUtcNow();
        var asked = await AskAsync(caller, device, ObjectRole.Get, o => o.ObjectArguments(oids.Prepend(Uptime).Distinct()), cancellationToken);
        return asked.Problem is { } problem ? problem : new ObjectReading(at, asked.Value.DistinctBy(v => v.Path).ToDictionary(v => v.Path, StringComparer.Ordinal));
    }

    /// <summary>The first instances of a column, or the scalar's.</summary>
    public async Task<Result<IReadOnlyList<string>>> InstancesAsync(Caller caller, Guid device, string oid, int most, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var at = oid;
        while (found.Count < most)
        {
            var from = at;
            var asked = await AskAsync(caller, device, ObjectRole.GetNext, o => o.ObjectArguments(from), cancellationToken);
            if (asked.Problem is { } problem) return problem;
            var next = asked.Value.Count > 0 ? asked.Value[0] : null;
            // The end of the column, or an agent that goes in circles.
            if (next?.Value is null || !next.Path.StartsWith(oid + ".", StringComparison.Ordinal) || OidOrder.Instance.Compare(next.Path, at) <= 0) break;
            found.Add(at = next.Path);
        }
        return found;
    }

    private async Task<Result<IReadOnlyList<ParameterValue>>> AskAsync(Caller caller, Guid device, ObjectRole role, Func<OperationDescriptor, System.Text.Json.Nodes.JsonObject> arguments, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.RunReads)) return Problem.Forbidden("read values from devices");
        if (await devices.GetAsync(caller, device, cancellationToken) is not { IsSuccess: true } found) return Problem.NotFound("device");
        var endpoint = found.Value.Endpoints.FirstOrDefault(e => protocols.Find(e.Protocol) is IDialOutProtocol { Descriptor.Paths.IsObjectIdentifier: true });
        if (endpoint is null || protocols.Find(endpoint.Protocol) is not IDialOutProtocol module || module.Descriptor.For(role) is not { } operation)
            return Problem.Invalid("device", $"{found.Value.Device.Name} has no endpoint that answers to object identifiers. Add one under Edit.");
        if (await secrets.LoadTargetAsync(caller.Tenant, device, endpoint.Protocol, cancellationToken) is not { } target) return Problem.NotFound("device");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var outcome = await module.ExecuteAsync(target, operation.Id, arguments(operation), limit.Token);
            return outcome.Fault is { } fault ? Problem.Invalid("device", fault.Message) : new List<ParameterValue>(outcome.Values);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problem.Invalid("device", $"{found.Value.Device.Name} did not answer within {Longest.TotalSeconds:0} seconds.");
        }
    }
}
