using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>
/// A client of an XMPP server (RFC 6120): TLS, SASL with SCRAM-SHA-1 or, within TLS, PLAIN, a resource, IQ stanzas both ways. It lives until the stream
/// ends or it is disposed.
/// </summary>
internal sealed class XmppConnection : IAsyncDisposable
{
    private readonly XmppStream stream;
    private readonly Func<XmppElement, string?> answer;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<XmppElement>> pending = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly CancellationTokenSource stop = new();
    private readonly string prefix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private Task receiving = Task.CompletedTask;
    private long last;

    private XmppConnection(XmppStream stream, Func<XmppElement, string?> answer) => (this.stream, this.answer) = (stream, answer);

    /// <summary>Its full address, as the server gave it.</summary>
    public Jid Jid { get; private set; } = new("", "", "");

    /// <summary>True where TLS protects it.</summary>
    public bool IsSecure => stream.IsSecure;

    /// <summary>Ends with the stream; faulted where what came was no XMPP or the connection broke.</summary>
    public Task Ended => receiving;

    /// <summary>Connects.</summary>
    /// <param name="login">Who and where.</param>
    /// <param name="answer">The payload of the result to an IQ of type get or set, or null: not for this client.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="XmppException">It was not let in.</exception>
    public static async Task<XmppConnection> OpenAsync(XmppLogin login, Func<XmppElement, string?> answer, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        XmppConnection? connection = null;
        try
        {
            await socket.ConnectAsync(login.Host, login.Port, cancellationToken).ConfigureAwait(false);
            connection = new XmppConnection(new XmppStream(new NetworkStream(socket, ownsSocket: true)), answer);
            await connection.EnterAsync(login, cancellationToken).ConfigureAwait(false);
            connection.receiving = connection.ReceiveAsync();
            return connection;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            throw e switch
            {
                SocketException => new XmppException($"The XMPP server {login.Host}:{login.Port} cannot be reached: start it, or correct Cwmp__Xmpp__Host and Cwmp__Xmpp__Port.", e),
                AuthenticationException => new XmppException($"The certificate of the XMPP server {login.Host} is not trusted for {login.Jid.Domain}: give it one that is, or name its authority in Cwmp__Xmpp__AuthorityFile.", e),
                IOException or XmppDecodeException => new XmppException($"The connection to the XMPP server {login.Host}:{login.Port} broke while logging in: {e.Message}", e),
                _ => e,
            };
        }
    }

    /// <summary>Sends an IQ of type get and gives its answer, of type result or error, from that address.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<XmppElement> GetAsync(string? to, string payload, CancellationToken cancellationToken) => AskAsync("get", to, payload, cancellationToken);

    /// <summary>The same with an IQ of type set.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<XmppElement> SetAsync(string? to, string payload, CancellationToken cancellationToken) => AskAsync("set", to, payload, cancellationToken);

