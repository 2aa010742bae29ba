namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Success or failure of one part of a request: at most one of the two is set.</summary>
public sealed record OperationStatus<T> : IProtoMessage where T : class
{
    /// <summary>Why it failed.</summary>
    public OperationFailure? Failure { get; init; }

    /// <summary>What it came to.</summary>
    public T? Success { get; init; }

    internal delegate T ReadSuccess(ProtoReader reader);

    internal static OperationStatus<T> Read(ProtoReader reader, ReadSuccess success)
    {
        var status = new OperationStatus<T>();
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: status = new OperationStatus<T> { Failure = OperationFailure.Read(reader.Message()) }; break;
                case 2: status = new OperationStatus<T> { Success = success(reader.Message()) }; break;
                default: reader.Skip(); break;
            }
        }
        return status;
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        if (Failure is not null) writer.Message(1, Failure);
        if (Success is not null) writer.Message(2, (IProtoMessage)Success);
    }
}
