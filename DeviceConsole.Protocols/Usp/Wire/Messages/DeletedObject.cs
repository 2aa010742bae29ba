namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one path of a <see cref="DeleteRequest"/> came to.</summary>
public sealed record DeletedObject : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>What is gone, or why nothing is.</summary>
    public OperationStatus<DeletedInstances> Status { get; init; } = new();

    internal static DeletedObject Read(ProtoReader reader)
    {
        var path = "";
        var status = new OperationStatus<DeletedInstances>();
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: status = OperationStatus<DeletedInstances>.Read(reader.Message(), DeletedInstances.Read); break;
                default: reader.Skip(); break;
            }
        }
        return new DeletedObject { Path = path, Status = status };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Message(2, Status);
    }
}
