namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="SetRequest"/>.</summary>
public sealed record SetResponse : UspBody
{
    /// <summary>One for each object of the request.</summary>
    public IReadOnlyList<UpdatedObject> Objects { get; init; } = [];

    internal const int Number = 4;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.SetResp;

    internal override int Field => Number;

    internal static SetResponse Read(ProtoReader reader)
    {
        List<UpdatedObject>? objects = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (objects ??= []).Add(UpdatedObject.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new SetResponse { Objects = (IReadOnlyList<UpdatedObject>?)objects ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, Objects);
    }
}
