namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A USP Message (TR-369 §"Messages", usp-msg-1-4): the payload of a record.</summary>
/// <param name="Id">The requester's name for the exchange; the answer has the same.</param>
/// <param name="Body">What it says.</param>
public sealed record UspMessage(string Id, UspBody Body)
{
    /// <summary>Reads one message, which is all of <paramref name="data"/>.</summary>
    /// <exception cref="UspDecodeException">It is no message.</exception>
    public static UspMessage Decode(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data, new ProtoBudget());
        var id = "";
        var type = -1;
        UspBody? body = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (id, type) = ReadHeader(reader.Message()); break;
                case 2: body = ReadBody(reader.Message()); break;
                default: reader.Skip(); break;
            }
        }
        if (body is null || id.Length == 0) throw new UspDecodeException("The message lacks its ID or its body.");
        if (type != (int)body.Type) throw new UspDecodeException($"The header calls the message {(UspMessageType)type}, its body is {body.Type}.");
        return new UspMessage(id, body);
    }

    /// <summary>The message's bytes.</summary>
    public byte[] Encode()
    {
        var writer = new ProtoWriter();
        var header = writer.Begin(1);
        writer.Text(1, Id);
        writer.Enumeration(2, (int)Body.Type);
        writer.End(header);
        var body = writer.Begin(2);
        if (Body.Group == UspBody.Error)
        {
            writer.Message(UspBody.Error, Body);
        }
        else
        {
            var group = writer.Begin(Body.Group);
            writer.Message(Body.Field, Body);
            writer.End(group);
        }
        writer.End(body);
        return writer.ToArray();
    }

    // The type that stands for a header without one is Error, the default of its field.
    private static (string Id, int Type) ReadHeader(ProtoReader reader)
    {
        var id = "";
        var type = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: id = reader.Text(); break;
                case 2: type = reader.Enumeration(); break;
                default: reader.Skip(); break;
            }
        }
        return (id, type);
    }

    private static UspBody? ReadBody(ProtoReader reader)
    {
        UspBody? body = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case UspBody.Request or UspBody.Response: body = ReadGroup(field, reader.Message()); break;
                case UspBody.Error: body = UspError.Read(reader.Message()); break;
                default: reader.Skip(); break;
            }
        }
        return body;
    }

    private static UspBody? ReadGroup(int group, ProtoReader reader)
    {
        UspBody? body = null;
        while (reader.Next(out var field))
        {
            if (field > 11) reader.Skip();
            else body = group == UspBody.Request ? UspBody.ReadRequest(field, reader.Message()) : UspBody.ReadResponse(field, reader.Message());
        }
        return body;
    }
}
