using System.Globalization;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Session;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp;

/// <summary>From an answer to what a job came to.</summary>
internal static class UspOutcomes
{
    public static ProtocolOutcome Of(UspBody request, AgentReply reply, SupportedModel? model)
    {
        if (reply.Body is UspError or null) return Failed(reply);
        return (request, reply.Body) switch
        {
            (GetRequest get, GetResponse response) => Of(get, response, model),
            (SetRequest set, SetResponse response) => Of(set, response, model),
            (AddRequest, AddResponse response) => Of(response, model),
            (DeleteRequest, DeleteResponse response) => Of(response),
            (GetSupportedDmRequest, GetSupportedDmResponse response) => Of(response),
            (GetInstancesRequest, GetInstancesResponse response) => Of(response),
            (GetSupportedProtocolRequest, GetSupportedProtocolResponse response) => ProtocolOutcome.Success(
                [new ParameterValue("versions", response.AgentVersions, "string")], $"The agent speaks USP {response.AgentVersions}.") with
            { StoreValues = false },
            (_, var other) => ProtocolOutcome.Failure(UspFaults.Unexpected(other)),
        };
    }

    /// <summary>Null where the command goes on after the answer.</summary>
    public static ProtocolOutcome? Of(OperateRequest request, OperateResponse response)
    {
        if (response.Results.Count == 0) return ProtocolOutcome.Failure(UspFaults.Unexpected(response));
        var result = response.Results[0];
        if (result.Failure is { } failure) return ProtocolOutcome.Failure(UspFaults.Of(request.Command, failure));
        if (result.RequestPath.Length > 0) return null;
        return Ended(request.Command, result.Output);
    }

    public static ProtocolOutcome Of(OperationComplete complete)
    {
        var command = complete.ObjectPath + complete.CommandName;
        return complete.Failure is { } failure ? ProtocolOutcome.Failure(UspFaults.Of(command, failure)) : Ended(command, complete.Output);
    }

    private static ProtocolOutcome Ended(string command, OutputArguments? output)
    {
        var values = (output?.Values ?? new Dictionary<string, string>()).Select(o => new ParameterValue($"{command}.{o.Key}", o.Value, "string")).ToList();
        if (command.Contains(".Diagnostics.", StringComparison.Ordinal) && DiagnosticReport.IsOver(DiagnosticReport.State(values))) return DiagnosticReport.Of(UspModuleDescriptor.Id, values) with { StoreValues = false };
        return ProtocolOutcome.Success(values, values.Count == 0 ? $"{command} has ended." : $"{command} has ended with {Count(values.Count)}.") with { StoreValues = false };
    }

    private static ProtocolOutcome Failed(AgentReply reply)
    {
        reply.As<GetResponse>(out var fault);
        return ProtocolOutcome.Failure(fault!);
    }

    private static ProtocolOutcome Of(GetRequest request, GetResponse response, SupportedModel? model)
    {
        var values = UspValues.Of(response, model);
        var errors = UspValues.ErrorsOf(response);
        var outcome = errors.Count > 0 ? ProtocolOutcome.Failure(UspFaults.Of(errors, request.ParamPaths.Count), values) : ProtocolOutcome.Success([.. values, .. EmptyTables.In(values)], Count(values.Count));
        return outcome with { Whole = Whole(request, response) };
    }

    // A partial path without a limit of depth is answered with everything below it (R-GET.1). No answer about what cannot be empty says nothing.
    private static List<string> Whole(GetRequest request, GetResponse response) => request.MaxDepth != 0 ? [] :
    [
        .. from requested in response.RequestedPaths
           where requested.ErrorCode == 0 && UspPath.IsPlainObject(requested.Path) && request.ParamPaths.Contains(requested.Path)
           where requested.Path.AsSpan().Count('.') > 2 || requested.Resolved.Any(r => r.Parameters.Count > 0)
           select requested.Path,
    ];

    private static ProtocolOutcome Of(SetRequest request, SetResponse response, SupportedModel? model)
    {
        var values = new List<ParameterValue>();
        var errors = new List<PathError>();
        foreach (var one in response.Objects)
        {
            if (one.Status.Failure is { } failure) errors.AddRange(Errors(one.Path, failure));
            foreach (var instance in one.Status.Success?.Instances ?? [])
            {
                values.AddRange(instance.Parameters.Select(p => UspValues.Of(instance.Path + p.Key, p.Value, model)));
                errors.AddRange(instance.Errors.Select(e => e with { Path = instance.Path + e.Path }));
            }
        }
        if (errors.Count > 0) return ProtocolOutcome.Failure(UspFaults.Of(errors, request.Objects.Sum(o => o.Parameters.Count)), values);
        return ProtocolOutcome.Success(values, $"{Count(values.Count)} set");
    }

