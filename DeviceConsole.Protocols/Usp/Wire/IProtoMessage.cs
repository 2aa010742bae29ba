namespace DeviceConsole.Protocols.Usp.Wire;

/// <summary>A message of the schema that writes its own fields.</summary>
internal interface IProtoMessage
{
    /// <summary>Writes the fields in the order of their numbers.</summary>
    void Write(ProtoWriter writer);
}
