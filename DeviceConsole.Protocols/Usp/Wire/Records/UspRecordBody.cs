namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>What a record is: one of the kinds in this folder.</summary>
public abstract record UspRecordBody : IProtoMessage
{
    /// <summary>Its field of the record.</summary>
    internal abstract int Field { get; }

    void IProtoMessage.Write(ProtoWriter writer) => Write(writer);

    internal static UspRecordBody Read(int field, ProtoReader reader) => field switch
    {
        NoSessionContext.Number => NoSessionContext.Read(reader),
        SessionContext.Number => SessionContext.Read(reader),
        WebSocketConnect.Number => WebSocketConnect.Read(reader),
        MqttConnect.Number => MqttConnect.Read(reader),
        StompConnect.Number => StompConnect.Read(reader),
        Disconnect.Number => Disconnect.Read(reader),
        UdsConnect.Number => UdsConnect.Read(reader),
        _ => throw new UspDecodeException($"The record holds nothing that is known ({field})."),
    };

    internal abstract void Write(ProtoWriter writer);
}
