using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>What the MIB browser uses an operation for. A protocol has at most one operation a role.</summary>
public enum ObjectRole
{
    /// <summary>Reads single instances.</summary>
    Get,

    /// <summary>Reads what follows a name.</summary>
    GetNext,

    /// <summary>Reads several successors of a name at once.</summary>
    GetBulk,

    /// <summary>Reads everything below a name.</summary>
    Walk,

    /// <summary>Reads columns of conceptual tables side by side: the field is a list of columns.</summary>
    Table,

    /// <summary>Writes instances: the field is a table with a column for the name, one for the type and one for the value.</summary>
    Set,
}

/// <summary>How the MIB browser builds a job from an operation; only protocols whose paths are object identifiers set this.</summary>
/// <param name="Role">What the operation is good for.</param>
/// <param name="Field">The id of the field that holds the object identifiers: text, a list, or rows.</param>
public sealed record ObjectUse(ObjectRole Role, string Field)
{
    /// <summary>Rows: the column of the object identifier.</summary>
    public string NameColumn { get; init; } = "oid";

    /// <summary>Rows: the column of the type.</summary>
    public string TypeColumn { get; init; } = "type";

    /// <summary>Rows: the column of the value as text.</summary>
    public string ValueColumn { get; init; } = "value";

    /// <summary>The toggle that shows what would change and writes nothing; null where there is none.</summary>
    public string? DryRunField { get; init; }

    /// <summary>What stands in the type column for each base type of the SMI (<c>Integer32</c>, <c>OctetString</c>, <c>OctetString.hex</c> …).</summary>
    public IReadOnlyDictionary<string, string> Types { get; init; } = new Dictionary<string, string>();
}

/// <summary>Makes the arguments of jobs from object identifiers.</summary>
public static class ObjectJobs
{
    /// <summary>The protocol's operation for that role, or null.</summary>
    public static OperationDescriptor? For(this ProtocolDescriptor descriptor, ObjectRole role) => descriptor.Operations.FirstOrDefault(o => o.Objects?.Role == role);

    /// <summary>Arguments to read one object identifier.</summary>
    public static JsonObject ObjectArguments(this OperationDescriptor operation, string oid)
    {
        var use = operation.Objects!;
        var isList = operation.Fields.First(f => f.Id == use.Field).Kind == FieldKind.List;
        return new JsonObject { [use.Field] = isList ? new JsonArray(JsonValue.Create(oid)) : JsonValue.Create(oid) };
    }

    /// <summary>Arguments to read several at once, for an operation whose field is a list.</summary>
    public static JsonObject ObjectArguments(this OperationDescriptor operation, IEnumerable<string> oids) =>
        new() { [operation.Objects!.Field] = new JsonArray([.. oids.Select(o => (JsonNode)JsonValue.Create(o)!)]) };

    /// <summary>Arguments to write one value; null where the protocol cannot send the type.</summary>
    /// <param name="operation">An operation of the role Set.</param>
    /// <param name="oid">The instance.</param>
    /// <param name="type">A key of <see cref="ObjectUse.Types"/>.</param>
    /// <param name="value">As text.</param>
    /// <param name="dryRun">True: only what would change, where the protocol can tell.</param>
    public static JsonObject? ObjectArguments(this OperationDescriptor operation, string oid, string type, string value, bool dryRun = false)
    {
        var use = operation.Objects!;
        if (!use.Types.TryGetValue(type, out var word)) return null;
        var arguments = new JsonObject { [use.Field] = new JsonArray(new JsonObject { [use.NameColumn] = oid, [use.TypeColumn] = word, [use.ValueColumn] = value }) };
        if (dryRun && use.DryRunField is { } field) arguments[field] = true;
        return arguments;
    }
}
