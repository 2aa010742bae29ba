using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Session;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Usp.Mtp.WebSocket;

/// <summary>The controller's WebSocket server (TR-369 §"WebSocket Binding"): who may come in.</summary>
internal sealed partial class WebSocketEndpoint(AgentServices services, ReconnectLimiter limiter, IHostApplicationLifetime lifetime)
{
    /// <summary>The sub-protocol, mandatory on both sides (R-WS.9).</summary>
    public const string SubProtocol = "v1.usp";

    private readonly IDeviceGateway gateway = services.Gateway;

    /// <summary>Answers one request to an agents' address.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var agent = AgentCall.Read(context);
        if (Malformed(context, agent.Call) is { } reason)
        {
            await gateway.NoteRefusalAsync(agent.Call, reason, context.RequestAborted).ConfigureAwait(false);
            await AnswerAsync(context, StatusCodes.Status400BadRequest, reason).ConfigureAwait(false);
            return;
        }
        var call = agent.Call with { Identity = EndpointId.Check(agent.Call.Identity).Identity! };
        var verdict = await gateway.AuthenticateAsync(call, c => AgentProof.Check(c, agent.Token), context.RequestAborted).ConfigureAwait(false);
        switch (verdict)
        {
            case { Outcome: CallOutcome.Accepted, Target: { } target }:
                await AdmitAsync(context, agent, call, target).ConfigureAwait(false);
                break;
            case { Outcome: CallOutcome.Pending }:
                context.Response.Headers.RetryAfter = "60";
                await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "This agent waits for an operator's approval. Try again later.").ConfigureAwait(false);
                break;
            default:
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"usp\"";
                await AnswerAsync(context, StatusCodes.Status401Unauthorized, "This agent is not let in.").ConfigureAwait(false);
                break;
        }
    }

    private static string? Malformed(HttpContext context, DeviceCall call)
    {
        if (!context.WebSockets.IsWebSocketRequest) return "This address is for USP agents, which come by WebSocket; a plain HTTP request came.";
        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
            return $"The WebSocket sub-protocol {SubProtocol} is missing: the agent's software is older than TR-369 or is no USP agent.";
        if (call.Identity.Length == 0) return "The agent did not say its endpoint ID: it belongs in the address as ?eid=, which TR-369 asks of agents from version 1.3 on.";
        return EndpointId.Check(call.Identity).Error is { } wrong ? $"The endpoint ID is wrong: {wrong}" : null;
    }

    private async Task AdmitAsync(HttpContext context, AgentCall agent, DeviceCall call, ProtocolTarget target)
    {
        var count = limiter.Count(target.TenantId, target.DeviceId);
        if (count > ReconnectLimiter.Maximum)
        {
            await gateway.NoteRefusalAsync(call, $"The endpoint ID connected more than {ReconnectLimiter.Maximum} times within a minute. Perhaps two devices have the same one.", context.RequestAborted).ConfigureAwait(false);
            context.Response.Headers.RetryAfter = "60";
            await AnswerAsync(context, StatusCodes.Status429TooManyRequests, "Too many connections. Try again in a minute.").ConfigureAwait(false);
            return;
        }
        if (agent.ByExtension) context.Response.Headers.SecWebSocketExtensions = $"bbf-usp-protocol; eid=\"{services.Options.EndpointIdOf(call.TenantSlug)}\"";
        var accept = new WebSocketAcceptContext { SubProtocol = SubProtocol, KeepAliveInterval = services.Options.PingInterval, KeepAliveTimeout = services.Options.PongTimeout };
        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var session = await gateway.OpenSessionAsync(target, call, over.Token).ConfigureAwait(false);
        if (ReconnectLimiter.ShouldTell(count)) await WarnAsync(session, count, over.Token).ConfigureAwait(false);
        await TalkAsync(socket, session, target, call, over.Token).ConfigureAwait(false);
    }

    private async Task TalkAsync(System.Net.WebSockets.WebSocket socket, DeviceSession session, ProtocolTarget target, DeviceCall call, CancellationToken cancellationToken)
    {
        var end = new LinkEnd("The connection broke.", Failed: true);
        using var link = new WebSocketLink(socket, services);
        try
        {
            end = await link.RunAsync(new AgentSession(services, target, call, session, link), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(services.Logger, session.DeviceId, e);
            end = new LinkEnd("The product failed on this connection. The server's log says why.", Failed: true);
        }
        finally
        {
            await gateway.CloseSessionAsync(session, end.Reason, end.Failed, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Task<bool> WarnAsync(DeviceSession session, int count, CancellationToken cancellationToken) => gateway.RaiseEventAsync(session, "reconnect-war",
        string.Create(CultureInfo.InvariantCulture, $"The endpoint ID connected {count} times within a minute. Perhaps two devices have the same one; the newest connection wins each time."),
        new JsonObject { ["connections"] = count }, cancellationToken);

    private static async Task AnswerAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(sentence, context.RequestAborted).ConfigureAwait(false);
    }

    [LoggerMessage(3120, LogLevel.Error, "The USP connection of device {Device} met a defect.")]
    private static partial void LogBroken(ILogger logger, Guid device, Exception exception);
}
