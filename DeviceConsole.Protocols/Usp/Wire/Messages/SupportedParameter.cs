namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A parameter of the agent's data model.</summary>
public sealed record SupportedParameter : IProtoMessage
{
    /// <summary>Its name within the object.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it can be written.</summary>
    public ParameterAccess Access { get; init; }

    /// <summary>Its type.</summary>
    public ParameterType Type { get; init; }

    /// <summary>Whether changes are told.</summary>
    public ValueChangeSupport ValueChange { get; init; }

    internal static SupportedParameter Read(ProtoReader reader)
    {
        var name = "";
        var access = default(ParameterAccess);
        var type = default(ParameterType);
        var valueChange = default(ValueChangeSupport);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: name = reader.Text(); break;
                case 2: access = (ParameterAccess)reader.Enumeration(); break;
                case 3: type = (ParameterType)reader.Enumeration(); break;
                case 4: valueChange = (ValueChangeSupport)reader.Enumeration(); break;
                default: reader.Skip(); break;
            }
        }
        return new SupportedParameter { Name = name, Access = access, Type = type, ValueChange = valueChange };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        writer.Enumeration(2, (int)Access);
        writer.Enumeration(3, (int)Type);
        writer.Enumeration(4, (int)ValueChange);
    }
}
