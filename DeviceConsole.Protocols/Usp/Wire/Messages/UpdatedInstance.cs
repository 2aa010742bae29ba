namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>One instance of a <see cref="SetResponse"/>.</summary>
public sealed record UpdatedInstance : IProtoMessage
{
    /// <summary>The instance.</summary>
    public string Path { get; init; } = "";

    /// <summary>Parameters that were not changed.</summary>
    public IReadOnlyList<PathError> Errors { get; init; } = [];

    /// <summary>Parameters that were, with their values.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = NoValues.Map;

    internal static UpdatedInstance Read(ProtoReader reader)
    {
        var path = "";
        List<PathError>? errors = null;
        Dictionary<string, string>? parameters = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: (errors ??= []).Add(PathError.Read(reader.Message())); break;
                case 3: reader.Entry(ref parameters); break;
                default: reader.Skip(); break;
            }
        }
        return new UpdatedInstance { Path = path, Errors = (IReadOnlyList<PathError>?)errors ?? [], Parameters = parameters ?? NoValues.Map };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Messages(2, Errors);
        writer.Map(3, Parameters);
    }
}
