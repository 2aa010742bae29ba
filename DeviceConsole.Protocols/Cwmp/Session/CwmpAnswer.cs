using System.Globalization;
using System.IO.Compression;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>What a request is answered with.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">A SOAP envelope, or nothing.</param>
internal sealed record CwmpAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    // One packet is one packet.
    private const int WorthZipping = 1_400;

    /// <summary>Nothing more: the session's end (TR-069 §3.7.1.4).</summary>
    public static CwmpAnswer End { get; } = new(StatusCodes.Status204NoContent, default);

    /// <summary>The cookie to give, or null.</summary>
    public string? Cookie { get; init; }

    /// <summary>The challenge of a 401, or null.</summary>
    public string? Challenge { get; init; }

    /// <summary>Seconds of Retry-After, or null.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>An envelope.</summary>
    public static CwmpAnswer Soap(ReadOnlyMemory<byte> body) => new(StatusCodes.Status200OK, body);

    /// <summary>An envelope that answers one of the device's.</summary>
    public static CwmpAnswer Soap(CwmpEnvelope request, CwmpMessage message, int status = StatusCodes.Status200OK) => new(status, (request with
    {
        Message = message,
        HoldRequests = false,
        SessionTimeout = null,
        SupportedVersions = "",
        UseVersion = message is InformResponse ? CwmpVersions.Choose(request.SupportedVersions) : "",
    }).Write());

    /// <summary>A status without a body.</summary>
    public static CwmpAnswer Of(int status) => new(status, default);

    /// <summary>Come back later, on another connection: it would lie idle until then.</summary>
    public static CwmpAnswer Busy(int status, int seconds) => new(status, default) { RetryAfter = seconds };

    /// <summary>Sends it; the length always stands in the header, for some devices wait for the connection's end without it.</summary>
    public async Task WriteAsync(HttpResponse response, bool mayZip, CancellationToken cancellationToken)
    {
        var body = mayZip && Body.Length >= WorthZipping ? Zip(Body) : Body;
        response.StatusCode = Status;
        response.ContentLength = body.Length;
        if (body.Length > 0 && mayZip && Body.Length >= WorthZipping) response.Headers.ContentEncoding = "gzip";
        if (Cookie is not null) response.Headers.SetCookie = SessionCookie.Header(Cookie);
        if (Challenge is not null) response.Headers.WWWAuthenticate = Challenge;
        if (RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            response.Headers.Connection = "close";
        }
        if (body.IsEmpty) return;
        response.ContentType = "text/xml; charset=\"utf-8\"";
        await response.Body.WriteAsync(body, cancellationToken);
    }

    private static ReadOnlyMemory<byte> Zip(ReadOnlyMemory<byte> body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body.Span);
        return zipped.ToArray();
    }
}
