using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using DeviceConsole.Protocols.Cwmp.Http;

namespace DeviceConsole.Simulator.Cwmp.BulkData;

/// <summary>Sends reports: answers one Digest challenge, compresses where it is told to.</summary>
internal sealed class CpeBulkClient : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    /// <summary>The collector's status.</summary>
    public async Task<HttpStatusCode> SendAsync(CpeBulkRequest report, CancellationToken cancellationToken)
    {
        var (status, challenge) = await SendAsync(report, null, cancellationToken);
        return status == HttpStatusCode.Unauthorized && challenge is not null ? (await SendAsync(report, challenge, cancellationToken)).Status : status;
    }

    private async Task<(HttpStatusCode Status, DigestHeader? Challenge)> SendAsync(CpeBulkRequest report, DigestHeader? challenge, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(report.Method), report.Url) { Content = new ByteArrayContent(report.Compress ? Zip(report.Body) : report.Body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", report.ContentType);
        if (report.Compress) request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.TryAddWithoutValidation("BBF-Report-Format", $"\"{report.Format}\"");
        if (challenge is not null) request.Headers.Authorization = Answer(report, challenge);
        using var response = await client.SendAsync(request, cancellationToken);
        return (response.StatusCode, response.Headers.WwwAuthenticate.Where(h => h.Scheme == "Digest").Select(h => DigestHeader.Parse(h.Parameter ?? "")).FirstOrDefault());
    }

    private static AuthenticationHeaderValue Answer(CpeBulkRequest report, DigestHeader challenge)
    {
        var hash = new DigestHash("MD5", "auth", report.Method, report.Url.PathAndQuery, challenge["realm"], challenge["nonce"], Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), 1.ToString("x8", CultureInfo.InvariantCulture));
        return new("Digest", $"username=\"{report.UserName}\", realm=\"{hash.Realm}\", nonce=\"{hash.Nonce}\", uri=\"{hash.Uri}\", response=\"{hash.Compute(report.UserName, report.Password)}\", algorithm=MD5, qop=auth, nc={hash.Count}, cnonce=\"{hash.ClientNonce}\"");
    }

    private static byte[] Zip(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest)) zip.Write(body);
        return buffer.ToArray();
    }
}

/// <summary>A report on its way.</summary>
internal sealed record CpeBulkRequest(Uri Url, string Method, string UserName, string Password, string ContentType, string Format, bool Compress, byte[] Body)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => Url.ToString();
}
