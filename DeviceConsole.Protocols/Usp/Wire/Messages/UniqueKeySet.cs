namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Parameters that together tell the instances of a table apart.</summary>
public sealed record UniqueKeySet : IProtoMessage
{
    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    internal static UniqueKeySet Read(ProtoReader reader)
    {
        List<string>? names = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (names ??= []).Add(reader.Text()); break;
                default: reader.Skip(); break;
            }
        }
        return new UniqueKeySet { Names = (IReadOnlyList<string>?)names ?? [] };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Texts(1, Names);
    }
}
