namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Values of one object instance.</summary>
public sealed record ResolvedPath : IProtoMessage
{
    /// <summary>The object's path, with a dot at its end.</summary>
    public string Path { get; init; } = "";

    /// <summary>Values by the parameters' names relative to the path.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = NoValues.Map;

    internal static ResolvedPath Read(ProtoReader reader)
    {
        var path = "";
        Dictionary<string, string>? parameters = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: reader.Entry(ref parameters); break;
                default: reader.Skip(); break;
            }
        }
        return new ResolvedPath { Path = path, Parameters = parameters ?? NoValues.Map };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Map(2, Parameters);
    }
}
