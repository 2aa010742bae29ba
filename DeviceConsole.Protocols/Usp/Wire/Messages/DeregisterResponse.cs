namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="DeregisterRequest"/>.</summary>
public sealed record DeregisterResponse : UspBody
{
    /// <summary>One for each path.</summary>
    public IReadOnlyList<DeregisteredPath> Paths { get; init; } = [];

    internal const int Number = 11;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.DeregisterResp;

    internal override int Field => Number;

    internal static DeregisterResponse Read(ProtoReader reader)
    {
        List<DeregisteredPath>? paths = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (paths ??= []).Add(DeregisteredPath.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new DeregisterResponse { Paths = (IReadOnlyList<DeregisteredPath>?)paths ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, Paths);
    }
}
