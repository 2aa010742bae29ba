namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>A record of an end-to-end session (TR-369 §"Exchange of USP Records within an E2E Session Context").</summary>
/// <param name="SessionId">The session's number.</param>
/// <param name="SequenceId">The record's number within the session, from 1.</param>
/// <param name="ExpectedId">The number that the sender awaits next.</param>
public sealed record SessionContext(ulong SessionId, ulong SequenceId, ulong ExpectedId) : UspRecordBody
{
    internal const int Number = 8;

    /// <summary>The number of a record that the sender asks for again; 0 for none.</summary>
    public ulong RetransmitId { get; init; }

    /// <summary>The segmentation of the message.</summary>
    public SarState PayloadSarState { get; init; }

    /// <summary>The segmentation of the secured record.</summary>
    public SarState PayloadRecSarState { get; init; }

    /// <summary>The parts of the payload in this record, usually one; none in a mere acknowledgement.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Payload { get; init; } = [];

    internal override int Field => Number;

    internal static SessionContext Read(ProtoReader reader)
    {
        ulong session = 0, sequence = 0, expected = 0, retransmit = 0;
        SarState state = default, recordState = default;
        var payload = new List<ReadOnlyMemory<byte>>(1);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: session = reader.Number64(); break;
                case 2: sequence = reader.Number64(); break;
                case 3: expected = reader.Number64(); break;
                case 4: retransmit = reader.Number64(); break;
                case 5: state = (SarState)reader.Enumeration(); break;
                case 6: recordState = (SarState)reader.Enumeration(); break;
                case 7: payload.Add(reader.Bytes().ToArray()); break;
                default: reader.Skip(); break;
            }
        }
        return new SessionContext(session, sequence, expected) { RetransmitId = retransmit, PayloadSarState = state, PayloadRecSarState = recordState, Payload = payload };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Number64(1, SessionId);
        writer.Number64(2, SequenceId);
        writer.Number64(3, ExpectedId);
        writer.Number64(4, RetransmitId);
        writer.Enumeration(5, (int)PayloadSarState);
        writer.Enumeration(6, (int)PayloadRecSarState);
        foreach (var part in Payload) writer.Element(7, part.Span);
    }
}
