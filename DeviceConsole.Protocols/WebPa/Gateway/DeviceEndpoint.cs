using System.Data.Common;
using System.Net.WebSockets;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.WebPa.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>Where devices connect as they would to talaria: authenticates the upgrade, then hands the socket to its connection.</summary>
internal sealed partial class DeviceEndpoint(IDeviceGateway gateway, OpeningGuard guard, WebPaMetrics metrics, IOptions<WebPaOptions> options, IHostApplicationLifetime lifetime, IServiceProvider provider, TimeProvider time, ILogger<DeviceEndpoint> logger)
{
    private const string NameHeader = "X-Webpa-Device-Name";
    private const string ConveyHeader = "X-Webpa-Convey";
    private const int MaximumShownName = 128;
    private const string RetryLater = "60";

    /// <summary>Answers one upgrade.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var convey = Convey.Read(context.Request.Headers[ConveyHeader]);
        var name = context.Request.Headers[NameHeader].ToString();
        var check = WebPaIdentity.Check(name);
        var token = BearerToken.Of(context.Request);
        var call = new DeviceCall(WebPaDescriptor.Id, context.Request.RouteValues["tenant"] as string, check.Identity ?? Shown(name))
        {
            Remote = context.Connection.RemoteIpAddress, Transport = context.Request.IsHttps ? "WebSocket, TLS" : "WebSocket", Certificate = context.Features.Get<DeviceCertificate>(), Facts = convey.Facts, UserName = BearerToken.TenantOf(token),
        };
        if (Refusal(context, name, check) is { } refusal)
        {
            await RefuseAsync(context, call, StatusCodes.Status400BadRequest, refusal).ConfigureAwait(false);
            return;
        }
        var verdict = await gateway.AuthenticateAsync(call, known => BearerToken.Check(token, known), context.RequestAborted).ConfigureAwait(false);
        if (verdict is { Outcome: CallOutcome.Accepted, Target: { } target }) await AcceptAsync(context, call, target, convey).ConfigureAwait(false);
        else Answer(context, verdict.Outcome);
    }

    // parodus fetches a new token after 403; anything else it tries again after a pause.
    private static void Answer(HttpContext context, CallOutcome outcome)
    {
        context.Response.StatusCode = outcome == CallOutcome.Pending ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status403Forbidden;
        if (outcome == CallOutcome.Pending) context.Response.Headers.RetryAfter = RetryLater;
    }

    private static string? Refusal(HttpContext context, string name, IdentityCheck check)
    {
        if (!context.WebSockets.IsWebSocketRequest) return "This was no WebSocket upgrade; devices connect here with parodus, or another agent that speaks WRP over WebSocket.";
        if (name.Length == 0) return $"The device did not name itself: the header {NameHeader} is missing.";
        return check.Error is { } error ? $"The device's name in {NameHeader} is of no known form. {error}" : null;
    }

    private async Task RefuseAsync(HttpContext context, DeviceCall call, int status, string reason)
    {
        await gateway.NoteRefusalAsync(call, reason, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(reason, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task AcceptAsync(HttpContext context, DeviceCall call, ProtocolTarget target, Convey convey)
    {
        if (!guard.MayOpen(target.TenantId, target.DeviceId))
        {
            context.Response.Headers.RetryAfter = RetryLater;
            await RefuseAsync(context, call, StatusCodes.Status503ServiceUnavailable,
                "The device connected too often within a minute. Perhaps two devices have the same name: they throw each other out.").ConfigureAwait(false);
            return;
        }
        // With a time-out beside it the interval sends PINGs instead of PONGs, which parodus needs.
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.Value.PingInterval, KeepAliveTimeout = options.Value.IdleLimit - options.Value.PingInterval,
        }).ConfigureAwait(false);
        metrics.Connected(1);
        try
        {
            await ServeAsync(socket, call, target, convey).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException or WebSocketException)
        {
            // The device connects again by itself.
            LogBroken(call.Identity, e.Message);
            socket.Abort();
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            socket.Abort();
        }
        finally
        {
            metrics.Connected(-1);
        }
    }

    private async Task ServeAsync(WebSocket socket, DeviceCall call, ProtocolTarget target, Convey convey)
    {
        var stopping = lifetime.ApplicationStopping;
        using var channel = new WrpChannel(socket);
        var session = await gateway.OpenSessionAsync(target, call, stopping).ConfigureAwait(false);
        var end = new ConnectionEnd("The server failed.", true);
        try
        {
            await WelcomeAsync(channel, session, convey, stopping).ConfigureAwait(false);
            var service = target.Settings.Text(WebPaDescriptor.Service) ?? WebPaDescriptor.DefaultService;
            var firmware = new DeviceFirmware(provider, convey.Facts.SoftwareVersion, options.Value.FirmwarePoll);
            var jobs = new DeviceJobs(gateway, session, call.Identity, service, channel, firmware, time, logger);
            using var connection = new DeviceConnection(gateway, session, call.Identity, channel, jobs, options.Value, metrics, time, logger);
            end = await connection.RunAsync(stopping).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync(session, end).ConfigureAwait(false);
        }
    }

    // Also where the server stops: the job that is under way goes back to the queue. A device that is here again is not offline.
    private async Task LeaveAsync(DeviceSession session, ConnectionEnd end)
    {
        try
        {
            if (!session.Ended.IsCancellationRequested) await gateway.RaiseEventAsync(session, "offline", end.Reason, null, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await gateway.CloseSessionAsync(session, end.Reason, end.Failed, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task WelcomeAsync(WrpChannel channel, DeviceSession session, Convey convey, CancellationToken cancellationToken)
    {
        await channel.SendAsync(new WrpAuthorization(StatusCodes.Status200OK), cancellationToken).ConfigureAwait(false);
        await gateway.DescribeAsync(session, convey.Facts, cancellationToken).ConfigureAwait(false);
        await gateway.StoreValuesAsync(session, convey.Values, cancellationToken).ConfigureAwait(false);
        await gateway.RaiseEventAsync(session, "online", convey.Message, convey.Fields.Count == 0 ? null : convey.Fields.DeepClone().AsObject(), cancellationToken).ConfigureAwait(false);
        await gateway.TraceAsync(session, [new TraceEntry(time.GetUtcNow(), TraceDirection.In, "Connected", convey.Fields.ToJsonString())], cancellationToken).ConfigureAwait(false);
    }

    private static string Shown(string name) => name.Length switch
    {
        0 => "(no name)",
        > MaximumShownName => name[..MaximumShownName],
        _ => name,
    };

    [LoggerMessage(3200, LogLevel.Warning, "The connection of {Device} ended by a failure of the server ({Reason}).")]
    private partial void LogBroken(string device, string reason);
}
