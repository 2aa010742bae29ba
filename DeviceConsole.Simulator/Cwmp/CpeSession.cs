using System.Net;
using System.Text;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>How a session ended.</summary>
public enum CpeSessionEnd
{
    /// <summary>The ACS had nothing more to ask.</summary>
    Complete,

    /// <summary>The ACS does not let the device in, is busy, or broke the rules.</summary>
    Failed,

    /// <summary>The device fell silent, as it was told to.</summary>
    Abandoned,
}

/// <summary>One session of the CPE (TR-069 §3.7.2): Inform, its own requests, an empty POST, then whatever the ACS asks.</summary>
public sealed class CpeSession(CpeHttp http, CpeMethods methods, CpeQuirks quirks)
{
    private const int MaximumRequests = 100_000;
    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);

    /// <summary>The requests that the ACS made, in their order.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What a busy ACS asked for.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>How long it waited for the ACS's answers, all of them together.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The status of the ACS's last answer.</summary>
    public HttpStatusCode Status { get; private set; }

    /// <summary>Runs it.</summary>
    /// <param name="inform">The Inform.</param>
    /// <param name="own">Requests of the device's own, each with what to do once it is answered.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public async Task<CpeSessionEnd> RunAsync(Inform inform, IEnumerable<(CwmpMessage Request, Action Done)> own, CancellationToken cancellationToken)
    {
        var reply = await PostAsync(new CwmpEnvelope(inform) { Id = "inform-1", Namespace = "urn:dslforum-org:cwmp-1-2" }, cancellationToken);
        if (reply.Status != HttpStatusCode.OK || Read(reply) is not { Message: InformResponse }) return CpeSessionEnd.Failed;
        var number = 1;
        foreach (var (request, done) in own)
        {
            reply = await PostAsync(new CwmpEnvelope(request) { Id = $"cpe-{++number}", Namespace = "urn:dslforum-org:cwmp-1-2" }, cancellationToken);
            if (reply.Status != HttpStatusCode.OK || Read(reply)?.Message.Name != request.Name + "Response") return CpeSessionEnd.Failed;
            done();
        }
        return await AnswerAsync(await PostAsync(null, cancellationToken), cancellationToken);
    }

    private async Task<CpeSessionEnd> AnswerAsync(CpeReply reply, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaximumRequests; i++)
        {
            if (reply.Status == HttpStatusCode.NoContent || (reply.Status == HttpStatusCode.OK && reply.Body.Length == 0)) break;
            if (reply.Status != HttpStatusCode.OK || Read(reply) is not { } envelope) return CpeSessionEnd.Failed;
            var name = envelope.Message.Name;
            Requests.Add(name);
            var count = seen[name] = seen.GetValueOrDefault(name) + 1;
            if (quirks.SilentAt is { } silent && silent.Request == name && silent.Count == count) return CpeSessionEnd.Abandoned;
            if (quirks.VanishesAtPartialPath && envelope.Message is GetParameterValues values && values.Names.Any(n => n.EndsWith('.'))) return CpeSessionEnd.Abandoned;
            if (quirks.RebootsAtOnce && envelope.Message is Reboot)
            {
                methods.Answer(envelope.Message);
                return CpeSessionEnd.Abandoned;
            }
            reply = await AnswerAsync(envelope, name, count, cancellationToken);
        }
        for (var i = 0; i < quirks.EmptyPostsAtEnd; i++) await PostAsync(null, cancellationToken);
        return CpeSessionEnd.Complete;
    }

    private async Task<CpeReply> AnswerAsync(CwmpEnvelope envelope, string name, int count, CancellationToken cancellationToken)
    {
        if (quirks.GarbageAt == name) return await SendAsync(Encoding.UTF8.GetBytes("<html>It works!"), cancellationToken);
        if (quirks.EmptyAt == name && count == 1) return await PostAsync(null, cancellationToken);
        var answer = quirks.WrongResponseAt == name ? new RebootResponse() : methods.Answer(envelope.Message);
        return await PostAsync(envelope with { Message = answer, HoldRequests = false, Id = quirks.NoHeader ? null : envelope.Id }, cancellationToken);
    }

    private Task<CpeReply> PostAsync(CwmpEnvelope? envelope, CancellationToken cancellationToken)
    {
        var body = envelope?.Write() ?? default;
        if (quirks.Rewrite is { } rewrite && !body.IsEmpty) body = Encoding.UTF8.GetBytes(rewrite(Encoding.UTF8.GetString(body.Span)));
        return SendAsync(body, cancellationToken);
    }

    private async Task<CpeReply> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var asked = System.Diagnostics.Stopwatch.GetTimestamp();
        var reply = await http.PostAsync(body, cancellationToken);
        Waited += System.Diagnostics.Stopwatch.GetElapsedTime(asked);
        (Status, RetryAfter) = (reply.Status, reply.RetryAfter);
        return reply;
    }

    private static CwmpEnvelope? Read(CpeReply reply)
    {
        try
        {
            return CwmpEnvelope.Read(reply.Body);
        }
        catch (CwmpDecodeException)
        {
            return null;
        }
    }
}
