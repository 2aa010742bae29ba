namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request, a response or an error: one of the messages in this folder.</summary>
public abstract record UspBody : IProtoMessage
{
    internal const int Request = 1, Response = 2, Error = 3;

    /// <summary>What the message's header says it is.</summary>
    public abstract UspMessageType Type { get; }

    /// <summary>Its field within <see cref="Group"/>.</summary>
    internal abstract int Field { get; }

    /// <summary>Its field of the message's body.</summary>
    internal int Group => Type switch
    {
        UspMessageType.Error => Error,
        UspMessageType.Get or UspMessageType.GetSupportedDm or UspMessageType.GetInstances or UspMessageType.Set or UspMessageType.Add
            or UspMessageType.Delete or UspMessageType.Operate or UspMessageType.Notify or UspMessageType.GetSupportedProtocol
            or UspMessageType.Register or UspMessageType.Deregister => Request,
        _ => Response,
    };

    void IProtoMessage.Write(ProtoWriter writer) => Write(writer);

    internal static UspBody ReadRequest(int field, ProtoReader reader) => field switch
    {
        GetRequest.Number => GetRequest.Read(reader),
        GetSupportedDmRequest.Number => GetSupportedDmRequest.Read(reader),
        GetInstancesRequest.Number => GetInstancesRequest.Read(reader),
        SetRequest.Number => SetRequest.Read(reader),
        AddRequest.Number => AddRequest.Read(reader),
        DeleteRequest.Number => DeleteRequest.Read(reader),
        OperateRequest.Number => OperateRequest.Read(reader),
        NotifyRequest.Number => NotifyRequest.Read(reader),
        GetSupportedProtocolRequest.Number => GetSupportedProtocolRequest.Read(reader),
        RegisterRequest.Number => RegisterRequest.Read(reader),
        DeregisterRequest.Number => DeregisterRequest.Read(reader),
        _ => throw new UspDecodeException($"The request is of no kind that is known ({field})."),
    };

    internal static UspBody ReadResponse(int field, ProtoReader reader) => field switch
    {
        GetResponse.Number => GetResponse.Read(reader),
        GetSupportedDmResponse.Number => GetSupportedDmResponse.Read(reader),
        GetInstancesResponse.Number => GetInstancesResponse.Read(reader),
        SetResponse.Number => SetResponse.Read(reader),
        AddResponse.Number => AddResponse.Read(reader),
        DeleteResponse.Number => DeleteResponse.Read(reader),
        OperateResponse.Number => OperateResponse.Read(reader),
        NotifyResponse.Number => NotifyResponse.Read(reader),
        GetSupportedProtocolResponse.Number => GetSupportedProtocolResponse.Read(reader),
        RegisterResponse.Number => RegisterResponse.Read(reader),
        DeregisterResponse.Number => DeregisterResponse.Read(reader),
        _ => throw new UspDecodeException($"The response is of no kind that is known ({field})."),
    };

    internal abstract void Write(ProtoWriter writer);
}