    private async Task<XmppElement> AskAsync(string type, string? to, string payload, CancellationToken cancellationToken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Interlocked.Increment(ref last)}");
        var waiting = new TaskCompletionSource<XmppElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        pending[id] = waiting;
        try
        {
            await SendAsync(XmppWriter.Iq(type, id, to, payload), cancellationToken).ConfigureAwait(false);
            while (true)
            {
                if (await Task.WhenAny(waiting.Task, receiving).WaitAsync(cancellationToken).ConfigureAwait(false) == receiving) throw new IOException("The XMPP stream ended.");
                var got = await waiting.Task.ConfigureAwait(false);
                // Nobody else answers for a device: the id might be guessed.
                if (to is null || got["from"] == to || Same(Wire.Jid.Parse(got["from"]), Wire.Jid.Parse(to))) return got;
                pending[id] = waiting = new TaskCompletionSource<XmppElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        finally
        {
            pending.TryRemove(id, out _);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested) return;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        if (!receiving.IsCompleted) await SendAsync(XmppWriter.Close, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stop.CancelAsync().ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private static bool Same(Jid? one, Jid? other) => one is not null && one == other;

    private async Task EnterAsync(XmppLogin login, CancellationToken cancellationToken)
    {
        var features = await stream.BeginAsync(login.Jid.Domain, cancellationToken).ConfigureAwait(false);
        if (login.Tls)
        {
            if (features.Child("starttls", XmppNames.Tls) is null) throw new XmppException("The XMPP server offers no TLS: set it up there, or set Cwmp__Xmpp__Tls to false in a network of your own.");
            await stream.SendAsync(XmppWriter.StartTls, cancellationToken).ConfigureAwait(false);
            if ((await stream.NextAsync(cancellationToken).ConfigureAwait(false))?.Is("proceed", XmppNames.Tls) != true) throw new XmppException("The XMPP server refused TLS: its log says why.");
            await stream.SecureAsync(login.Jid.Domain, login.Authorities, cancellationToken).ConfigureAwait(false);
            features = await stream.BeginAsync(login.Jid.Domain, cancellationToken).ConfigureAwait(false);
        }
        await AuthenticateAsync(login, features, cancellationToken).ConfigureAwait(false);
        features = await stream.BeginAsync(login.Jid.Domain, cancellationToken).ConfigureAwait(false);
        if (features.Child("bind", XmppNames.Bind) is null) throw new XmppException("The XMPP server gives this client no resource: its log says why.");
        await stream.SendAsync(XmppWriter.Iq("set", "bind", null, XmppWriter.Bind(login.Jid.Resource)), cancellationToken).ConfigureAwait(false);
        var bound = await stream.NextAsync(cancellationToken).ConfigureAwait(false);
        Jid = Wire.Jid.Parse(bound?.Child("bind", XmppNames.Bind)?.Child("jid", XmppNames.Bind)?.Text)
            ?? throw new XmppException($"The XMPP server refused the resource \"{login.Jid.Resource}\": leave it out of Cwmp__Xmpp__Jid, and the server chooses one.");
    }

    private async Task AuthenticateAsync(XmppLogin login, XmppElement features, CancellationToken cancellationToken)
    {
        var offered = features.Child("mechanisms", XmppNames.Sasl)?.Children.Select(c => c.Text).ToHashSet(StringComparer.Ordinal) ?? [];
        if (offered.Contains("SCRAM-SHA-1"))
        {
            var scram = new ScramSha1(login.Jid.Local, login.Password, Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)));
            var challenge = await SaslAsync(login, XmppWriter.Auth("SCRAM-SHA-1", Base64(scram.First)), "challenge", cancellationToken).ConfigureAwait(false);
            var final = scram.Final(challenge) ?? throw new XmppException("The XMPP server's challenge is malformed: it does not follow RFC 5802.");
            if (!scram.IsProof(await SaslAsync(login, XmppWriter.Response(Base64(final)), "success", cancellationToken).ConfigureAwait(false)))
                throw new XmppException("The XMPP server did not prove that it knows the password: it may not be the one that it seems to be.");
            return;
        }
        // Readable for whoever listens: within TLS only.
        if (!stream.IsSecure || !offered.Contains("PLAIN")) throw new XmppException($"The XMPP server offers no way to log in that is safe here ({string.Join(", ", offered)}): let it offer SCRAM-SHA-1, or PLAIN within TLS.");
        await SaslAsync(login, XmppWriter.Auth("PLAIN", Base64($"\0{login.Jid.Local}\0{login.Password}")), "success", cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> SaslAsync(XmppLogin login, string text, string awaited, CancellationToken cancellationToken)
    {
        await stream.SendAsync(text, cancellationToken).ConfigureAwait(false);
        var got = await stream.NextAsync(cancellationToken).ConfigureAwait(false) ?? throw new XmppException("The XMPP server closed the connection while logging in.");
        if (!got.Is(awaited, XmppNames.Sasl))
            throw new XmppException($"The XMPP server refused the log-in of {login.Jid.Bare} ({got.Reason ?? got.Name}): correct Cwmp__Xmpp__Jid and the password, which is stored under Listeners and certificates, Secrets, or in Cwmp__Xmpp__Password.");
        var bytes = new byte[got.Text.Length];
        return Convert.TryFromBase64String(got.Text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }

    private async Task ReceiveAsync()
    {
        while (await stream.NextAsync(stop.Token).ConfigureAwait(false) is { } stanza)
        {
            if (stanza.Is("error", XmppNames.Stream)) throw new IOException($"The XMPP server ended the stream ({stanza.Reason}).");
            if (!stanza.Is("iq", XmppNames.Client) || stanza["id"] is not { } id) continue;
            if (stanza["type"] is "result" or "error")
            {
                if (pending.TryRemove(id, out var waiting)) waiting.TrySetResult(stanza);
                continue;
            }
            // Whoever asks gets an answer (RFC 6120 §8.2.3).
            var payload = stanza.Child("ping", XmppNames.Ping) is not null ? "" : answer(stanza);
            var type = payload is null || payload.StartsWith("<error", StringComparison.Ordinal) ? "error" : "result";
            await SendAsync(XmppWriter.Iq(type, id, stanza["from"], payload ?? XmppWriter.Error("cancel", "service-unavailable")), stop.Token).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await stream.SendAsync(text, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The XMPP connection is gone.", e);
        }
        finally
        {
            sending.Release();
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
