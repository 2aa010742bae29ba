namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Something happened.</summary>
public sealed record UspEvent : Notification
{
    /// <summary>Where.</summary>
    public string ObjectPath { get; init; } = "";

    /// <summary>The event's name, with its exclamation mark.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it tells.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = NoValues.Map;

    internal const int Number = 3;

    internal override int Field => Number;

    internal static UspEvent Read(ProtoReader reader)
    {
        var objectPath = "";
        var name = "";
        Dictionary<string, string>? parameters = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: objectPath = reader.Text(); break;
                case 2: name = reader.Text(); break;
                case 3: reader.Entry(ref parameters); break;
                default: reader.Skip(); break;
            }
        }
        return new UspEvent { ObjectPath = objectPath, Name = name, Parameters = parameters ?? NoValues.Map };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, ObjectPath);
        writer.Text(2, Name);
        writer.Map(3, Parameters);
    }
}
