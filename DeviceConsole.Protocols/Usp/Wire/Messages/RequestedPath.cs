namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one path of a <see cref="GetRequest"/> came to.</summary>
public sealed record RequestedPath : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>0, or why nothing can be said of it.</summary>
    public uint ErrorCode { get; init; }

    /// <summary>The agent's words for it.</summary>
    public string ErrorMessage { get; init; } = "";

    /// <summary>The objects that it stands for.</summary>
    public IReadOnlyList<ResolvedPath> Resolved { get; init; } = [];

    internal static RequestedPath Read(ProtoReader reader)
    {
        var path = "";
        uint errorCode = 0;
        var errorMessage = "";
        List<ResolvedPath>? resolved = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: errorCode = reader.Number32(); break;
                case 3: errorMessage = reader.Text(); break;
                case 4: (resolved ??= []).Add(ResolvedPath.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new RequestedPath
        {
            Path = path,
            ErrorCode = errorCode,
            ErrorMessage = errorMessage,
            Resolved = (IReadOnlyList<ResolvedPath>?)resolved ?? [],
        };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Number32(2, ErrorCode);
        writer.Text(3, ErrorMessage);
        writer.Messages(4, Resolved);
    }
}
