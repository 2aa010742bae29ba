using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.ConnectionRequest;

/// <summary>
/// Connection requests over UDP to a device behind a NAT (TR-069 Annex G.2.2): a GET in a datagram, signed with HMAC-SHA1, sent several times because
/// nobody answers. A symmetric NAT keeps them out: it gives each peer of the device another port.
/// </summary>
internal static class UdpConnectionRequest
{
    private const int Copies = 3;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(150);

    /// <summary>The message: <c>GET http://HOST:PORT?ts=…&amp;id=…&amp;un=…&amp;cn=…&amp;sig=… HTTP/1.1</c>.</summary>
    /// <param name="address">Host and port, as the device told them.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    /// <param name="id">Grows from one request to the next; copies of one request carry the same.</param>
    /// <param name="user">ConnectionRequestUsername.</param>
    /// <param name="password">ConnectionRequestPassword: the key of the signature.</param>
    /// <param name="nonce">Random text.</param>
    public static string Write(string address, long timestamp, uint id, string user, string password, string nonce)
    {
        var (ts, number) = (timestamp.ToString(CultureInfo.InvariantCulture), id.ToString(CultureInfo.InvariantCulture));
        return $"GET http://{address}?ts={ts}&id={number}&un={Uri.EscapeDataString(user)}&cn={nonce}&sig={Sign(ts + number + user + nonce, password)} HTTP/1.1\r\n\r\n";
    }

    /// <summary>HMAC-SHA1 over the values as they stand behind one another (G.2.2.1).</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "TR-069 Annex G has no other.")]
    public static string Sign(string values, string password) =>
        Convert.ToHexString(HMACSHA1.HashData(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(values)));

    /// <summary>Sends it; null where it is on its way, else why not.</summary>
    public static async Task<string?> SendAsync(ProtocolTarget target, string address, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TryRead(address, out var host, out var port)) return $"The device's address for UDP connection requests cannot be read ({(address.Length <= 80 ? address : address[..80])}).";
        var (user, password) = (target.Secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestUserName) ?? "", target.Secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestPassword) ?? "");
        if (password.Length == 0) return "UDP connection requests are signed with the connection request password, and none is entered here.";
        var (resolved, fault) = await HostResolver.ResolveAsync(CwmpModuleDescriptor.Id, host, target.Policy, cancellationToken);
        if (fault is not null) return $"No UDP connection request was sent: {fault.Message}";
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var message = Encoding.UTF8.GetBytes(Write(address, now / 1000, (uint)(now / 10 & uint.MaxValue), user, password, Convert.ToHexString(RandomNumberGenerator.GetBytes(8))));
        using var socket = new Socket(resolved!.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            for (var i = 0; i < Copies; i++)
            {
                if (i > 0) await Task.Delay(Gap, time, cancellationToken);
                await socket.SendToAsync(message, new IPEndPoint(resolved, port), cancellationToken);
            }
            return null;
        }
        catch (SocketException e)
        {
            return $"The UDP connection request could not be sent to {resolved}: {e.SocketErrorCode}.";
        }
    }

    private static bool TryRead(string address, out string host, out int port)
    {
        (host, port) = ("", 80);
        if (!Uri.TryCreate("http://" + address.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.PathAndQuery != "/") return false;
        (host, port) = (uri.Host, uri.Port);
        return true;
    }
}
