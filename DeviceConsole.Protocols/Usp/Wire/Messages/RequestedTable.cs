namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one path of a <see cref="GetInstancesRequest"/> came to.</summary>
public sealed record RequestedTable : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>0, or why nothing can be said of it.</summary>
    public uint ErrorCode { get; init; }

    /// <summary>The agent's words for it.</summary>
    public string ErrorMessage { get; init; } = "";

    /// <summary>The instances there are.</summary>
    public IReadOnlyList<CurrentInstance> Instances { get; init; } = [];

    internal static RequestedTable Read(ProtoReader reader)
    {
        var path = "";
        uint errorCode = 0;
        var errorMessage = "";
        List<CurrentInstance>? instances = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: errorCode = reader.Number32(); break;
                case 3: errorMessage = reader.Text(); break;
                case 4: (instances ??= []).Add(CurrentInstance.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new RequestedTable
        {
            Path = path,
            ErrorCode = errorCode,
            ErrorMessage = errorMessage,
            Instances = (IReadOnlyList<CurrentInstance>?)instances ?? [],
        };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Number32(2, ErrorCode);
        writer.Text(3, ErrorMessage);
        writer.Messages(4, Instances);
    }
}
