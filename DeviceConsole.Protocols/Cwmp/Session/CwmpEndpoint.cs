using System.Globalization;
using System.Threading.RateLimiting;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Admission;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>The ACS's address: every POST of a device comes here (TR-069 §3.4).</summary>
internal sealed class CwmpEndpoint(
    IDeviceGateway gateway, CwmpSessions sessions, AdmissionControl door, AdmissionMetrics metrics, InformHandler informs, SessionTalk talk, SessionEnder ender, CwmpOptions options, ILogger<CwmpEnvelope> logger) : IDisposable
{
    private readonly PartitionedRateLimiter<string> addresses = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.InformBurstPerAddress, TokensPerPeriod = options.InformsPerSecondPerAddress, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
    }));

    /// <inheritdoc />
    public void Dispose() => addresses.Dispose();

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        CwmpAnswer answer;
        try
        {
            answer = await AnswerAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The device comes again; its session and jobs are as the database has them.
            logger.RequestFailed(e);
            answer = CwmpAnswer.Busy(StatusCodes.Status503ServiceUnavailable, door.Pause());
        }
        await answer.WriteAsync(http.Response, TakesGzip(http.Request), http.RequestAborted);
    }

    private async Task<CwmpAnswer> AnswerAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http, options.BodyTimeout);
        if (body.Refusal != 0) return CwmpAnswer.Of(body.Refusal);
        var call = HttpCall.Of(http);
        var session = sessions.Find(call.Cookie) ?? sessions.Find(call.Connection.Cookie);
        if (session is null) return await StrangerAsync(call, body.Bytes, http.RequestAborted);
        door.Enter();
        try
        {
            return await GoOnAsync(call, session, body.Bytes, http.RequestAborted);
        }
        finally
        {
            door.Leave();
        }
    }

    // Without a session there is nothing to do but to begin one, and that is decided before the message is read.
    private async Task<CwmpAnswer> StrangerAsync(HttpCall call, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (IsEmpty(body.Span)) return CwmpAnswer.End;
        return await AdmitAsync(call, body, async () =>
        {
            if (Read(body, out var error) is not { } envelope) return await GarbageAsync(call, null, error, cancellationToken);
            return envelope.Message is Inform inform ? await informs.HandleAsync(call, envelope, inform, body, cancellationToken) : NoSession(envelope);
        });
    }

    private async Task<CwmpAnswer> GoOnAsync(HttpCall call, CwmpSession session, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (IsEmpty(body.Span))
        {
            // A session that is over has nothing for the device either.
            return await BelongsAsync(call, session) ? await talk.EmptyAsync(session, CancellationToken.None) : CwmpAnswer.End;
        }
        if (Read(body, out var error) is not { } envelope) return await GarbageAsync(call, session, error, cancellationToken);
        if (envelope.Message is Inform inform) return await AdmitAsync(call, body, () => informs.HandleAsync(call, envelope, inform, body, cancellationToken));
        return await BelongsAsync(call, session) ? await talk.MessageAsync(session, envelope, body, CancellationToken.None) : NoSession(envelope);
    }

    private async Task<CwmpAnswer> AdmitAsync(HttpCall call, ReadOnlyMemory<byte> body, Func<Task<CwmpAnswer>> begin)
    {
        using var permit = addresses.AttemptAcquire(call.Remote?.ToString() ?? "");
        if (!permit.IsAcquired)
        {
            metrics.Address();
            return CwmpAnswer.Busy(StatusCodes.Status429TooManyRequests, door.Pause());
        }
        if (!door.TryBegin(InformGlance.Of(body.Span, call.Credentials.Digest is not null), out var admitted, out var retryAfter))
        {
            metrics.Overload();
            return CwmpAnswer.Busy(StatusCodes.Status503ServiceUnavailable, retryAfter);
        }
        metrics.Accepted();
        try
        {
            return await begin();
        }
        finally
        {
            door.End(admitted);
        }
    }

    private static CwmpEnvelope? Read(ReadOnlyMemory<byte> body, out string error)
    {
        error = "";
        try
        {
            return CwmpEnvelope.Read(body);
        }
        catch (CwmpDecodeException e)
        {
            error = e.Message;
            return null;
        }
    }

    private static CwmpAnswer NoSession(CwmpEnvelope envelope) => CwmpAnswer.Soap(envelope, new CwmpFault(8003, "No session: begin with an Inform", []), StatusCodes.Status400BadRequest);

    // A cookie from another address, or with another user's name or certificate, is a stolen or guessed one: the session is dropped.
    private async Task<bool> BelongsAsync(HttpCall call, CwmpSession session)
    {
        var user = call.Credentials.User;
        if (Equals(call.Remote, session.Remote) && (user is null || session.User is null || user == session.User) && call.Certificate?.Fingerprint == session.Certificate) return true;
        await session.Gate.WaitAsync();
        try
        {
            await ender.LoseAsync(session, string.Create(CultureInfo.InvariantCulture, $"A request of this session came from another address, user or certificate ({call.Remote})."));
        }
        finally
        {
            session.Gate.Release();
        }
        return false;
    }

    private async Task<CwmpAnswer> GarbageAsync(HttpCall call, CwmpSession? session, string error, CancellationToken cancellationToken)
    {
        if (session is not null && await BelongsAsync(call, session)) return await talk.GarbageAsync(session, error);
        await gateway.NoteRefusalAsync(new DeviceCall(CwmpModuleDescriptor.Id, call.TenantSlug, "")
        {
            Remote = call.Remote, Transport = call.Transport, UserName = call.Credentials.User,
        }, "The device sent something that is no CWMP message: " + error, cancellationToken);
        return CwmpAnswer.Soap(new CwmpEnvelope(new InformResponse(1)), new CwmpFault(8003, "Invalid arguments: " + error, []), StatusCodes.Status400BadRequest);
    }

    // TR-069 §3.4.1: only to a device that says so.
    private static bool TakesGzip(HttpRequest request) => request.Headers.AcceptEncoding.Count > 0 && request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && e.Quality is not 0.0);

    // Some devices send white space or a line end where they mean nothing.
    private static bool IsEmpty(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n\0"u8).IsEmpty;
}
