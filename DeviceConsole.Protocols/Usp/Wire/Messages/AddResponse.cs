namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to an <see cref="AddRequest"/>.</summary>
public sealed record AddResponse : UspBody
{
    /// <summary>One for each object of the request.</summary>
    public IReadOnlyList<CreatedObject> Objects { get; init; } = [];

    internal const int Number = 5;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.AddResp;

    internal override int Field => Number;

    internal static AddResponse Read(ProtoReader reader)
    {
        List<CreatedObject>? objects = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (objects ??= []).Add(CreatedObject.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new AddResponse { Objects = (IReadOnlyList<CreatedObject>?)objects ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, Objects);
    }
}
