using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>The operation "Table": columns side by side, given row by row.</summary>
internal static class SnmpTableJob
{
    public const int MaximumColumns = 200;
    private const int MaximumRows = 100_000;

    public static OperationDescriptor Descriptor { get; } = new(
        "table",
        "Table",
        "Reads the columns of a table side by side and gives them row by row.",
        [
            new("oid", "Table", FieldKind.Text) { IsPath = true, Placeholder = "1.3.6.1.2.1.2.2", Help = "The table's OID, not its entry's; its columns are found on the device." },
            new("columns", "Columns", FieldKind.List)
            {
                IsPath = true, Placeholder = "1.3.6.1.2.1.2.2.1.2\n1.3.6.1.2.1.31.1.1.1.1",
                Help = "Or the columns, one OID a line. They may be of several tables with the same index.",
            },
            new("limit", "At most", FieldKind.Number) { Minimum = 1, Maximum = MaximumRows, Placeholder = "10000", Help = "The reading ends after this many rows." },
            SnmpContext.Field,
        ])
    {
        DefaultTimeout = TimeSpan.FromMinutes(5),
        Objects = new ObjectUse(ObjectRole.Table, "columns"),
    };

    public static IEnumerable<FieldError> Check(JsonObject arguments)
    {
        var columns = arguments.List("columns");
        if (columns.Count == 0 && SnmpArguments.CheckName(arguments.Text("oid")) is { } wrong) yield return new FieldError("oid", wrong);
        if (columns.Count > MaximumColumns) yield return new FieldError("columns", $"Read at most {MaximumColumns} columns at once.");
        foreach (var column in columns.Take(MaximumColumns))
            if (SnmpArguments.CheckName(column) is { } wrongColumn) yield return new FieldError("columns", wrongColumn);
    }

    public static async Task<ProtocolOutcome> RunAsync(SnmpClient client, SnmpPeer peer, JsonObject arguments, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var columns = arguments.List("columns").Select(c => ObjectIdentifier.Parse(c)).Distinct().ToList();
        if (columns.Count == 0)
        {
            (columns, var failure) = await SnmpTableReader.ColumnsAsync(client, peer, ObjectIdentifier.Parse(arguments.Text("oid")), MaximumColumns, cancellationToken).ConfigureAwait(false);
            if (failure is not null) return ProtocolOutcome.Failure(SnmpFaults.From(peer, failure, default));
        }

        var reader = new SnmpTableReader(client, peer, columns, (int)(arguments.Number("limit") ?? 10_000));
        var end = await reader.RunAsync(cancellationToken).ConfigureAwait(false);
        var values = new List<ParameterValue>();
        foreach (var row in reader.Rows.Values)
            foreach (var cell in row)
                if (cell is { } varBind) values.Add(SnmpParameters.From(varBind));
        var sparse = Enumerable.Range(0, columns.Count).Count(c => reader.Rows.Values.Any(r => r[c] is null));
        var summary = string.Create(CultureInfo.InvariantCulture, $"{reader.Rows.Count:N0} rows, {columns.Count} columns in {clock.Elapsed.TotalSeconds:0.0} s; {end.Message}")
            + (sparse == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {sparse} columns have gaps"));
        return end.Reason switch
        {
            SnmpWalkReason.Failed or SnmpWalkReason.DeviceError => ProtocolOutcome.Failure(SnmpFaults.From(peer, end.Reply!, default), values),
            SnmpWalkReason.NotIncreasing => ProtocolOutcome.Failure(
                new ProtocolFault(FaultClass.Refused, "snmp.not-increasing", $"The reading was stopped: {end.Message}. This is a defect of the device's agent; a newer firmware may cure it."), values),
            _ => ProtocolOutcome.Success(values, summary),
        };
    }
}
