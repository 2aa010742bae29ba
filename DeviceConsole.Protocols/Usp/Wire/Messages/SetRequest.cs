namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request to change values.</summary>
public sealed record SetRequest : UspBody
{
    /// <summary>True where what can be changed is changed although something else cannot.</summary>
    public bool AllowPartial { get; init; }

    /// <summary>What to change.</summary>
    public IReadOnlyList<ObjectSettings> Objects { get; init; } = [];

    internal const int Number = 4;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Set;

    internal override int Field => Number;

    internal static SetRequest Read(ProtoReader reader)
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
        return new SetRequest { AllowPartial = allowPartial, Objects = (IReadOnlyList<ObjectSettings>?)objects ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Flag(1, AllowPartial);
        writer.Messages(2, Objects);
    }
}
