namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A value to set.</summary>
public sealed record ParameterSetting : IProtoMessage
{
    /// <summary>The parameter's name within the object.</summary>
    public string Name { get; init; } = "";

    /// <summary>The value as text.</summary>
    public string Value { get; init; } = "";

    /// <summary>True where its failure makes the object's fail.</summary>
    public bool Required { get; init; }

    internal static ParameterSetting Read(ProtoReader reader)
    {
        var name = "";
        var value = "";
        var required = false;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: name = reader.Text(); break;
                case 2: value = reader.Text(); break;
                case 3: required = reader.Flag(); break;
                default: reader.Skip(); break;
            }
        }
        return new ParameterSetting { Name = name, Value = value, Required = required };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        writer.Text(2, Value);
        writer.Flag(3, Required);
    }
}
