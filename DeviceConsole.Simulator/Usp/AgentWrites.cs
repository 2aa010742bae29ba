using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>Answers Set, Add and Delete from a home gateway.</summary>
internal sealed class AgentWrites(HomeGateway gateway, PathResolver resolver, AgentReads reads)
{
    private readonly List<(string Path, string Value)> before = [];

    public UspBody Set(SetRequest request)
    {
        var results = new List<UpdatedObject>();
        before.Clear();
        foreach (var wanted in request.Objects)
        {
            var found = resolver.Resolve(wanted.Path, out var error);
            if (error != 0)
            {
                if (!request.AllowPartial) return Refused([new PathError { Path = wanted.Path, Code = error, Message = $"{wanted.Path} is not there." }]);
                results.Add(new UpdatedObject { Path = wanted.Path, Status = new() { Failure = new OperationFailure { Code = error, Message = $"{wanted.Path} is not there." } } });
                continue;
            }
            var updated = new List<UpdatedInstance>();
            var failures = new List<UpdatedInstance>();
            foreach (var instance in found)
            {
                var (done, failed) = Apply(instance, wanted.Parameters);
                if (failed is null) updated.Add(done);
                else failures.Add(failed);
            }
            if (failures.Count > 0 && !request.AllowPartial) return Refused([.. failures.SelectMany(f => f.Errors.Select(e => e with { Path = f.Path + e.Path }))]);
            results.Add(failures.Count > 0
                ? new UpdatedObject { Path = wanted.Path, Status = new() { Failure = new OperationFailure { Code = 7021, Message = "A required parameter failed.", Instances = failures } } }
                : new UpdatedObject { Path = wanted.Path, Status = new() { Success = new UpdatedInstances { Instances = updated } } });
        }
        return new SetResponse { Objects = results };
    }

    public UspBody Add(AddRequest request)
    {
        var results = new List<CreatedObject>();
        foreach (var wanted in request.Objects)
        {
            var created = Create(wanted);
            if (created.Status.Failure is { } failure && !request.AllowPartial)
                return new UspError { Code = 7004, Message = failure.Message, Errors = [new PathError { Path = wanted.Path, Code = failure.Code, Message = failure.Message }] };
            results.Add(created);
        }
        return new AddResponse { Objects = results };
    }

    public DeleteResponse Delete(DeleteRequest request) => new() { Objects = [.. request.ObjectPaths.Select(Delete)] };

    private CreatedObject Create(ObjectSettings wanted)
    {
        var (number, fault) = gateway.Add(wanted.Path);
        if (fault is not null) return new CreatedObject { Path = wanted.Path, Status = new() { Failure = new OperationFailure { Code = Code(fault), Message = fault.Text } } };
        var path = $"{wanted.Path}{number}.";
        var (done, failed) = Apply(path, wanted.Parameters);
        if (failed is null) return new CreatedObject { Path = wanted.Path, Status = new() { Success = new CreatedInstance { Path = path, Errors = done.Errors, UniqueKeys = reads.UniqueKeys(path) } } };
        gateway.Delete(path);
        var first = failed.Errors[0];
        return new CreatedObject { Path = wanted.Path, Status = new() { Failure = new OperationFailure { Code = first.Code, Message = first.Message } } };
    }

    // A value that may fail is left out when it does, and the others are tried again.
    private (UpdatedInstance Done, UpdatedInstance? Failed) Apply(string instance, IReadOnlyList<ParameterSetting> settings)
    {
        var left = settings.ToList();
        var errors = new List<PathError>();
        var old = left.Select(s => (Path: instance + s.Name, gateway.Find(instance + s.Name)?.Value ?? "")).ToList();
        while (left.Count > 0 && gateway.Set([.. left.Select(s => (instance + s.Name, s.Value))]) is { } fault)
        {
            var at = left.FindIndex(s => instance + s.Name == fault.Path);
            var error = new PathError { Path = at < 0 ? "" : left[at].Name, Code = Code(fault), Message = fault.Text };
            if (at < 0 || left[at].Required) return (new UpdatedInstance(), new UpdatedInstance { Path = instance, Errors = [error] });
            errors.Add(error);
            left.RemoveAt(at);
        }
        before.AddRange(old.Where(o => left.Any(s => instance + s.Name == o.Path)));
        var values = left.ToDictionary(s => s.Name, s => gateway.Find(instance + s.Name)?.Reported ?? "", StringComparer.Ordinal);
        return (new UpdatedInstance { Path = instance, Errors = errors, Parameters = values }, null);
    }

    // Nothing to delete is no failure.
    private DeletedObject Delete(string path)
    {
        var found = resolver.Resolve(path, out var error);
        if (error is 7026) return new DeletedObject { Path = path, Status = new() { Failure = new OperationFailure { Code = error, Message = $"{path} is not in the data model." } } };
        var gone = new List<string>();
        var kept = new List<PathError>();
        foreach (var instance in found)
        {
            if (gateway.Delete(instance) is { } fault) kept.Add(new PathError { Path = instance, Code = 7024, Message = fault.Text });
            else gone.Add(instance);
        }
        return new DeletedObject { Path = path, Status = new() { Success = new DeletedInstances { Affected = gone, Unaffected = kept } } };
    }

    // All or nothing: what was changed before the failure goes back.
    private UspError Refused(IReadOnlyList<PathError> errors)
    {
        if (before.Count > 0) gateway.Set(before);
        return new UspError { Code = 7004, Message = errors[0].Message, Errors = errors };
    }

    private static uint Code(GatewayFault fault) => fault.Kind switch
    {
        GatewayFaultKind.UnknownPath => 7010,
        GatewayFaultKind.ReadOnly => 7013,
        GatewayFaultKind.WrongType => 7011,
        GatewayFaultKind.WrongValue => 7012,
        _ => 7005,
    };
}
