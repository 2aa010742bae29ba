namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one path of a <see cref="DeregisterRequest"/> came to.</summary>
public sealed record DeregisteredPath : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>The paths, or why they are still there.</summary>
    public OperationStatus<DeregisteredPaths> Status { get; init; } = new();

    internal static DeregisteredPath Read(ProtoReader reader)
    {
        var path = "";
        var status = new OperationStatus<DeregisteredPaths>();
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: status = OperationStatus<DeregisteredPaths>.Read(reader.Message(), DeregisteredPaths.Read); break;
                default: reader.Skip(); break;
            }
        }
        return new DeregisteredPath { Path = path, Status = status };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Message(2, Status);
    }
}
