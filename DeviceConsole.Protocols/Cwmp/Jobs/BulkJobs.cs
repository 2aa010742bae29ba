using System.Globalization;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Session;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>Writes a profile of bulk data to the device, or takes it off (TR-069 Amendment 6 Annex N; TR-181 BulkData.Profile.{i}.).</summary>
internal sealed class BulkJobs
{
    /// <summary>The arguments' names.</summary>
    public const string Profile = "profile", Remove = "remove";

    private readonly JobContext context;
    private readonly string bulk;

    private BulkJobs(JobContext context) => (this.context, bulk) = (context, (context.Root ?? "Device.") + "BulkData.");

    private string Table => bulk + "Profile.";

    /// <summary>Does what was asked.</summary>
    public static async Task<JobEnd> RunAsync(JobContext context)
    {
        var setup = context.Setup!;
        var id = Guid.Parse(context.Arguments.Text(Profile)!);
        var plan = await setup.Bulk.PlanAsync(setup.Session, id, CancellationToken.None);
        var job = new BulkJobs(context);
        if (context.Arguments.IsOn(Remove)) return await job.RemoveAsync(setup, id, plan);
        if (plan is null || plan.IsRemoving) return BulkFaults.Gone();
        return await job.WriteAsync(setup, id, plan);
    }

    private async Task<JobEnd> RemoveAsync(JobSetup setup, Guid id, BulkPlan? plan)
    {
        var (fault, rows) = plan is null ? (null, []) : await FindAsync(plan);
        // A device without the object, or without the row, has nothing to take off.
        if (fault is { Class: not FaultClass.Refused }) return fault;
        foreach (var row in rows)
        {
            var result = await context.Rpc.CallAsync<DeleteObjectResponse>(new DeleteObject(row, ""));
            if (result.Fault is { } refused && result.Code != 9005) return refused;
        }
        await setup.Bulk.RemovedAsync(setup.Session, id, CancellationToken.None);
        return ProtocolOutcome.Success([], rows.Count == 0 ? "The device had it no more." : "The device reports it no longer.") with { Removed = rows };
    }

    private async Task<JobEnd> WriteAsync(JobSetup setup, Guid id, BulkPlan plan)
    {
        if (await CheckAsync(plan) is { } unable) return unable;
        var (fault, earlier) = await FindAsync(plan);
        if (fault is not null) return fault;
        // What an earlier try left half-way is made anew.
        foreach (var row in earlier) await context.Rpc.CallAsync<DeleteObjectResponse>(new DeleteObject(row, ""));
        await setup.Bulk.StandsAsync(setup.Session, id, null, CancellationToken.None);
        var (full, instance) = await AddAsync(Table);
        if (full is not null) return full;
        if (await FillAsync(instance, plan) is { } failed)
        {
            await context.Rpc.CallAsync<DeleteObjectResponse>(new DeleteObject(instance, ""));
            return ProtocolOutcome.Failure(failed) with { Removed = earlier };
        }
        await setup.Bulk.StandsAsync(setup.Session, id, instance, CancellationToken.None);
        var reader = new ValueReader(context);
        // It is set up, whatever comes of reading it.
        await reader.ReadBelowAsync(instance);
        return ProtocolOutcome.Success([.. reader.Read.Where(v => !SoapRedactor.IsSecret(v.Path))], $"The device reports every {plan.IntervalSeconds} s from now on, by {instance}") with { Removed = [.. earlier.Where(e => e != instance)] };
    }

    // What the device says that it cannot do is told before anything is written; what it does not say it is asked for.
    private async Task<ProtocolFault?> CheckAsync(BulkPlan plan)
    {
        var reader = new ValueReader(context);
        if (await reader.ReadAsync([bulk + "Protocols", bulk + "EncodingTypes", bulk + "MinReportingInterval", bulk + "ParameterWildCardSupported"]) is { } gone) return gone;
        if (reader.Read.Count == 0) return BulkFaults.Unable("It has no Device.BulkData. object.", reader.Refused.Count > 0 ? reader.Refused[0].Fault.Detail : null);
        if (Value("Protocols") is { Length: > 0 } protocols && !Holds(protocols, "HTTP")) return BulkFaults.Unable($"Of the ways to report it has {protocols}, but not HTTP.");
        var encoding = plan.Encoding.StartsWith("json", StringComparison.Ordinal) ? "JSON" : "CSV";
        if (Value("EncodingTypes") is { Length: > 0 } encodings && !Holds(encodings, encoding)) return BulkFaults.Unable($"It writes {encodings}, but not {encoding}. Choose another encoding.");
        if (uint.TryParse(Value("MinReportingInterval"), CultureInfo.InvariantCulture, out var least) && least > plan.IntervalSeconds) return BulkFaults.Unable($"It reports every {least} s at most. Choose a longer interval.");
        if (Value("ParameterWildCardSupported") is "0" or "false" && plan.Parameters.Any(p => p.Reference.Contains('*', StringComparison.Ordinal))) return BulkFaults.Unable("It knows no * in paths. Name each instance.");
        return null;

        string? Value(string name) => reader.Read.Find(v => v.Path == bulk + name)?.Value;
    }

