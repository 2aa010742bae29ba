namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one path of a <see cref="RegisterRequest"/> came to.</summary>
public sealed record RegisteredPath : IProtoMessage
{
    /// <summary>As requested.</summary>
    public string Path { get; init; } = "";

    /// <summary>The path, or why it was not taken.</summary>
    public OperationStatus<RegistrationPath> Status { get; init; } = new();

    internal static RegisteredPath Read(ProtoReader reader)
    {
        var path = "";
        var status = new OperationStatus<RegistrationPath>();
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: status = OperationStatus<RegistrationPath>.Read(reader.Message(), RegistrationPath.Read); break;
                default: reader.Skip(); break;
            }
        }
        return new RegisteredPath { Path = path, Status = status };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Message(2, Status);
    }
}
