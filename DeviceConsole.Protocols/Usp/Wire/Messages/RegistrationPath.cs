namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A path that a service offers.</summary>
public sealed record RegistrationPath : IProtoMessage
{
    /// <summary>The path.</summary>
    public string Path { get; init; } = "";

    internal static RegistrationPath Read(ProtoReader reader)
    {
        var path = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new RegistrationPath { Path = path };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
    }
}