    private static bool Holds(string list, string item) => list.Split(',', StringSplitOptions.TrimEntries).Contains(item, StringComparer.OrdinalIgnoreCase);

    // The rows that post to this profile's address.
    private async Task<(ProtocolFault? Fault, List<string> Rows)> FindAsync(BulkPlan plan)
    {
        var listed = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(Table, true) { InWords = context.Quirks.NextLevelInWords });
        if (listed.Fault is not null) return (listed.WasRefused ? BulkFaults.Unable("It has no Device.BulkData.Profile. table.", listed.Fault.Detail) : listed.Fault, []);
        var rows = listed.Response!.Names.Select(n => n.Name).Where(n => n.Length > Table.Length + 1 && n.EndsWith('.') && n.StartsWith(Table, StringComparison.Ordinal) && char.IsAsciiDigit(n[Table.Length])).ToList();
        var reader = new ValueReader(context);
        if (await reader.ReadAsync([.. rows.Select(r => r + "HTTP.URL")]) is { } gone) return (gone, []);
        return (null, [.. rows.Where(r => reader.Read.Exists(v => v.Path == r + "HTTP.URL" && v.Value == plan.Url.ToString()))]);
    }

    private async Task<ProtocolFault?> FillAsync(string instance, BulkPlan plan)
    {
        var values = Values(instance, plan);
        foreach (var parameter in plan.Parameters)
        {
            var (fault, row) = await AddAsync(instance + "Parameter.");
            if (fault is not null) return fault;
            values.Add(Text(row + "Reference", parameter.Reference));
            if (parameter.Name.Length > 0) values.Add(Text(row + "Name", parameter.Name));
        }
        var set = await context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues(values, ""));
        if (set.Fault is not null) return set.Fault;
        // A device whose profiles cannot be written without these takes the rest: they are no reason to give up.
        if (plan.Compress) await TryAsync(Text(instance + "HTTP.Compression", "GZIP"));
        if (plan.Retained > 0) await TryAsync(new ParameterValueStruct(instance + "NumberOfRetainedFailedReports", plan.Retained.ToString(CultureInfo.InvariantCulture), "int"));
        return (await context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues([Flag(bulk + "Enable", true), Flag(instance + "Enable", true)], ""))).Fault;
    }

    private List<ParameterValueStruct> Values(string instance, BulkPlan plan)
    {
        var isJson = plan.Encoding.StartsWith("json", StringComparison.Ordinal);
        List<ParameterValueStruct> values =
        [
            Text(instance + "Name", plan.Name.Length <= 255 ? plan.Name : plan.Name[..255]), Text(instance + "Protocol", "HTTP"), Text(instance + "EncodingType", isJson ? "JSON" : "CSV"),
            new(instance + "ReportingInterval", plan.IntervalSeconds.ToString(CultureInfo.InvariantCulture), "unsignedInt"),
            Text(instance + "HTTP.URL", plan.Url.ToString()), Text(instance + "HTTP.Username", plan.UserName), Text(instance + "HTTP.Password", plan.Password), Text(instance + "HTTP.Method", "POST"), Flag(instance + "HTTP.RetryEnable", true),
        ];
        if (isJson)
        {
            values.Add(Text(instance + "JSONEncoding.ReportFormat", plan.Encoding == BulkEncodings.JsonPairs ? "NameValuePair" : "ObjectHierarchy"));
            values.Add(Text(instance + "JSONEncoding.ReportTimestamp", "Unix-Epoch"));
            return values;
        }
        values.Add(Text(instance + "CSVEncoding.ReportFormat", plan.Encoding == BulkEncodings.CsvColumns ? "ParameterPerColumn" : "ParameterPerRow"));
        values.Add(Text(instance + "CSVEncoding.RowTimestamp", "Unix-Epoch"));
        values.Add(Text(instance + "CSVEncoding.FieldSeparator", plan.Separator.ToString()));
        return values;
    }

    private Task<RpcResult<SetParameterValuesResponse>> TryAsync(ParameterValueStruct value) => context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues([value], ""));

    private async Task<(ProtocolFault? Fault, string Instance)> AddAsync(string table)
    {
        var result = await context.Rpc.CallAsync<AddObjectResponse>(new AddObject(table, ""));
        return result.Fault is { } fault ? (fault, "") : (null, string.Create(CultureInfo.InvariantCulture, $"{table}{result.Response!.InstanceNumber}."));
    }

    private static ParameterValueStruct Text(string path, string value) => new(path, value, "string");

    private ParameterValueStruct Flag(string path, bool value) => new(path, (value, context.Quirks.BooleansInWords) switch { (true, true) => "true", (false, true) => "false", (true, false) => "1", _ => "0" }, "boolean");
}
