namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="GetSupportedDmRequest"/>.</summary>
public sealed record GetSupportedDmResponse : UspBody
{
    /// <summary>One for each path of the request.</summary>
    public IReadOnlyList<RequestedObject> RequestedObjects { get; init; } = [];

    internal const int Number = 2;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.GetSupportedDmResp;

    internal override int Field => Number;

    internal static GetSupportedDmResponse Read(ProtoReader reader)
    {
        List<RequestedObject>? requestedObjects = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (requestedObjects ??= []).Add(RequestedObject.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new GetSupportedDmResponse { RequestedObjects = (IReadOnlyList<RequestedObject>?)requestedObjects ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, RequestedObjects);
    }
}
