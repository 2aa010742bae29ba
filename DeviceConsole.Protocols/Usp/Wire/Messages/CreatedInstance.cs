namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A new instance.</summary>
public sealed record CreatedInstance : IProtoMessage
{
    /// <summary>Its path.</summary>
    public string Path { get; init; } = "";

    /// <summary>Parameters that could not be set.</summary>
    public IReadOnlyList<PathError> Errors { get; init; } = [];

    /// <summary>What tells it apart.</summary>
    public IReadOnlyDictionary<string, string> UniqueKeys { get; init; } = NoValues.Map;

    internal static CreatedInstance Read(ProtoReader reader)
    {
        var path = "";
        List<PathError>? errors = null;
        Dictionary<string, string>? uniqueKeys = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: (errors ??= []).Add(PathError.Read(reader.Message())); break;
                case 3: reader.Entry(ref uniqueKeys); break;
                default: reader.Skip(); break;
            }
        }
        return new CreatedInstance { Path = path, Errors = (IReadOnlyList<PathError>?)errors ?? [], UniqueKeys = uniqueKeys ?? NoValues.Map };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Messages(2, Errors);
        writer.Map(3, UniqueKeys);
    }
}
