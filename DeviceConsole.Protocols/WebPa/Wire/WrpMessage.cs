namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>One message of the Web Routing Protocol: a MessagePack map with the key <c>msg_type</c>.</summary>
public abstract record WrpMessage
{
    /// <summary>The longest message that is read, in bytes; the largest answers in the field are some tens of KiB.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>What it is.</summary>
    public abstract WrpType Type { get; }

    /// <summary>
    /// Reads one message. False where the bytes end before it does: then nothing is consumed.
    /// Keys that WRP does not know are passed over, and one that stands twice counts with its last value (parodus appends its <c>metadata</c>).
    /// </summary>
    /// <exception cref="WrpDecodeException">The bytes are no WRP message, whatever follows.</exception>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out WrpMessage? message, out int consumed)
    {
        message = null;
        consumed = 0;
        if (!bytes.IsEmpty && (!MsgPackHead.TryRead(bytes.Span, out var head) || head.Kind != MsgPackKind.Map))
        {
            // The head of a map may still be incomplete.
            if (bytes.Span[0] is not (MsgPackFormat.Map16 or MsgPackFormat.Map32)) throw new WrpDecodeException("A WRP message is a map.");
            return false;
        }
        if (!MsgPackReader.TryMeasure(bytes.Span, MaximumLength, out var length)) return false;
        message = WrpFields.Read(bytes.Span[..length]).ToMessage();
        consumed = length;
        return true;
    }

    /// <summary>The message as bytes.</summary>
    public byte[] ToArray()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(256);
        new WrpMapWriter(output).Write(this);
        return output.WrittenSpan.ToArray();
    }
}
