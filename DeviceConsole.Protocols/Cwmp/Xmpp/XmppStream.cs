using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>The bytes of a connection as events of a stream, and text as bytes. One reader and one writer at a time.</summary>
internal sealed class XmppStream(Stream transport) : IAsyncDisposable
{
    private const int Step = 4_096;

    private Stream transport = transport;
    private XmppStreamReader reader = new();
    private byte[] buffer = new byte[Step];
    private int length;

    /// <summary>True once TLS protects it.</summary>
    public bool IsSecure => transport is SslStream;

    /// <summary>Sends text.</summary>
    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await transport.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        await transport.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next stanza; null where the stream or the connection ended.</summary>
    /// <exception cref="XmppDecodeException">It is no XMPP.</exception>
    public async Task<XmppElement?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read is null or { Kind: XmppEventKind.Close }) return null;
            if (read is { Kind: XmppEventKind.Stanza }) return read.Value.Element;
        }
    }

    /// <summary>Begins a stream, the first or one anew; the server's features.</summary>
    public async Task<XmppElement> BeginAsync(string domain, CancellationToken cancellationToken)
    {
        reader = new XmppStreamReader();
        await SendAsync(XmppWriter.Open(domain), cancellationToken).ConfigureAwait(false);
        if (await NextAsync(cancellationToken).ConfigureAwait(false) is not { } first) throw new XmppException("The XMPP server closed the connection at its beginning.");
        if (first.Is("error", XmppNames.Stream)) throw new XmppException($"The XMPP server refused the connection ({first.Reason}): check the domain of Cwmp__Xmpp__Jid, which is {domain}.");
        return first.Is("features", XmppNames.Stream) ? first : throw new XmppException("The server does not speak XMPP 1.0: check Cwmp__Xmpp__Host and Cwmp__Xmpp__Port.");
    }

    /// <summary>Puts TLS around it. What came before and is not read yet would be without its protection: that ends the connection.</summary>
    public async Task SecureAsync(string domain, X509Certificate2Collection? authorities, CancellationToken cancellationToken)
    {
        if (length > 0) throw new XmppException("The XMPP server sent something between its consent to TLS and TLS itself: somebody is in between.");
        var secure = new SslStream(transport, leaveInnerStreamOpen: false);
        transport = secure;
        var options = new SslClientAuthenticationOptions { TargetHost = domain };
        if (authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => transport.DisposeAsync();

    private async Task<XmppEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (reader.TryRead(buffer.AsSpan(0, length), out var read, out var consumed))
            {
                buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
                length -= consumed;
                return read;
            }
            // The reader's limit keeps it from growing without end.
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var got = await transport.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (got == 0) return null;
            length += got;
        }
    }
}
