using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>What the parameter browser uses an operation for. A protocol has at most one operation a role; a role without one is not offered.</summary>
public enum TreeRole
{
    /// <summary>Reads single parameters. The path field takes full parameter paths.</summary>
    Read,

    /// <summary>Reads everything below objects, names and writability too where the protocol knows them (objects as
    /// <see cref="Parameters.ParameterValue"/> says), so that empty tables are seen. The path field takes object paths that end with a dot.</summary>
    Refresh,

    /// <summary>Sets values. The path field is a table (<see cref="FieldKind.Rows"/>) with a column for the path and one for the value.</summary>
    Write,

    /// <summary>Adds an instance. The path field takes the table's path, which ends with a dot (<c>Device.NAT.PortMapping.</c>).</summary>
    Add,

    /// <summary>Deletes instances. The path field takes their paths, which end with a dot (<c>Device.NAT.PortMapping.3.</c>).</summary>
    Delete,
}

/// <summary>
/// How the parameter browser builds a job from an operation: it fills the path field, all other fields keep their
/// <see cref="FieldDescriptor.Default"/>. Only protocols whose paths are dotted names under one root object
/// (TR-181: "Device.") set this.
/// </summary>
/// <param name="Role">What the operation is good for.</param>
/// <param name="PathField">
/// The id of the field that holds the paths: <see cref="FieldKind.Text"/> (one path), <see cref="FieldKind.List"/> (several), or
/// <see cref="FieldKind.Rows"/> (several; each row has its path in <see cref="PathColumn"/>).
/// </param>
public sealed record TreeUse(TreeRole Role, string PathField)
{
    /// <summary>Rows: the id of the column that holds a path.</summary>
    public string PathColumn { get; init; } = "path";

    /// <summary><see cref="TreeRole.Write"/>: the id of the column that holds the value as text.</summary>
    public string ValueColumn { get; init; } = "value";

    /// <summary><see cref="TreeRole.Refresh"/>: what stands in the path field for the whole tree of a device of which nothing is known yet.</summary>
    public string Root { get; init; } = "Device.";

    /// <summary>
    /// <see cref="TreeRole.Write"/>: the id of the column that holds the type, null where the protocol needs none. It gets the data model's
    /// word (string, int, unsignedInt, long, unsignedLong, boolean, dateTime, base64, hexBinary, decimal) where it is known; a
    /// <see cref="FieldKind.Choice"/> column gets it only if a choice has that value.
    /// </summary>
    public string? TypeColumn { get; init; }
}

/// <summary>One value to write: <paramref name="Type"/> is the data model's word, or null where it is unknown.</summary>
public sealed record TreeWrite(string Path, string Value, string? Type);

/// <summary>Makes the arguments of jobs from paths, by what descriptors say and nothing else.</summary>
public static class TreeJobs
{
    /// <summary>The protocol's operation for that role, or null.</summary>
    public static OperationDescriptor? For(this ProtocolDescriptor descriptor, TreeRole role) =>
        descriptor.Operations.FirstOrDefault(o => o.Tree?.Role == role);

    /// <summary>How many paths one job of the operation takes: one for a text field, else as many as a list may have.</summary>
    public static int Capacity(this OperationDescriptor operation) =>
        PathField(operation).Kind == FieldKind.Text ? 1 : DescriptorValidator.MaximumItems;

    /// <summary>Arguments for Read, Refresh, Add and Delete of these paths.</summary>
    public static JsonObject Arguments(this OperationDescriptor operation, IReadOnlyList<string> paths)
    {
        var arguments = Defaults(operation.Fields);
        var field = PathField(operation);
        arguments[field.Id] = field.Kind switch
        {
            FieldKind.Rows => new JsonArray([.. paths.Select(p => Row(field, operation.Tree!, p))]),
            FieldKind.List => new JsonArray([.. paths.Select(p => JsonValue.Create(p))]),
            _ => JsonValue.Create(paths.Single()),
        };
        return arguments;
    }

    /// <summary>Arguments for Write of these values.</summary>
    public static JsonObject Arguments(this OperationDescriptor operation, IReadOnlyList<TreeWrite> values)
    {
        var arguments = Defaults(operation.Fields);
        var field = PathField(operation);
        arguments[field.Id] = new JsonArray([.. values.Select(v => ValueRow(field, operation.Tree!, v))]);
        return arguments;
    }

    private static JsonObject Row(FieldDescriptor field, TreeUse use, string path)
    {
        var row = Defaults(field.Columns);
        row[use.PathColumn] = path;
        return row;
    }

    private static JsonObject ValueRow(FieldDescriptor field, TreeUse use, TreeWrite write)
    {
        var row = Row(field, use, write.Path);
        row[use.ValueColumn] = write.Value;
        if (use.TypeColumn is { } id && write.Type is { } type && field.Columns.FirstOrDefault(c => c.Id == id) is { } column
            && (column.Kind != FieldKind.Choice || column.Choices.Any(c => c.Value == type)))
        {
            row[id] = type;
        }

        return row;
    }

    private static FieldDescriptor PathField(OperationDescriptor operation) => operation.Fields.First(f => f.Id == operation.Tree!.PathField);

    private static JsonObject Defaults(IEnumerable<FieldDescriptor> fields)
    {
        var arguments = new JsonObject();
        foreach (var field in fields.Where(f => f.Default is not null))
        {
            arguments[field.Id] = field.Kind switch
            {
                FieldKind.Number or FieldKind.Toggle => JsonNode.Parse(field.Default!),
                FieldKind.List or FieldKind.Rows => new JsonArray(),
                _ => JsonValue.Create(field.Default),
            };
        }

        return arguments;
    }
}
