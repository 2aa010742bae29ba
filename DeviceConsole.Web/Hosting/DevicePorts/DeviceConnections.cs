using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared.ProxyProtocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace DeviceConsole.Web.Hosting.DevicePorts;

/// <summary>
/// What happens on a connection of a device before HTTP is spoken: the PROXY header of a trusted balancer, then TLS, as the port's row says at that moment.
/// Whatever ends here is told, in a sentence.
/// </summary>
internal sealed partial class DeviceConnections(PortDirectory directory, HostSettings settings, RefusedConnections refused, TimeProvider time, ILogger<DeviceConnections> logger)
{
    /// <summary>How long a PROXY header and a handshake may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // The same as an idle HTTP connection has.
    private static readonly TimeSpan IdlePatience = TimeSpan.FromMinutes(2);
    private const byte TlsHandshake = 0x16;

    /// <summary>Serves one connection.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var port = (connection.LocalEndPoint as IPEndPoint)?.Port ?? 0;
        var terms = directory.Current.GetValueOrDefault(port);
        if (await OpenAsync(connection, port, terms) is not { } first) return;
        if (terms?.Default is null)
        {
            if (first == TlsHandshake) Refuse(connection, port, "TLS", null, $"TLS came to port {port}, which has none. Write http:// in the device's address, or give the port a TLS profile.");
            else await next(connection);
        }
        else if (first != TlsHandshake)
        {
            Refuse(connection, port, "TLS", terms.Default, $"A connection without TLS came to port {port}, which asks for TLS. Write https:// (or wss://) in the device's address.");
        }
        else
        {
            await ServeTlsAsync(connection, port, terms, next);
        }
    }

    // The first byte of what the device itself says, after the PROXY header where there is one; null where the connection is over.
    private async Task<byte?> OpenAsync(ConnectionContext connection, int port, PortTerms? terms)
    {
        var trusted = terms?.Settings.ProxyProtocol == true && IsTrusted(connection.RemoteEndPoint);
        try
        {
            if (trusted && !await AcceptHeaderAsync(connection, port)) return null;
            using var patience = new CancellationTokenSource(terms?.Default is null ? IdlePatience : Patience, time);
            return await PeekAsync(connection, port, terms, headerWasRead: trusted, patience.Token);
        }
        catch (ProxyHeaderException e)
        {
            Refuse(connection, port, "PROXY", null, $"{e.Message} Port {port} expects one from the trusted balancer {Address(connection)}; switch it on there, or off here.");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // It went away before it said anything, as a probe of the port does, or never said anything.
        }
        return null;
    }

    private async Task<bool> AcceptHeaderAsync(ConnectionContext connection, int port)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await ReadHeaderAsync(connection, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Refuse(connection, port, "PROXY", null, $"The balancer {Address(connection)} opened a connection to port {port} and did not send its PROXY header in time.");
            return false;
        }
    }

    private static async Task<bool> ReadHeaderAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var bytes = result.Buffer;
            var (consumed, examined) = (bytes.Start, bytes.End);
            try
            {
                if (!bytes.IsEmpty && ProxyHeaderReader.TryRead(bytes, out var header, out consumed))
                {
                    // The local end stays: which port was called decides what is served.
                    if (header.Source is { } source) connection.RemoteEndPoint = source;
                    examined = consumed;
                    return true;
                }
                if (result.IsCompleted || result.IsCanceled) return bytes.IsEmpty ? false : throw new ProxyHeaderException("The connection ended in the middle of its PROXY header.");
            }
            finally
            {
                input.AdvanceTo(consumed, examined);
            }
        }
    }

    // A header where none is expected is an attempt to pose as somebody else, or a balancer that nobody told of.
    private async Task<byte?> PeekAsync(ConnectionContext connection, int port, PortTerms? terms, bool headerWasRead, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var bytes = result.Buffer;
            var look = bytes.IsEmpty || headerWasRead ? ProxyHeaderLook.Other : ProxyHeaderReader.Look(bytes);
            var wait = (bytes.IsEmpty || look == ProxyHeaderLook.Maybe) && !result.IsCompleted && !result.IsCanceled;
            var first = bytes.IsEmpty ? (byte?)null : bytes.FirstSpan.IsEmpty ? bytes.ToArray()[0] : bytes.FirstSpan[0];
            input.AdvanceTo(bytes.Start, wait ? bytes.End : bytes.Start);
            if (wait) continue;
            if (look != ProxyHeaderLook.Header) return first;
            Refuse(connection, port, "PROXY", null, terms?.Settings.ProxyProtocol == true
                ? $"A PROXY header came from {Address(connection)}, which is no trusted balancer. If it is one, add it to DEVICECONSOLE_TRUSTED_PROXIES; else somebody tries to pose as another address."
                : $"A PROXY header came to port {port}, which expects none. Switch it on for this port, or off at {Address(connection)}.");
            return null;
        }
    }

    private async Task ServeTlsAsync(ConnectionContext connection, int port, PortTerms terms, ConnectionDelegate next)
    {
        var handshake = new Handshake(terms);
        await using var inner = new DuplexPipeStream(connection.Transport);
        await using var stream = new SslStream(inner, leaveInnerStreamOpen: true);
        if (!await ShakeHandsAsync(connection, port, handshake, stream)) return;
        var session = new TlsSession(stream) { ClientCertificate = handshake.Certificate };
        connection.Features.Set<ITlsConnectionFeature>(session);
        if (handshake.Certificate is { } certificate) connection.Features.Set(Described(certificate, handshake.Terms!.Profile.ClientTenant));
        var plain = connection.Transport;
        connection.Transport = session;
        try
        {
            await next(connection);
            await session.Input.CompleteAsync();
            await session.Output.CompleteAsync();
            await stream.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or InvalidOperationException)
        {
            // The device has left already; there is nobody to say goodbye to.
            LogGone(e.Message);
        }
        finally
        {
            connection.Transport = plain;
        }
    }

    private static DeviceCertificate Described(X509Certificate2 certificate, Guid? tenant)
    {
        var names = SubjectNames.Of(certificate);
        return new DeviceCertificate(names.CommonName, names.Dns, names.Uris, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))) { TenantId = tenant };
    }

    private async Task<bool> ShakeHandsAsync(ConnectionContext connection, int port, Handshake handshake, SslStream stream)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed);
        try
        {
            await stream.AuthenticateAsServerAsync(handshake.ChooseAsync, null, over.Token);
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or System.ComponentModel.Win32Exception or ConnectionAbortedException)
        {
            Refuse(connection, port, "TLS", handshake.Terms, handshake.Explain(e, patience.IsCancellationRequested));
            return false;
        }
    }

    private bool IsTrusted(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address }) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return settings.TrustedProxies.Any(n => n.Contains(address));
    }

    private void Refuse(ConnectionContext connection, int port, string layer, TlsTerms? terms, string reason)
    {
        refused.Note(terms?.Profile.ClientTenant, layer, Address(connection), $"port {port}", reason);
        LogRefused(layer, port, Address(connection), reason);
    }

    private static IPAddress? Address(ConnectionContext connection) =>
        connection.RemoteEndPoint is not IPEndPoint { Address: var address } ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    [LoggerMessage(3300, LogLevel.Information, "{Layer}: a connection to port {Port} from {Remote} was refused. {Reason}")]
    private partial void LogRefused(string layer, int port, IPAddress? remote, string reason);

    [LoggerMessage(3301, LogLevel.Debug, "A TLS connection ended without a goodbye: {Reason}")]
    private partial void LogGone(string reason);
}
