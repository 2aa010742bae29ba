namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="RegisterRequest"/>.</summary>
public sealed record RegisterResponse : UspBody
{
    /// <summary>One for each path.</summary>
    public IReadOnlyList<RegisteredPath> Paths { get; init; } = [];

    internal const int Number = 10;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.RegisterResp;

    internal override int Field => Number;

    internal static RegisterResponse Read(ProtoReader reader)
    {
        List<RegisteredPath>? paths = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (paths ??= []).Add(RegisteredPath.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new RegisterResponse { Paths = (IReadOnlyList<RegisteredPath>?)paths ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, Paths);
    }
}
