namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The success of one path of a <see cref="DeregisterRequest"/>.</summary>
public sealed record DeregisteredPaths : IProtoMessage
{
    /// <summary>What is no longer offered.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    internal static DeregisteredPaths Read(ProtoReader reader)
    {
        List<string>? paths = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (paths ??= []).Add(reader.Text()); break;
                default: reader.Skip(); break;
            }
        }
        return new DeregisteredPaths { Paths = (IReadOnlyList<string>?)paths ?? [] };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Texts(1, Paths);
    }
}