    private static List<PathError> Errors(string path, OperationFailure failure)
    {
        var single = failure.Instances.SelectMany(i => i.Errors.Select(e => e with { Path = i.Path + e.Path })).ToList();
        return single.Count > 0 ? single : [new PathError { Path = path, Code = failure.Code, Message = failure.Message }];
    }

    // The first value is the new instance itself.
    private static ProtocolOutcome Of(AddResponse response, SupportedModel? model)
    {
        if (response.Objects.Count == 0) return ProtocolOutcome.Failure(UspFaults.Unexpected(response));
        var created = response.Objects[0];
        if (created.Status.Failure is { } failure) return ProtocolOutcome.Failure(UspFaults.Of(created.Path, failure));
        if (created.Status.Success is not { } instance) return ProtocolOutcome.Failure(UspFaults.Unexpected(response));
        List<ParameterValue> values = [new(instance.Path, null, "object"), .. instance.UniqueKeys.Select(k => UspValues.Of(instance.Path + k.Key, k.Value, model))];
        var refused = instance.Errors.Count == 0 ? "" : $", without {string.Join(", ", instance.Errors.Take(5).Select(e => $"{e.Path} ({e.Code})"))}";
        return ProtocolOutcome.Success(values, $"{instance.Path} was created{refused}");
    }

    private static ProtocolOutcome Of(DeleteResponse response)
    {
        var removed = response.Objects.SelectMany(o => o.Status.Success?.Affected ?? []).Select(p => p.EndsWith('.') ? p : p + ".").ToList();
        var errors = response.Objects.Where(o => o.Status.Failure is not null).SelectMany(o => Errors(o.Path, o.Status.Failure!))
            .Concat(response.Objects.SelectMany(o => o.Status.Success?.Unaffected ?? [])).ToList();
        if (errors.Count > 0) return ProtocolOutcome.Failure(UspFaults.Of(errors, response.Objects.Count)) with { Removed = removed };
        var gone = response.Objects.Where(o => o.Status.Success is { Affected.Count: 0 }).Select(o => o.Path).ToList();
        var summary = removed.Count == 0 ? "Nothing was deleted: there was no such instance." : removed.Count == 1 ? $"{removed[0]} was deleted" : $"{removed.Count} instances were deleted";
        // What was asked to be deleted and is not there is gone as well.
        return ProtocolOutcome.Success([], summary) with { Removed = [.. removed, .. gone.Where(p => p.EndsWith('.') && !p.Contains('*', StringComparison.Ordinal) && !p.Contains('[', StringComparison.Ordinal))] };
    }

    private static ProtocolOutcome Of(GetSupportedDmResponse response)
    {
        var values = UspValues.Of(response);
        var errors = response.RequestedObjects.Where(o => o.ErrorCode != 0).Select(o => new PathError { Path = o.Path, Code = o.ErrorCode, Message = o.ErrorMessage }).ToList();
        if (errors.Count > 0) return ProtocolOutcome.Failure(UspFaults.Of(errors, response.RequestedObjects.Count), values) with { StoreValues = false };
        var objects = response.RequestedObjects.Sum(r => r.Objects.Count);
        var follows = response.RequestedObjects.Select(r => r.DataModelUri).FirstOrDefault(u => u.Length > 0) is { } uri ? $"; it follows {uri}" : "";
        return ProtocolOutcome.Success(values, string.Create(CultureInfo.InvariantCulture, $"{objects:N0} objects{follows}")) with { StoreValues = false };
    }

    private static ProtocolOutcome Of(GetInstancesResponse response)
    {
        var values = new List<ParameterValue>();
        foreach (var instance in response.RequestedTables.SelectMany(t => t.Instances))
        {
            values.Add(new ParameterValue(instance.Path, null, "object"));
            values.AddRange(instance.UniqueKeys.Select(k => new ParameterValue(instance.Path + k.Key, k.Value, "string")));
        }
        var errors = response.RequestedTables.Where(t => t.ErrorCode != 0).Select(t => new PathError { Path = t.Path, Code = t.ErrorCode, Message = t.ErrorMessage }).ToList();
        if (errors.Count > 0) return ProtocolOutcome.Failure(UspFaults.Of(errors, response.RequestedTables.Count), values) with { StoreValues = false };
        var count = response.RequestedTables.Sum(t => t.Instances.Count);
        return ProtocolOutcome.Success(values, count == 1 ? "1 instance" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} instances")) with { StoreValues = false };
    }

    private static string Count(int values) => values == 1 ? "1 value" : string.Create(CultureInfo.InvariantCulture, $"{values:N0} values");
}
