namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="GetInstancesRequest"/>.</summary>
public sealed record GetInstancesResponse : UspBody
{
    /// <summary>One for each path of the request.</summary>
    public IReadOnlyList<RequestedTable> RequestedTables { get; init; } = [];

    internal const int Number = 3;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.GetInstancesResp;

    internal override int Field => Number;

    internal static GetInstancesResponse Read(ProtoReader reader)
    {
        List<RequestedTable>? requestedTables = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (requestedTables ??= []).Add(RequestedTable.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new GetInstancesResponse { RequestedTables = (IReadOnlyList<RequestedTable>?)requestedTables ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, RequestedTables);
    }
}
