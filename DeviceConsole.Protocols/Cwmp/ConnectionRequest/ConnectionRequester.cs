using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Http;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.ConnectionRequest;

/// <summary>
/// Asks a device to call in: an HTTP GET with Digest (TR-069 §3.2.2). The device's address is resolved and checked against the tenant's policy right
/// before it is dialled, redirects are not followed, nothing is sent to a proxy, and the whole takes a bounded time.
/// </summary>
internal sealed class ConnectionRequester(CwmpOptions options, TimeProvider time, XmppService? xmpp = null)
{
    private const string Later = "the job runs when the device calls by itself";
    private const string Busy = $"The device is busy with another session (503) and is asked again in a moment; {Later} at the latest.";
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(2);

    /// <summary>How an address that was checked is reached.</summary>
    internal Func<IPEndPoint, CancellationToken, Task<Stream>> Dial { get; init; } = DialAsync;

    /// <summary>What is to be entered on a device that is to be asked over XMPP; nothing where that is not set up.</summary>
    public IReadOnlyList<ConnectLine> ByXmpp => xmpp is not { IsUsed: true, Jid: { } jid } ? [] :
    [
        new ConnectLine("XMPP: Device.XMPP.Connection.1.Domain", jid.Domain),
        new ConnectLine("XMPP: Device.XMPP.Connection.1.Server.1.ServerAddress", xmpp.Host),
        new ConnectLine("XMPP: Device.ManagementServer.ConnReqAllowedJabberIDs", jid.Bare),
    ];

