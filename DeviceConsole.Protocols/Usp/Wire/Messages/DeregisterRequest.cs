namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A USP service takes back a part of the data model.</summary>
public sealed record DeregisterRequest : UspBody
{
    /// <summary>The paths.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    internal const int Number = 11;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Deregister;

    internal override int Field => Number;

    internal static DeregisterRequest Read(ProtoReader reader)
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
        return new DeregisterRequest { Paths = (IReadOnlyList<string>?)paths ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Texts(1, Paths);
    }
}
