namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What a <see cref="NotifyRequest"/> tells.</summary>
public abstract record Notification : IProtoMessage
{
    /// <summary>Its field of the message.</summary>
    internal abstract int Field { get; }

    void IProtoMessage.Write(ProtoWriter writer) => Write(writer);

    internal static Notification Read(int field, ProtoReader reader) => field switch
    {
        UspEvent.Number => UspEvent.Read(reader),
        ValueChange.Number => ValueChange.Read(reader),
        ObjectCreation.Number => ObjectCreation.Read(reader),
        ObjectDeletion.Number => ObjectDeletion.Read(reader),
        OperationComplete.Number => OperationComplete.Read(reader),
        OnBoardRequest.Number => OnBoardRequest.Read(reader),
        _ => throw new UspDecodeException($"The notification is of no kind that is known ({field})."),
    };

    internal abstract void Write(ProtoWriter writer);
}
