using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>
/// The CPE's side of XMPP connection requests (TR-069 Annex K): it connects as the row of Device.XMPP.Connection says that ManagementServer names, tells the address
/// that it got, and takes requests of those who are allowed to ask, with the right credentials.
/// </summary>
public sealed class CpeXmpp : IAsyncDisposable
{
    private const string Server = "Device.ManagementServer.";
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly HomeGateway gateway;
    private readonly string? authorityFile;
    private readonly Func<int> asked;
    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stop = new();
    private readonly Task living;

    /// <summary>Connects as soon as it is told to.</summary>
    /// <param name="gateway">Whose parameters say where.</param>
    /// <param name="authorityFile">The authority of the server's certificate (PEM); null for those that the system trusts.</param>
    /// <param name="asked">Takes a good request: 200, or 503 where it is busy.</param>
    public CpeXmpp(HomeGateway gateway, string? authorityFile, Func<int> asked)
    {
        (this.gateway, this.authorityFile, this.asked) = (gateway, authorityFile, asked);
        gateway.Changed += OnChanged;
        living = LiveAsync();
    }

    /// <summary>Requests that were not believed.</summary>
    public int Refused { get; private set; }

    /// <summary>Requests that were taken.</summary>
    public int Taken { get; private set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        gateway.Changed -= OnChanged;
        await stop.CancelAsync();
        await living;
        stop.Dispose();
    }

    private void OnChanged(GatewayChange change)
    {
        // Its own words of how it stands are no new orders.
        if (change.Path.StartsWith("Device.XMPP.", StringComparison.Ordinal) ? !(change.Path.EndsWith(".Status", StringComparison.Ordinal) || change.Path.EndsWith(".JabberID", StringComparison.Ordinal) || change.Path.EndsWith(".TLSEstablished", StringComparison.Ordinal))
            : change.Path == Server + "ConnReqXMPPConnection") changed.Writer.TryWrite(true);
    }

    private async Task LiveAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (Read() is { } orders) await StayAsync(orders);
                else await changed.Reader.ReadAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was switched off.
        }
    }

    // Until it is told otherwise; a connection that does not come about or breaks is tried again.
    private async Task StayAsync(Orders orders)
    {
        try
        {
            gateway.Provision(orders.Row + "Status", "Connecting");
            await using var connection = await XmppConnection.OpenAsync(orders.Login, Answer, stop.Token);
            gateway.Provision(orders.Row + "JabberID", connection.Jid.ToString());
            gateway.Provision(orders.Row + "TLSEstablished", connection.IsSecure ? "true" : "false");
            gateway.Provision(orders.Row + "Status", "Enabled");
            gateway.Provision(Server + "ConnReqJabberID", connection.Jid.ToString());
            while (await Task.WhenAny(connection.Ended, changed.Reader.WaitToReadAsync(stop.Token).AsTask()) != connection.Ended)
            {
                // One write of the ACS is many changes; only what makes a difference ends the connection.
                if (!changed.Reader.TryRead(out _) || Read()?.Login.ToString() != orders.Login.ToString() || Read()?.Login.Password != orders.Login.Password) return;
            }
        }
        catch (Exception e) when (e is XmppException or IOException or AuthenticationException)
        {
            gateway.Provision(orders.Row + "Status", e is XmppException { Message: var m } && m.Contains("refused the log-in", StringComparison.Ordinal) ? "Error_AuthenticationFailure" : "ServerNotPresent");
        }
        if (changed.Reader.TryRead(out _)) return;
        await Task.Delay(Retry, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string? Answer(XmppElement iq)
    {
        if (ConnectionRequestPayload.Read(iq) is not { } request) return null;
        var allowed = Value(Server + "ConnReqAllowedJabberIDs").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var from = Jid.Parse(iq["from"]);
        if (allowed.Length > 0 && !allowed.Any(a => a == from?.ToString() || a == from?.Bare)) return Refuse("not-allowed");
        if (request.UserName != Value(Server + "ConnectionRequestUsername") || request.Password != Value(Server + "ConnectionRequestPassword")) return Refuse("not-authorized");
        if (asked() != 200) return XmppWriter.Error("cancel", "service-unavailable");
        Taken++;
        return "";
    }

    private string Refuse(string condition)
    {
        Refused++;
        return XmppWriter.Error("cancel", condition);
    }

    private Orders? Read()
    {
        var name = Value(Server + "ConnReqXMPPConnection");
        if (name.Length == 0) return null;
        var row = name + ".";
        if (Value(row + "Enable") != "true" || Jid.Parse($"{Value(row + "Username")}@{Value(row + "Domain")}/{Value(row + "Resource")}") is not { } jid) return null;
        var server = Value(row + "ServerConnectAlgorithm") == "ServerTable" ? gateway.Read(row + "Server.").FirstOrDefault(p => p.Path.EndsWith(".ServerAddress", StringComparison.Ordinal)) : null;
        var port = server is null ? 5222 : int.Parse(Value(server.Path.Replace("ServerAddress", "Port", StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        return new Orders(row, new XmppLogin(server?.Value ?? jid.Domain, port, jid, Value(row + "Password")) { Tls = Value(row + "UseTLS") == "true", Authorities = Authorities() });
    }

    private X509Certificate2Collection? Authorities()
    {
        if (authorityFile is null) return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityFile);
        return authorities;
    }

    private string Value(string path) => gateway.Find(path)?.Value ?? "";

    private sealed record Orders(string Row, XmppLogin Login);
}
