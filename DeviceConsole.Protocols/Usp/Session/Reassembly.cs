using System.Buffers;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>
/// The agent's half of an end-to-end session: puts segmented messages together again (TR-369 §"Segmented Message Exchange").
/// Records come in order on every transport here; one that does not ends the session.
/// </summary>
internal sealed class Reassembly(int maximum)
{
    private readonly ArrayBufferWriter<byte> whole = new();
    private ulong session;
    private bool open, inMessage;

    /// <summary>The session's number.</summary>
    public ulong SessionId => session;

    /// <summary>The number that is awaited next.</summary>
    public ulong ExpectedId { get; private set; } = 1;

    /// <summary>
    /// Takes a record. <paramref name="message"/> is the message that it completes, or null.
    /// The result is null, or the reason to end the session with code 7105.
    /// </summary>
    public string? Take(SessionContext record, out byte[]? message)
    {
        message = null;
        if (!open || record.SessionId != session) Start(record);
        if (record.SequenceId < ExpectedId) return null;
        if (record.SequenceId > ExpectedId) return $"Record {record.SequenceId} came where {ExpectedId} was due.";
        ExpectedId++;
        return record.Payload.Count == 0 ? null : TakePayload(record, out message);
    }

    // A new number begins a new session; what was half received of the old one is void.
    private void Start(SessionContext record)
    {
        (session, open, inMessage) = (record.SessionId, true, false);
        ExpectedId = record.SequenceId;
        whole.ResetWrittenCount();
    }

    private string? TakePayload(SessionContext record, out byte[]? message)
    {
        message = null;
        var begins = record.PayloadSarState is SarState.None or SarState.Begin;
        if (begins == inMessage) return "A segment came out of its order.";
        if (begins) whole.ResetWrittenCount();
        foreach (var part in record.Payload)
        {
            if (whole.WrittenCount + part.Length > maximum) return $"A segmented message is longer than {maximum:N0} bytes.";
            whole.Write(part.Span);
        }
        inMessage = record.PayloadSarState is SarState.Begin or SarState.InProcess;
        if (!inMessage) message = whole.WrittenSpan.ToArray();
        return null;
    }
}
