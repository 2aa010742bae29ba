namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>A record with one whole message and no end-to-end session.</summary>
/// <param name="Payload">The message's bytes.</param>
public sealed record NoSessionContext(ReadOnlyMemory<byte> Payload) : UspRecordBody
{
    internal const int Number = 7;

    internal override int Field => Number;

    internal static NoSessionContext Read(ProtoReader reader)
    {
        byte[] payload = [];
        while (reader.Next(out var field))
        {
            if (field == 2) payload = reader.Bytes().ToArray();
            else reader.Skip();
        }
        return new NoSessionContext(payload);
    }

    internal override void Write(ProtoWriter writer) => writer.Bytes(2, Payload.Span);
}
