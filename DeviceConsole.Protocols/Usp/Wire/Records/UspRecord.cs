namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>
/// A USP Record (TR-369 §"Records", usp-record-1-4): the envelope of one hop from endpoint to endpoint.
/// </summary>
/// <param name="Version">The sender's version of the protocol, "1.0" to "1.4".</param>
/// <param name="ToId">The endpoint ID that it is for.</param>
/// <param name="FromId">The endpoint ID that it comes from.</param>
/// <param name="Body">What it is.</param>
public sealed record UspRecord(string Version, string ToId, string FromId, UspRecordBody Body)
{
    /// <summary>How the payload is secured: 0 is PLAINTEXT, 1 TLS12.</summary>
    public int PayloadSecurity { get; init; }

    /// <summary>Signature of the record; empty where there is none.</summary>
    public ReadOnlyMemory<byte> MacSignature { get; init; }

    /// <summary>The sender's certificate; empty where there is none.</summary>
    public ReadOnlyMemory<byte> SenderCert { get; init; }

    /// <summary>Reads one record, which is all of <paramref name="data"/>.</summary>
    /// <exception cref="UspDecodeException">It is no record.</exception>
    public static UspRecord Decode(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data, new ProtoBudget());
        string version = "", to = "", from = "";
        var security = 0;
        byte[] signature = [], certificate = [];
        UspRecordBody? body = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: version = reader.Text(); break;
                case 2: to = reader.Text(); break;
                case 3: from = reader.Text(); break;
                case 4: security = reader.Enumeration(); break;
                case 5: signature = reader.Bytes().ToArray(); break;
                case 6: certificate = reader.Bytes().ToArray(); break;
                case >= 7 and <= 13: body = UspRecordBody.Read(field, reader.Message()); break;
                default: reader.Skip(); break;
            }
        }
        if (body is null) throw new UspDecodeException("The record holds nothing of the kinds that are known.");
        if (to.Length == 0 || from.Length == 0) throw new UspDecodeException("The record lacks the endpoint ID of its sender or of its receiver.");
        return new UspRecord(version, to, from, body) { PayloadSecurity = security, MacSignature = signature, SenderCert = certificate };
    }

    /// <summary>The record's bytes.</summary>
    public byte[] Encode()
    {
        var writer = new ProtoWriter();
        writer.Text(1, Version);
        writer.Text(2, ToId);
        writer.Text(3, FromId);
        writer.Enumeration(4, PayloadSecurity);
        writer.Bytes(5, MacSignature.Span);
        writer.Bytes(6, SenderCert.Span);
        writer.Message(Body.Field, Body);
        return writer.ToArray();
    }
}
