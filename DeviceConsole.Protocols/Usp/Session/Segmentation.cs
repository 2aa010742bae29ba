using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>
/// This side's half of an end-to-end session: parts messages into records and keeps them until the agent has them
/// (TR-369 §"Segmented Message Exchange", §"Failure Handling of Received E2E Session Context Records"). Not safe for two at once: whoever sends holds <see cref="Turn"/>.
/// </summary>
/// <param name="segment">The longest payload of a record, in bytes.</param>
internal sealed class Segmentation(int segment)
{
    // Beyond these the agent has waited too long to ask again.
    private const int MaximumKept = 256;

    private readonly SortedDictionary<ulong, SessionContext> kept = [];
    private ulong session, last;

    /// <summary>The records of one message follow each other. Never disposed: it holds no handle.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Records that the agent has not acknowledged yet.</summary>
    public int Kept => kept.Count;

    /// <summary>A message's records, in order. A new number of the session begins it anew.</summary>
    public IReadOnlyList<SessionContext> Part(ulong sessionId, ulong expectedId, ReadOnlyMemory<byte> message)
    {
        Begin(sessionId);
        var count = Math.Max(1, (message.Length + segment - 1) / segment);
        var records = new SessionContext[count];
        for (var i = 0; i < count; i++)
        {
            var state = count == 1 ? SarState.None : i == 0 ? SarState.Begin : i == count - 1 ? SarState.Complete : SarState.InProcess;
            records[i] = new SessionContext(session, ++last, expectedId) { PayloadSarState = state, Payload = [message.Slice(i * segment, Math.Min(segment, message.Length - (i * segment)))] };
            kept[last] = records[i];
            if (kept.Count > MaximumKept) kept.Remove(kept.Keys.First());
        }
        return records;
    }

    /// <summary>A record without a payload that says what has come.</summary>
    public SessionContext Acknowledge(ulong sessionId, ulong expectedId)
    {
        Begin(sessionId);
        return new SessionContext(session, ++last, expectedId);
    }

    /// <summary>The agent awaits that number next: what is before it has come.</summary>
    public void Drop(ulong sessionId, ulong expectedId)
    {
        if (sessionId != session) return;
        foreach (var number in kept.Keys.TakeWhile(n => n < expectedId).ToList()) kept.Remove(number);
    }

    /// <summary>The record that the agent asks for again; null where it is kept no more.</summary>
    public SessionContext? Find(ulong sessionId, ulong number) => sessionId == session ? kept.GetValueOrDefault(number) : null;

    private void Begin(ulong sessionId)
    {
        if (session == sessionId) return;
        (session, last) = (sessionId, 0);
        kept.Clear();
    }
}
