namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one object of an <see cref="AddRequest"/> came to.</summary>
public sealed record CreatedObject : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>The new instance, or why there is none.</summary>
    public OperationStatus<CreatedInstance> Status { get; init; } = new();

    internal static CreatedObject Read(ProtoReader reader)
    {
        var path = "";
        var status = new OperationStatus<CreatedInstance>();
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: status = OperationStatus<CreatedInstance>.Read(reader.Message(), CreatedInstance.Read); break;
                default: reader.Skip(); break;
            }
        }
        return new CreatedObject { Path = path, Status = status };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Message(2, Status);
    }
}
