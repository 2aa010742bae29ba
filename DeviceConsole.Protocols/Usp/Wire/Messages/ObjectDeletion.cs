namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>An instance is gone.</summary>
public sealed record ObjectDeletion : Notification
{
    /// <summary>Its path.</summary>
    public string Path { get; init; } = "";

    internal const int Number = 6;

    internal override int Field => Number;

    internal static ObjectDeletion Read(ProtoReader reader)
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
        return new ObjectDeletion { Path = path };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
    }
}
