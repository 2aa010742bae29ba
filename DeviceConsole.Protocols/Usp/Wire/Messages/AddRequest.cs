namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request to create instances.</summary>
public sealed record AddRequest : UspBody
{
    /// <summary>True where what can be created is created although something else cannot.</summary>
    public bool AllowPartial { get; init; }

    /// <summary>What to create: tables, with the first values.</summary>
    public IReadOnlyList<ObjectSettings> Objects { get; init; } = [];

    internal const int Number = 5;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Add;

    internal override int Field => Number;

    internal static AddRequest Read(ProtoReader reader)
    {
        var allowPartial = false;
        List<ObjectSettings>? objects = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: allowPartial = reader.Flag(); break;
                case 2: (objects ??= []).Add(ObjectSettings.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new AddRequest { AllowPartial = allowPartial, Objects = (IReadOnlyList<ObjectSettings>?)objects ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Flag(1, AllowPartial);
        writer.Messages(2, Objects);
    }
}
