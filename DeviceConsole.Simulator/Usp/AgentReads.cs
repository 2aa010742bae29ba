using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>Answers Get, GetInstances and GetSupportedDM from a home gateway.</summary>
internal sealed class AgentReads(HomeGateway gateway, PathResolver resolver)
{
    public GetResponse Get(GetRequest request) => new() { RequestedPaths = [.. request.ParamPaths.Select(p => Get(p, (int)request.MaxDepth))] };

    public GetInstancesResponse GetInstances(GetInstancesRequest request) => new() { RequestedTables = [.. request.ObjectPaths.Select(p => Instances(p, request.FirstLevelOnly))] };

    public static GetSupportedDmResponse GetSupportedDm(GetSupportedDmRequest request) => new() { RequestedObjects = [.. request.ObjectPaths.Select(p => Supported(p, request))] };

    private RequestedPath Get(string path, int maxDepth)
    {
        var found = resolver.Resolve(path, out var error);
        if (error != 0) return new RequestedPath { Path = path, ErrorCode = error, ErrorMessage = $"{path} is not there." };
        var resolved = new List<ResolvedPath>();
        foreach (var one in found)
        {
            foreach (var group in gateway.Read(one).GroupBy(p => p.Path[..(p.Path.LastIndexOf('.') + 1)], StringComparer.Ordinal))
            {
                if (maxDepth > 0 && one.EndsWith('.') && Depth(group.Key) - Depth(one) >= maxDepth) continue;
                resolved.Add(new ResolvedPath { Path = group.Key, Parameters = group.ToDictionary(p => p.Path[group.Key.Length..], p => p.Reported, StringComparer.Ordinal) });
            }
        }
        return new RequestedPath { Path = path, Resolved = resolved };
    }

    private RequestedTable Instances(string path, bool firstLevelOnly)
    {
        var found = resolver.Resolve(path, out var error);
        if (error != 0) return new RequestedTable { Path = path, ErrorCode = error, ErrorMessage = $"{path} is not there." };
        var instances = found.SelectMany(f => gateway.List(f, nextLevel: false)).Where(n => n.IsObject && PathSegments.IsInstance(PathSegments.Last(n.Path)));
        if (firstLevelOnly) instances = instances.Where(n => found.Any(f => Depth(n.Path) - Depth(f) <= 1));
        return new RequestedTable
        {
            Path = path,
            Instances = [.. instances.Select(n => new CurrentInstance { Path = n.Path, UniqueKeys = UniqueKeys(n.Path) })],
        };
    }

    /// <summary>What tells an instance apart, in this model: its alias or its ID.</summary>
    public Dictionary<string, string> UniqueKeys(string instance)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (string[])["Alias", "ID", "EndpointID"])
            if (gateway.Find(instance + name) is { Value.Length: > 0 } key) keys[name] = key.Value;
        return keys;
    }

    private static RequestedObject Supported(string path, GetSupportedDmRequest request)
    {
        var at = Find(HomeGateway.Model.Root, path);
        if (at is null) return new RequestedObject { Path = path, ErrorCode = 7026, ErrorMessage = $"{path} is not in the data model." };
        var objects = new List<SupportedObject>();
        Collect(at, request, objects, 0);
        return new RequestedObject { Path = path, DataModelUri = "urn:broadband-forum-org:tr-181-2-16-0-usp", Objects = objects };
    }

    private static void Collect(ModelObject at, GetSupportedDmRequest request, List<SupportedObject> into, int depth)
    {
        var full = depth == 0 || !request.FirstLevelOnly;
        into.Add(new SupportedObject
        {
            Path = at.Path,
            Access = at.Writable ? ObjectAccess.AddDelete : ObjectAccess.ReadOnly,
            IsMultiInstance = at.IsTable,
            Parameters = full && request.ReturnParams ? [.. at.Parameters.Select(Supported)] : [],
            Commands = full && request.ReturnCommands ? AgentCommands.Of(at) : [],
            Events = full && request.ReturnEvents ? AgentCommands.EventsOf(at) : [],
            UniqueKeySets = full && request.ReturnUniqueKeySets && at.IsTable && at.Parameters.Any(p => p.Name == "Alias") ? [new UniqueKeySet { Names = ["Alias"] }] : [],
        });
        if (request.FirstLevelOnly && depth == 1) return;
        foreach (var child in at.Children) Collect(child, request, into, depth + 1);
    }

    private static SupportedParameter Supported(ModelParameter parameter) => new()
    {
        Name = parameter.Name,
        Access = parameter.Writable ? ParameterAccess.ReadWrite : ParameterAccess.ReadOnly,
        Type = parameter.Type switch
        {
            "base64" => ParameterType.Base64,
            "boolean" => ParameterType.Boolean,
            "dateTime" => ParameterType.DateTime,
            "decimal" => ParameterType.Decimal,
            "hexBinary" => ParameterType.HexBinary,
            "int" => ParameterType.Int,
            "long" => ParameterType.Long,
            "unsignedInt" => ParameterType.UnsignedInt,
            "unsignedLong" => ParameterType.UnsignedLong,
            _ => ParameterType.String,
        },
        ValueChange = parameter.Source is ValueSource.Counter or ValueSource.Clock or ValueSource.UpTime ? ValueChangeSupport.WillIgnore : ValueChangeSupport.Allowed,
    };

    private static ModelObject? Find(ModelObject root, string path)
    {
        var at = root;
        foreach (var segment in PathSegments.Split(path).Skip(1))
        {
            if (segment is "{i}" or "*" || PathSegments.IsInstance(segment)) continue;
            if (at.Children.FirstOrDefault(c => c.Name == segment) is not { } child) return null;
            at = child;
        }
        return at;
    }

    private static int Depth(string objectPath) => objectPath.Count(c => c == '.');
}
