namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>An event of the agent's data model.</summary>
public sealed record SupportedEvent : IProtoMessage
{
    /// <summary>With its exclamation mark.</summary>
    public string Name { get; init; } = "";

    /// <summary>Names of what it tells.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    internal static SupportedEvent Read(ProtoReader reader)
    {
        var name = "";
        List<string>? arguments = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: name = reader.Text(); break;
                case 2: (arguments ??= []).Add(reader.Text()); break;
                default: reader.Skip(); break;
            }
        }
        return new SupportedEvent { Name = name, Arguments = (IReadOnlyList<string>?)arguments ?? [] };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        writer.Texts(2, Arguments);
    }
}
