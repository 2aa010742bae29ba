namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="DeleteRequest"/>.</summary>
public sealed record DeleteResponse : UspBody
{
    /// <summary>One for each path of the request.</summary>
    public IReadOnlyList<DeletedObject> Objects { get; init; } = [];

    internal const int Number = 6;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.DeleteResp;

    internal override int Field => Number;

    internal static DeleteResponse Read(ProtoReader reader)
    {
        List<DeletedObject>? objects = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (objects ??= []).Add(DeletedObject.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new DeleteResponse { Objects = (IReadOnlyList<DeletedObject>?)objects ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, Objects);
    }
}
