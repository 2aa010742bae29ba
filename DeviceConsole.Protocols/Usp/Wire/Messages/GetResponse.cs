namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="GetRequest"/>.</summary>
public sealed record GetResponse : UspBody
{
    /// <summary>One for each path of the request, in its order.</summary>
    public IReadOnlyList<RequestedPath> RequestedPaths { get; init; } = [];

    internal const int Number = 1;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.GetResp;

    internal override int Field => Number;

    internal static GetResponse Read(ProtoReader reader)
    {
        List<RequestedPath>? requestedPaths = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (requestedPaths ??= []).Add(RequestedPath.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new GetResponse { RequestedPaths = (IReadOnlyList<RequestedPath>?)requestedPaths ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, RequestedPaths);
    }
}
