using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Protocols.Cwmp.Http;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>The CPE's side of connection requests: a small HTTP server with Digest (TR-069 §3.2.2).</summary>
public sealed class ConnectionRequestServer : IAsyncDisposable
{
    private const string Realm = "cpe";
    private const int MaximumHead = 8_192;

    private readonly TcpListener listener;
    private readonly CpeOptions options;
    private readonly Func<int> accept;
    private readonly string path = "/" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private readonly string nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    /// <summary>Listens from now on.</summary>
    /// <param name="options">Address, credentials, quirks.</param>
    /// <param name="accept">Takes a good request; the status to answer: 200, or 503 where a session is on.</param>
    public ConnectionRequestServer(CpeOptions options, Func<int> accept)
    {
        (this.options, this.accept) = (options, accept);
        Credentials = () => (options.RequestUserName, options.RequestPassword);
        listener = new TcpListener(options.ConnectionRequests ?? new IPEndPoint(IPAddress.Loopback, 0));
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>What ManagementServer.ConnectionRequestURL says.</summary>
    public Uri Url => new($"http://{listener.LocalEndpoint}{path}");

    /// <summary>What a request must show now.</summary>
    public Func<(string User, string Password)> Credentials { get; init; }

    /// <summary>How many requests came, good and bad.</summary>
    public int Requests { get; private set; }

    /// <summary>How many of them carried an Authorization header.</summary>
    public int Authorized { get; private set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptTcpClientAsync(stop.Token);
                _ = AnswerAsync(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await ReadHeadAsync(stream, patience.Token) is { } head)
                {
                    var (status, close) = Judge(head);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(Response(status)), patience.Token);
                    if (close) return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The caller went away.
        }
    }

    private (int Status, bool Close) Judge(string head)
    {
        Requests++;
        if (options.Quirks.ConnectionRequestStatus is { } fixedStatus) return (fixedStatus, true);
        var lines = head.Split("\r\n");
        var authorization = lines.FirstOrDefault(l => l.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase));
        if (authorization is not null) Authorized++;
        if (!lines[0].StartsWith($"GET {path} ", StringComparison.Ordinal)) return (404, true);
        if (Credentials().User.Length > 0 && !IsRight(authorization)) return (401, options.Quirks.ClosesAfterChallenge);
        return (accept(), true);
    }

    private bool IsRight(string? authorization)
    {
        if (authorization is null || DigestHeader.Parse(authorization.Split("Digest ", 2).ElementAtOrDefault(1) ?? "") is not { } digest) return false;
        var hash = new DigestHash("MD5", digest["qop"], "GET", digest["uri"], Realm, nonce, digest["cnonce"], digest["nc"]);
        return digest["username"] == Credentials().User && digest["nonce"] == nonce && digest["response"] == hash.Compute(Credentials().User, Credentials().Password);
    }

    private string Response(int status)
    {
        var challenge = status == 401 ? $"WWW-Authenticate: Digest realm=\"{Realm}\", qop=\"auth\", nonce=\"{nonce}\", opaque=\"x\"\r\n" : "";
        var location = status is >= 300 and < 400 ? "Location: http://127.0.0.1:1/\r\n" : "";
        return string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\n{challenge}{location}Content-Length: 0\r\n\r\n");
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < MaximumHead && await stream.ReadAsync(one, cancellationToken) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) return head.ToString();
        }
        return null;
    }
}
