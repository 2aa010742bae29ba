using System.Globalization;
using System.Threading.RateLimiting;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.BulkData.Wire;
using DeviceConsole.Protocols.Cwmp.Session;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Cwmp.BulkData;

/// <summary>
/// The collector: devices post their reports here (TR-069 Amendment 6 Annex N, TR-369 Annex A). 200 where it is stored; 401 for a wrong credential, an
/// unknown profile and an unknown tenant alike; 403 for another device's report; 400, 413, 415 for what is no report; 429 and 503 with Retry-After where it is
/// to come later.
/// </summary>
internal sealed partial class BulkEndpoint(IBulkDesk desk, BulkAuthenticator authenticator, BulkDataOptions options, ILogger<BulkEndpoint> logger) : IDisposable
{
    private readonly PartitionedRateLimiter<Guid> profiles = PartitionedRateLimiter.Create<Guid, Guid>(profile => RateLimitPartition.GetTokenBucketLimiter(profile, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.BurstPerProfile, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromSeconds(5), QueueLimit = 0,
    }));

    private int taken;

    /// <inheritdoc />
    public void Dispose() => profiles.Dispose();

    /// <summary>Answers POST and PUT.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (Interlocked.Increment(ref taken) > options.MaximumReports)
        {
            Interlocked.Decrement(ref taken);
            Later(http.Response, StatusCodes.Status503ServiceUnavailable);
            return;
        }
        try
        {
            await AnswerAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The device hung up, and sends it again.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(e);
            if (!http.Response.HasStarted) Later(http.Response, StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            Interlocked.Decrement(ref taken);
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var (tenant, profile) = ((string)http.Request.RouteValues["tenant"]!, (string)http.Request.RouteValues["profile"]!);
        var shown = CallerCredentials.Parse(http.Request.Headers.Authorization);
        var caller = await desk.FindAsync(tenant, profile, http.RequestAborted);
        // Who is not known is not read.
        if (!authenticator.Proves(http.Request.Method, shown, caller, out var isStale))
        {
            http.Response.Headers.WWWAuthenticate = authenticator.Challenge(isStale);
            Refuse(http.Response, StatusCodes.Status401Unauthorized);
            return;
        }
        using var permit = profiles.AttemptAcquire(caller!.ProfileId);
        if (!permit.IsAcquired)
        {
            Later(http.Response, StatusCodes.Status429TooManyRequests);
            return;
        }
        await TakeAsync(http, caller);
    }

    private async Task TakeAsync(HttpContext http, BulkCaller caller)
    {
        if (BulkSender.Mismatch(http.Request.Query, caller) is { } other)
        {
            await RefuseAsync(http, caller, StatusCodes.Status403Forbidden, other);
            return;
        }
        var body = await RequestBody.ReadAsync(http, options.BodyTimeout);
        if (body.Refusal != 0)
        {
            await RefuseAsync(http, caller, body.Refusal, Reason(body.Refusal));
            return;
        }
        try
        {
            if (BulkBody.Read(http.Request, body.Bytes, caller.Separator) is not { } report)
            {
                await RefuseAsync(http, caller, StatusCodes.Status415UnsupportedMediaType, Reason(StatusCodes.Status415UnsupportedMediaType));
                return;
            }
            await StoreAsync(http, caller, report);
        }
        catch (BulkDecodeException e)
        {
            await RefuseAsync(http, caller, e.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private async Task StoreAsync(HttpContext http, BulkCaller caller, BulkReportBody report)
    {
        var delivery = new BulkDelivery([.. report.Collections.Select(c => new BulkMoment(c.At, [.. c.Entries.Select(e => new ParameterValue(e.Name, e.Value, e.Type))]))], report.Bad, report.Problems);
        switch (await desk.ReceiveAsync(caller, delivery, http.RequestAborted))
        {
            case BulkReceipt.Gone:
                Refuse(http.Response, StatusCodes.Status401Unauthorized);
                break;
            case BulkReceipt.Busy:
                Later(http.Response, StatusCodes.Status503ServiceUnavailable);
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status200OK;
                http.Response.ContentLength = 0;
                break;
        }
    }

    private async Task RefuseAsync(HttpContext http, BulkCaller caller, int status, string reason)
    {
        Refuse(http.Response, status);
        await desk.RefusedAsync(caller, reason, CancellationToken.None);
    }

    // What is not read any more is not waited for.
    private static void Refuse(HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.ContentLength = 0;
        response.Headers.Connection = "close";
    }

    private void Later(HttpResponse response, int status)
    {
        Refuse(response, status);
        response.Headers.RetryAfter = (options.RetryAfter + Random.Shared.Next(options.RetryAfter + 1)).ToString(CultureInfo.InvariantCulture);
    }

    private static string Reason(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "A report was larger than 8 MiB, perhaps after decompression. Let the device report fewer parameters, or more often.",
        StatusCodes.Status415UnsupportedMediaType => "A report was neither CSV nor JSON in UTF-8, or was compressed in a way that is not known.",
        StatusCodes.Status408RequestTimeout => "A report broke off: the rest of it did not come in time.",
        _ => "A report could not be read: its compressed bytes are damaged, or it broke off.",
    };

    [LoggerMessage(3600, LogLevel.Error, "A report of bulk data could not be taken; the device is asked to send it again.")]
    private partial void LogFailed(Exception e);
}
