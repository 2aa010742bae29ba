namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A value changed.</summary>
public sealed record ValueChange : Notification
{
    /// <summary>The parameter.</summary>
    public string Path { get; init; } = "";

    /// <summary>Its new value.</summary>
    public string Value { get; init; } = "";

    internal const int Number = 4;

    internal override int Field => Number;

    internal static ValueChange Read(ProtoReader reader)
    {
        var path = "";
        var value = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: value = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new ValueChange { Path = path, Value = value };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Text(2, Value);
    }
}
