namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>An instance of a table.</summary>
public sealed record CurrentInstance : IProtoMessage
{
    /// <summary>With a dot at its end.</summary>
    public string Path { get; init; } = "";

    /// <summary>Values of the parameters that tell it apart.</summary>
    public IReadOnlyDictionary<string, string> UniqueKeys { get; init; } = NoValues.Map;

    internal static CurrentInstance Read(ProtoReader reader)
    {
        var path = "";
        Dictionary<string, string>? uniqueKeys = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: reader.Entry(ref uniqueKeys); break;
                default: reader.Skip(); break;
            }
        }
        return new CurrentInstance { Path = path, UniqueKeys = uniqueKeys ?? NoValues.Map };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Map(2, UniqueKeys);
    }
}
