using System.Globalization;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>
/// The exchange of one job as people read it. A community is never part of it. Of a long walk the first and the last messages are kept,
/// and made into text only at the end, so that watching costs a walk next to nothing.
/// </summary>
internal sealed class SnmpTrace(TimeProvider time) : ISnmpWatch
{
    private const int Kept = 20, VarBindsShown = 60;

    private readonly Lock gate = new();
    private readonly List<Message> first = [];
    private readonly Queue<Message> last = [];
    private int leftOut;

    /// <inheritdoc />
    public void Sent(in SnmpRequest request, int attempt) => Add(new Message(time.GetUtcNow(), request, attempt, null));

    /// <inheritdoc />
    public void Ended(SnmpReply reply) => Add(new Message(time.GetUtcNow(), default, 0, reply));

    /// <inheritdoc />
    public void Noted(string text) => Add(new Message(time.GetUtcNow(), default, 0, null) { Note = text });

    /// <summary>What was kept, oldest first.</summary>
    public IReadOnlyList<TraceEntry> Entries()
    {
        lock (gate)
        {
            var entries = first.Select(Entry).ToList();
            if (leftOut > 0) entries.Add(new TraceEntry(last.Peek().At, TraceDirection.Note, $"{leftOut.ToString("N0", CultureInfo.InvariantCulture)} messages left out", ""));
            entries.AddRange(last.Select(Entry));
            return entries;
        }
    }

    private void Add(in Message message)
    {
        lock (gate)
        {
            if (first.Count < Kept)
            {
                first.Add(message);
                return;
            }

            last.Enqueue(message);
            if (last.Count <= Kept) return;
            last.Dequeue();
            leftOut++;
        }
    }

    private static TraceEntry Entry(Message message) => message.Note is { } note ? new TraceEntry(message.At, TraceDirection.Note, note, "") : message.Reply is { } reply ? Entry(message.At, reply) : Entry(message.At, message.Request, message.Attempt);

    private static TraceEntry Entry(DateTimeOffset at, SnmpRequest request, int attempt)
    {
        var title = new StringBuilder(request.Type.ToString());
        if (request.Type == PduType.GetBulkRequest) title.Append(CultureInfo.InvariantCulture, $" non-repeaters {request.NonRepeaters}, max-repetitions {request.MaxRepetitions}");
        if (attempt > 1) title.Append(CultureInfo.InvariantCulture, $", try {attempt}");
        return new TraceEntry(at, TraceDirection.Out, title.ToString(), Body(request.VarBinds.Span, request.Type == PduType.SetRequest));
    }

    private static TraceEntry Entry(DateTimeOffset at, SnmpReply reply)
    {
        if (reply.Status != SnmpReplyStatus.Answered)
        {
            var words = reply.Status switch
            {
                SnmpReplyStatus.TimedOut => "No answer",
                SnmpReplyStatus.Report => "The device refused the message",
                SnmpReplyStatus.Unreachable => "The network refused",
                _ => "The answer is no response to the request",
            };
            return new TraceEntry(at, TraceDirection.Note, reply.Detail is null ? words : $"{words}: {reply.Detail}", "");
        }

        var title = reply.ErrorStatus == SnmpErrorStatus.NoError
            ? string.Create(CultureInfo.InvariantCulture, $"Response, {reply.VarBinds.Length} {(reply.VarBinds.Length == 1 ? "variable" : "variables")} in {reply.Elapsed.TotalMilliseconds:0.#} ms")
            : string.Create(CultureInfo.InvariantCulture, $"Response error-status {reply.ErrorStatus}, error-index {reply.ErrorIndex}");
        return new TraceEntry(at, TraceDirection.In, title, Body(reply.VarBinds.Span, true));
    }

    private static string Body(ReadOnlySpan<VarBind> varBinds, bool withValues)
    {
        var text = new StringBuilder();
        for (var i = 0; i < varBinds.Length && i < VarBindsShown; i++)
        {
            if (i > 0) text.Append('\n');
            text.Append(varBinds[i].Name);
            if (withValues) text.Append(" = ").Append(SnmpText.TypeName(varBinds[i].Value)).Append(": ").Append(SnmpText.Render(varBinds[i].Value));
        }

        if (varBinds.Length > VarBindsShown) text.Append(CultureInfo.InvariantCulture, $"\n… {varBinds.Length - VarBindsShown} more");
        return text.ToString();
    }

    private readonly record struct Message(DateTimeOffset At, SnmpRequest Request, int Attempt, SnmpReply? Reply)
    {
        public string? Note { get; init; }
    }
}
