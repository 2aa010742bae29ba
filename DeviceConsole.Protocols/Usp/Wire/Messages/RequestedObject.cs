namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one path of a <see cref="GetSupportedDmRequest"/> came to.</summary>
public sealed record RequestedObject : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>0, or why nothing can be said of it.</summary>
    public uint ErrorCode { get; init; }

    /// <summary>The agent's words for it.</summary>
    public string ErrorMessage { get; init; } = "";

    /// <summary>The data model that it follows.</summary>
    public string DataModelUri { get; init; } = "";

    /// <summary>It and the objects below.</summary>
    public IReadOnlyList<SupportedObject> Objects { get; init; } = [];

    internal static RequestedObject Read(ProtoReader reader)
    {
        var path = "";
        uint errorCode = 0;
        var errorMessage = "";
        var dataModelUri = "";
        List<SupportedObject>? objects = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: errorCode = reader.Number32(); break;
                case 3: errorMessage = reader.Text(); break;
                case 4: dataModelUri = reader.Text(); break;
                case 5: (objects ??= []).Add(SupportedObject.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new RequestedObject
        {
            Path = path,
            ErrorCode = errorCode,
            ErrorMessage = errorMessage,
            DataModelUri = dataModelUri,
            Objects = (IReadOnlyList<SupportedObject>?)objects ?? [],
        };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Number32(2, ErrorCode);
        writer.Text(3, ErrorMessage);
        writer.Text(4, DataModelUri);
        writer.Messages(5, Objects);
    }
}
