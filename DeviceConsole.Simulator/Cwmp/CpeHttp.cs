using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Protocols.Cwmp.Http;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>What the ACS answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="RetryAfter">The wish of a busy ACS, or null.</param>
public sealed record CpeReply(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter);

/// <summary>The CPE's HTTP client of one session: cookie, Digest and Basic, and the quirks of its transport.</summary>
public sealed class CpeHttp(CpeOptions options) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        UseCookies = false, UseProxy = false, AllowAutoRedirect = false,
        PooledConnectionLifetime = options.Quirks.NewConnections ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
    })
    {
        Timeout = TimeSpan.FromSeconds(100),
    };

    private readonly CpeQuirks quirks = options.Quirks;
    private string? cookie;
    private DigestHeader? challenge;
    private int count;

    /// <summary>Posts a body, or nothing; answers one challenge.</summary>
    public async Task<CpeReply> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(body, cancellationToken);
        if (reply.Status != HttpStatusCode.Unauthorized || options.UserName.Length == 0 || challenge is null) return reply;
        return await SendAsync(body, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    private async Task<CpeReply> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Acs) { Content = Content(body) };
        if (quirks.Chunked && !body.IsEmpty) request.Headers.TransferEncodingChunked = true;
        if (cookie is null && quirks.StaleCookie) request.Headers.TryAddWithoutValidation("Cookie", "session=00112233445566778899aabbccddeeff");
        if (cookie is not null && !quirks.DropsCookie) request.Headers.TryAddWithoutValidation("Cookie", string.Format(System.Globalization.CultureInfo.InvariantCulture, quirks.CookieForm, cookie, cookie.Split('=')[^1]));
        if (quirks.Expects && !body.IsEmpty) request.Headers.ExpectContinue = true;
        if (!body.IsEmpty) request.Headers.TryAddWithoutValidation("SOAPAction", "");
        request.Headers.Authorization = Authorization();
        using var response = await client.SendAsync(request, cancellationToken);
        Learn(response);
        return new CpeReply(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Headers.RetryAfter?.Delta);
    }

    private ByteArrayContent Content(ReadOnlyMemory<byte> body)
    {
        var content = new ByteArrayContent(quirks.Gzip && !body.IsEmpty ? Zip(body.Span) : body.ToArray());
        if (quirks.Gzip && !body.IsEmpty) content.Headers.ContentEncoding.Add(quirks.Deflate ? "deflate" : "gzip");
        if (!body.IsEmpty) content.Headers.TryAddWithoutValidation("Content-Type", quirks.ContentType);
        return content;
    }

    private void Learn(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies)) cookie = cookies.Last().Split(';')[0];
        if (response.StatusCode != HttpStatusCode.Unauthorized) return;
        challenge = response.Headers.WwwAuthenticate.Where(h => h.Scheme == "Digest").Select(h => DigestHeader.Parse(h.Parameter ?? "")).FirstOrDefault();
        count = 0;
    }

    private AuthenticationHeaderValue? Authorization()
    {
        if (options.UserName.Length == 0) return null;
        if (quirks.Basic) return new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{options.Password}")));
        if (challenge is null) return null;
        var qop = quirks.NoQop ? "" : "auth";
        var hash = new DigestHash("MD5", qop, "POST", options.Acs.PathAndQuery, challenge["realm"], challenge["nonce"],
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), (++count).ToString("x8", System.Globalization.CultureInfo.InvariantCulture));
        var header = $"username=\"{options.UserName}\", realm=\"{hash.Realm}\", nonce=\"{hash.Nonce}\", uri=\"{hash.Uri}\", response=\"{hash.Compute(options.UserName, options.Password)}\"";
        return new("Digest", qop.Length == 0 ? header : $"{header}, algorithm=\"MD5\", qop={qop}, nc={hash.Count}, cnonce=\"{hash.ClientNonce}\"");
    }

    private byte[] Zip(ReadOnlySpan<byte> body)
    {
        using var buffer = new MemoryStream();
        using (Stream zip = quirks.Deflate ? new ZLibStream(buffer, CompressionLevel.Fastest) : new GZipStream(buffer, CompressionLevel.Fastest)) zip.Write(body);
        return buffer.ToArray();
    }
}
