namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What a command gave.</summary>
public sealed record OutputArguments : IProtoMessage
{
    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = NoValues.Map;

    internal static OutputArguments Read(ProtoReader reader)
    {
        Dictionary<string, string>? values = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: reader.Entry(ref values); break;
                default: reader.Skip(); break;
            }
        }
        return new OutputArguments { Values = values ?? NoValues.Map };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Map(1, Values);
    }
}
