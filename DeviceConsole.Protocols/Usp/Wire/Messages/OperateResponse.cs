namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to an <see cref="OperateRequest"/>.</summary>
public sealed record OperateResponse : UspBody
{
    /// <summary>One for each object that has the command.</summary>
    public IReadOnlyList<OperationResult> Results { get; init; } = [];

    internal const int Number = 7;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.OperateResp;

    internal override int Field => Number;

    internal static OperateResponse Read(ProtoReader reader)
    {
        List<OperationResult>? results = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (results ??= []).Add(OperationResult.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new OperateResponse { Results = (IReadOnlyList<OperationResult>?)results ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Messages(1, Results);
    }
}
