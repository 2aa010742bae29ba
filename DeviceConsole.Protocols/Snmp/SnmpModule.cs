using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>SNMP v1, v2c and v3 as a module of the product: typed requests in, values or a fault out.</summary>
public sealed class SnmpModule(SnmpClient client, TimeProvider time) : IDiscoveryProtocol
{
    /// <inheritdoc />
    public ProtocolDescriptor Descriptor { get; } = SnmpModuleDescriptor.Create();

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings)
    {
        var errors = new List<FieldError>();
        if (HostResolver.Check(settings.Text("host") ?? "") is { } wrongHost) errors.Add(new FieldError("host", wrongHost));
        if (settings.Text("version") is { } version && version is not ("v1" or "v2c" or "v3"))
            errors.Add(new FieldError("version", "Choose SNMP v2c, SNMP v3 or SNMP v1."));
        errors.AddRange(settings.Text("version") == "v3" ? SnmpUserFields.Check(settings) : SnmpContext.Check(settings, isSetting: true));
        return errors;
    }

    /// <inheritdoc />
    public int DefaultPort => 161;

    /// <inheritdoc />
    public Task<DiscoveryFinding?> ProbeAsync(DiscoveryProbe probe, IPAddress address, CancellationToken cancellationToken) =>
        new SnmpDiscovery(client, probe, address).RunAsync(cancellationToken);

    /// <inheritdoc />
    public JsonObject EndpointFor(IPAddress address, int port) => new() { ["host"] = address.ToString(), ["port"] = port };

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckTemplate(JsonObject settings) => settings.Text("version") == "v3" ? [.. SnmpUserFields.Check(settings)] : [];

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [.. Check(operation, arguments), .. SnmpContext.Check(arguments, isSetting: false)];

    private static IReadOnlyList<FieldError> Check(string operation, JsonObject arguments) => operation switch
    {
        "get" or "getnext" => [.. SnmpArguments.CheckNames(arguments)],
        "getbulk" => [.. SnmpArguments.CheckBulk(arguments)],
        "walk" => SnmpArguments.CheckName(arguments.Text("oid")) is { } wrong ? [new FieldError("oid", wrong)] : [],
        "table" => [.. SnmpTableJob.Check(arguments)],
        "set" => [.. SnmpArguments.CheckValues(arguments)],
        _ => [new FieldError("", $"SNMP has no operation \"{operation}\".")],
    };

    /// <inheritdoc />
    public string Describe(string operation, JsonObject arguments) =>
        SnmpContext.Of(arguments) is { } context ? $"{DescribeHere(operation, arguments)} in context {context}" : DescribeHere(operation, arguments);

    private static string DescribeHere(string operation, JsonObject arguments) => operation switch
    {
        "get" => $"Get {Few(arguments.List("oids"))}",
        "getnext" => $"Get next after {Few(arguments.List("oids"))}",
        "getbulk" => $"Get bulk after {Few(arguments.List("oids"))}, {arguments.Number("maxRepetitions") ?? 10} each",
        "walk" => $"Walk {arguments.Text("oid")}",
        "table" => $"Read table {(arguments.List("columns") is { Count: > 0 } columns ? Few(columns) : arguments.Text("oid"))}",
        "set" => $"{(arguments["dryRun"]?.GetValueKind() == JsonValueKind.True ? "Try to set" : "Set")} {Few([.. arguments.Rows("values").Select(r => $"{r.Text("oid")} to {r.Text("value") ?? "\"\""}")])}",
        _ => operation,
    };

    /// <inheritdoc />
    public async Task<ProtocolOutcome> ExecuteAsync(ProtocolTarget target, string operation, JsonObject arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var host = target.Settings.Text("host") ?? "";
        var (address, fault) = await HostResolver.ResolveAsync(SnmpModuleDescriptor.Id, host, target.Policy, cancellationToken).ConfigureAwait(false);
        if (fault is not null) return ProtocolOutcome.Failure(fault);
        if (SnmpTargets.Missing(target) is { } missing) return ProtocolOutcome.Failure(missing);
        var trace = target.KeepsTrace ? new SnmpTrace(time) : null;
        var context = SnmpContext.Of(arguments);
        var reader = SnmpTargets.Peer(target, address!, false, trace, context);
        var outcome = operation == "set"
            ? await SnmpSetJob.RunAsync(client, SnmpTargets.Peer(target, address!, true, trace, context), reader, arguments, cancellationToken).ConfigureAwait(false)
            : await ExecuteAsync(reader, operation, arguments, cancellationToken).ConfigureAwait(false);
        // Another context has other values below the same names.
        if (context is not null) outcome = outcome with { StoreValues = false };
        return trace is null ? outcome : outcome with { Trace = trace.Entries() };
    }

    private async Task<ProtocolOutcome> ExecuteAsync(SnmpPeer peer, string operation, JsonObject arguments, CancellationToken cancellationToken) =>
        operation switch
        {
            "get" => await ReadAsync(peer, arguments, client.GetAsync, cancellationToken).ConfigureAwait(false),
            "getnext" => await ReadAsync(peer, arguments, client.GetNextAsync, cancellationToken).ConfigureAwait(false),
            "getbulk" => await GetBulkAsync(peer, arguments, cancellationToken).ConfigureAwait(false),
            "walk" => await WalkAsync(peer, arguments, cancellationToken).ConfigureAwait(false),
            "table" => await SnmpTableJob.RunAsync(client, peer, arguments, cancellationToken).ConfigureAwait(false),
            _ => throw new ArgumentException($"SNMP has no operation \"{operation}\".", nameof(operation)),
        };

    private static async Task<ProtocolOutcome> ReadAsync(
        SnmpPeer peer, JsonObject arguments, Func<SnmpPeer, IReadOnlyList<ObjectIdentifier>, CancellationToken, Task<SnmpReply>> read, CancellationToken cancellationToken)
    {
        var names = SnmpArguments.Names(arguments);
        var reply = await read(peer, names, cancellationToken).ConfigureAwait(false);
        var values = SnmpParameters.From(reply.VarBinds);
        if (!reply.IsSuccess) return ProtocolOutcome.Failure(SnmpFaults.From(peer, reply, SnmpReads.Unspecified(names)), values);
        return ProtocolOutcome.Success(values, Summary(values, reply.Elapsed));
    }

    private async Task<ProtocolOutcome> GetBulkAsync(SnmpPeer peer, JsonObject arguments, CancellationToken cancellationToken)
    {
        if (peer.Version == SnmpVersion.V1)
        {
            return ProtocolOutcome.Failure(new ProtocolFault(
                FaultClass.Invalid,
                "snmp.no-bulk-in-v1",
                "This device is set to SNMP v1, which has no Get bulk. Use Get next or Walk, or set the device to v2c."));
        }

        var names = SnmpArguments.Names(arguments);
        var nonRepeaters = (int)(arguments.Number("nonRepeaters") ?? 0);
        var repetitions = (int)(arguments.Number("maxRepetitions") ?? 10);
        var reply = await client.GetBulkAsync(peer, names, nonRepeaters, repetitions, cancellationToken).ConfigureAwait(false);
        if (!reply.IsSuccess) return ProtocolOutcome.Failure(SnmpFaults.From(peer, reply, SnmpReads.Unspecified(names)));
        var values = SnmpParameters.From(reply.VarBinds);
        return ProtocolOutcome.Success(values, Summary(values, reply.Elapsed));
    }

    private async Task<ProtocolOutcome> WalkAsync(SnmpPeer peer, JsonObject arguments, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var walk = client.Walk(peer, ObjectIdentifier.Parse(arguments.Text("oid")), (int?)arguments.Number("limit"));
        var values = new List<ParameterValue>();
        await foreach (var page in walk.WithCancellation(cancellationToken).ConfigureAwait(false))
            for (var i = 0; i < page.Length; i++) values.Add(SnmpParameters.From(page.Span[i]));
        var end = walk.End!;
        var summary = string.Create(CultureInfo.InvariantCulture, $"{Count(values.Count)} in {clock.Elapsed.TotalSeconds:0.0} s; {end.Message}");
        if (Fault(peer, end) is { } fault)
            return ProtocolOutcome.Failure(fault, values) with { Summary = values.Count == 0 ? fault.Message : $"{summary}. {fault.Message}" };
        return ProtocolOutcome.Success(values, summary);
    }

    // A walk that met its limit did what it was asked to; one that met a broken agent did not, though it keeps what it got.
    private static ProtocolFault? Fault(SnmpPeer peer, SnmpWalkEnd end) => end.Reason switch
    {
        SnmpWalkReason.Failed or SnmpWalkReason.DeviceError => SnmpFaults.From(peer, end.Reply!, default),
        SnmpWalkReason.NotIncreasing => new ProtocolFault(
            FaultClass.Refused,
            "snmp.not-increasing",
            $"The walk was stopped: {end.Message}. This is a defect of the device's agent; a newer firmware may cure it, or walk smaller subtrees."),
        SnmpWalkReason.EmptyReply => new ProtocolFault(
            FaultClass.Refused,
            "snmp.empty-reply",
            $"The walk was stopped: {end.Message}. Walk smaller subtrees, or look for a newer firmware."),
        _ => null,
    };

    private static string Summary(List<ParameterValue> values, TimeSpan elapsed)
    {
        var missing = values.Count(v => v.Value is null);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Count(values.Count)} in {elapsed.TotalMilliseconds:0} ms");
        return missing == 0 ? text : $"{text}; the device does not have {missing} of them";
    }

    private static string Count(int values) => values == 1 ? "1 value" : string.Create(CultureInfo.InvariantCulture, $"{values:N0} values");

    private static string Few(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "nothing",
        <= 3 => string.Join(", ", items),
        _ => $"{items[0]}, {items[1]} and {items.Count - 2} more",
    };
}
