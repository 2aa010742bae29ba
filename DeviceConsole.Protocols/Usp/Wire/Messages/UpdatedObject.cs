namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one object of a <see cref="SetRequest"/> came to.</summary>
public sealed record UpdatedObject : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>The instances that it stands for, or why none was changed.</summary>
    public OperationStatus<UpdatedInstances> Status { get; init; } = new();

    internal static UpdatedObject Read(ProtoReader reader)
    {
        var path = "";
        var status = new OperationStatus<UpdatedInstances>();
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: status = OperationStatus<UpdatedInstances>.Read(reader.Message(), UpdatedInstances.Read); break;
                default: reader.Skip(); break;
            }
        }
        return new UpdatedObject { Path = path, Status = status };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Message(2, Status);
    }
}
