namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>One parameter or path that failed.</summary>
public sealed record PathError : IProtoMessage
{
    /// <summary>The parameter, or the path.</summary>
    public string Path { get; init; } = "";

    /// <summary>An error code from 7000 on.</summary>
    public uint Code { get; init; }

    /// <summary>The agent's words for it.</summary>
    public string Message { get; init; } = "";

    internal static PathError Read(ProtoReader reader)
    {
        var path = "";
        uint code = 0;
        var message = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: code = reader.Number32(); break;
                case 3: message = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new PathError { Path = path, Code = code, Message = message };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Number32(2, Code);
        writer.Text(3, Message);
    }
}