    /// <summary>A sentence where the address is none that can be asked, else null.</summary>
    public static string? CheckUrl(string text, out Uri? url)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            return "A connection request URL begins with http:// and the device's address.";
        return url.UserInfo.Length > 0 ? "The connection request URL holds a user or password; enter them as credentials." : null;
    }

    /// <summary>Asks, and says in a sentence what came of it and when the job will run.</summary>
    public async Task<string> AskAsync(ProtocolTarget target, CancellationToken cancellationToken) => (await ReportAsync(target, cancellationToken)).Sentence;

    /// <summary>
    /// Asks over XMPP where the device is a client of the same server, which takes no time and is answered; else over HTTP, and where that does not reach
    /// the device, over UDP. A device that is busy was reached.
    /// </summary>
    public async Task<WakeReport> ReportAsync(ProtocolTarget target, CancellationToken cancellationToken)
    {
        var attempts = new List<WakeAttempt>();
        var sentence = $"The device has not told yet where it can be asked to call in; {Later}.";
        if (xmpp is { IsUsed: true } && target.Settings.Text(CwmpModuleDescriptor.JabberId) is { } jid)
        {
            var problem = await AskXmppAsync(target, xmpp, jid, cancellationToken);
            attempts.Add(new WakeAttempt("XMPP", problem is null, problem));
            if (problem is null) return new WakeReport($"Asked by XMPP connection request at {Now()} UTC; waits for the device's Inform.", attempts);
            sentence = $"{problem} Until then, {Later}.";
        }
        if (target.Settings.Text(CwmpModuleDescriptor.ConnectionRequestUrl) is { } url)
        {
            var (reached, told) = await AskHttpAsync(target, url, cancellationToken);
            attempts.Add(new WakeAttempt("HTTP", reached, reached ? null : told));
            if (reached) return new WakeReport(told, attempts) { AskAgainAfter = told == Busy ? BusyPause : null };
            sentence = told;
        }
        if (target.Settings.Text(CwmpModuleDescriptor.UdpAddress) is not { } address) return new WakeReport(sentence, attempts);
        var udp = await UdpConnectionRequest.SendAsync(target, address, time, cancellationToken);
        attempts.Add(new WakeAttempt("UDP", udp is null ? null : false, udp));
        return new WakeReport(udp ?? $"Asked by UDP connection request at {Now()} UTC, which has no answer; waits for the device's Inform. A symmetric NAT keeps it out: if the device never comes, {Later}.", attempts);
    }

    private static async Task<string?> AskXmppAsync(ProtocolTarget target, XmppService xmpp, string jid, CancellationToken cancellationToken)
    {
        var (user, password) = (target.Secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestUserName) ?? "", target.Secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestPassword) ?? "");
        return user.Length == 0 && password.Length == 0
            ? "XMPP connection requests carry the connection request username and password, and none are entered here."
            : await xmpp.AskAsync(jid, user, password, cancellationToken);
    }

    private string Now() => time.GetUtcNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private async Task<(bool Reached, string Sentence)> AskHttpAsync(ProtocolTarget target, string text, CancellationToken cancellationToken)
    {
        if (CheckUrl(text, out var url) is { } wrong) return (false, $"The device's connection request URL cannot be used: {wrong} Until then, {Later}.");
        var (address, fault) = await HostResolver.ResolveAsync(CwmpModuleDescriptor.Id, url!.Host, target.Policy, cancellationToken);
        if (fault is not null) return (false, $"No connection request was sent: {fault.Message} Until then, {Later}.");

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.ConnectionRequestTimeout);
        try
        {
            var (reached, problem) = await AskAsync(target, url, address!, patience.Token);
            return (reached, problem ?? $"Asked by connection request at {Now()} UTC; waits for the device's Inform.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, $"The device did not answer the connection request within {options.ConnectionRequestTimeout.TotalSeconds:0} s ({address}); {Later}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or AuthenticationException)
        {
            return (false, $"The connection request did not reach the device at {address}: {Reason(e)}; {Later}.");
        }
    }

    // The sentence is null where the device took it.
    private async Task<(bool Reached, string? Problem)> AskAsync(ProtocolTarget target, Uri url, IPAddress address, CancellationToken cancellationToken)
    {
        using var client = Client(address, target.Settings.Text(CwmpModuleDescriptor.RequestCertificate) == CwmpModuleDescriptor.AnyCertificate || target.Quirks.IsOn(CwmpQuirks.AnyCertificate));
        using var first = await SendAsync(client, url, null, cancellationToken);
        if (first.StatusCode != HttpStatusCode.Unauthorized) return Judge(first);
        var credentials = Credentials(target, address);
        if (credentials.Count == 0) return (false, Missing(target, address));
        var challenge = Challenge(first);
        var basic = challenge is null && TakesBasic(target) && Offers(first, "Basic");
        if (challenge is null && !basic) return (false, $"Connection request refused: the device does not offer Digest, and Basic would send the password readable; {Later}. Where that has to be, allow Basic under Model quirks, or in the device's settings.");
        foreach (var pair in credentials)
        {
            var authorization = basic ? Basic(pair) : Authorize(challenge!, url, pair);
            using var answer = await SendAsync(client, url, authorization, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.Unauthorized) return Judge(answer);
            // The next pair answers the newest challenge: nonces may be used up.
            challenge = Challenge(answer) ?? challenge;
        }
        var tried = credentials.Count == 1 ? "the connection request username and password" : "any of the usernames and passwords that are known of it";
        return (false, $"Connection request refused: the device does not accept {tried}. Correct them here or on the device; {Later}.");
    }

    private static (bool Reached, string? Problem) Judge(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        200 or 204 => (true, null),
        503 => (true, Busy),
        >= 300 and < 400 => (false, $"Connection request refused: the device answered with a redirect ({(int)response.StatusCode}), which is not followed; {Later}."),
        var status => (false, $"Connection request refused: the device answered {status}; {Later}."),
    };

    // Only where the device really is: the address that it calls from, or a network that the tenant's policy names.
    // The pair for connection requests, then the one that the device shows here: many devices have one pair for both. Digest shows neither.
    private static List<(string User, string Password)> Credentials(ProtocolTarget target, IPAddress address)
    {
        if (!IsKnown(target, address)) return [];
        (string User, string Password) Pair(string user, string password) => (target.Secrets.GetValueOrDefault(user) ?? "", target.Secrets.GetValueOrDefault(password) ?? "");
        var pairs = new List<(string User, string Password)> { Pair(CwmpModuleDescriptor.RequestUserName, CwmpModuleDescriptor.RequestPassword) };
        // Where its new ones were not confirmed, or it went back to older ones.
        pairs.AddRange(OwnCredentials.OtherRequestPairs(target.Secrets));
        if (!TakesBasic(target)) pairs.Add(Pair(CwmpModuleDescriptor.UserName, CwmpModuleDescriptor.Password));
        return [.. pairs.Where(p => p.User.Length > 0 || p.Password.Length > 0).Distinct()];
    }

    // A fault of the model, or of this device alone.
    private static bool TakesBasic(ProtocolTarget target) => target.Settings.Text(CwmpModuleDescriptor.RequestAuthentication) == CwmpModuleDescriptor.RequestBasic || target.Quirks.IsOn(CwmpQuirks.Basic);

    private static bool IsKnown(ProtocolTarget target, IPAddress address) =>
        target.Settings.Text(CwmpModuleDescriptor.CallsFrom) == address.ToString() || target.Policy.Allowed.Any(n => n.Contains(address));

    private static string Missing(ProtocolTarget target, IPAddress address) => IsKnown(target, address)
        ? $"Connection request refused: the device asks for a username and password, and none are entered here; {Later}."
        : $"The device names {address} for connection requests but calls from another address, so no credentials were sent there; {Later}.";

    private static bool Offers(HttpResponseMessage response, string scheme) => response.Headers.WwwAuthenticate.Any(h => h.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase));

    private static AuthenticationHeaderValue Basic((string User, string Password) pair) =>
        new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{pair.User}:{pair.Password}")));

    private static DigestHeader? Challenge(HttpResponseMessage response)
    {
        foreach (var header in response.Headers.WwwAuthenticate)
            if (header.Scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase) && DigestHeader.Parse(header.Parameter ?? "") is { } digest && DigestHash.Knows(digest["algorithm"])) return digest;
        return null;
    }

    private static AuthenticationHeaderValue Authorize(DigestHeader challenge, Uri url, (string User, string Password) credentials)
    {
        var offered = challenge["qop"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var qop = offered.Contains("auth") ? "auth" : offered.Contains("auth-int") ? "auth-int" : "";
        var hash = new DigestHash(challenge["algorithm"], qop, "GET", url.PathAndQuery, challenge["realm"], challenge["nonce"], SessionText(), "00000001");
        var header = $"username=\"{Quote(credentials.User)}\", realm=\"{Quote(hash.Realm)}\", nonce=\"{Quote(hash.Nonce)}\", uri=\"{hash.Uri}\", response=\"{hash.Compute(credentials.User, credentials.Password)}\"";
        if (challenge["algorithm"].Length > 0) header += $", algorithm={challenge["algorithm"]}";
        if (challenge["opaque"].Length > 0) header += $", opaque=\"{Quote(challenge["opaque"])}\"";
        if (qop.Length > 0) header += $", qop={qop}, nc={hash.Count}, cnonce=\"{hash.ClientNonce}\"";
        else if (challenge["algorithm"].EndsWith("-sess", StringComparison.OrdinalIgnoreCase)) header += $", cnonce=\"{hash.ClientNonce}\"";
        return new AuthenticationHeaderValue("Digest", header);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri url, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(client, url, authorization, cancellationToken);
        }
        catch (Exception e) when (authorization is not null && e is HttpRequestException or IOException)
        {
            // Some devices close the connection after their challenge; a new one is fine.
            return await TryAsync(client, url, authorization, cancellationToken);
        }
    }

    private static async Task<HttpResponseMessage> TryAsync(HttpClient client, Uri url, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = authorization;
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    // Dials the address that was checked, whatever the name resolves to by then.
    private HttpClient Client(IPAddress address, bool anyCertificate) => new(new SocketsHttpHandler
    {
        SslOptions = anyCertificate ? new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) } : new SslClientAuthenticationOptions(),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = 16,
        ConnectCallback = async (context, cancellationToken) => await Dial(new IPEndPoint(address, context.DnsEndPoint.Port), cancellationToken),
    });

    private static async Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string SessionText() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    private static string Quote(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Reason(Exception e) => e switch
    {
        HttpRequestException { InnerException: SocketException socket } => Reason(socket),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nothing listens on its port",
        SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable } => "there is no way to it from here",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException => "its certificate is not trusted",
        _ => "the connection broke",
    };
}
