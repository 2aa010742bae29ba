using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>Takes one ICMP error off a socket, as <see cref="IcmpErrors.TryTake"/> does.</summary>
internal delegate bool TakeIcmpError(Socket socket, SocketAddress destination, out ReadOnlySpan<byte> quoted);

/// <summary>
/// ICMP errors on a shared, unconnected UDP socket. Linux keeps them in the socket's error queue, with the address that the
/// datagram had been sent to (ip(7), IP_RECVERR). On other systems there are none, and a dead port looks like a silent one.
/// </summary>
internal static class IcmpErrors
{
    private const int IpLevel = 0;
    private const int IpReceiveErrors = 11;
    private const int IpV6Level = 41;
    private const int IpV6ReceiveErrors = 25;
    private const int ErrorQueue = 0x2000;
    private const int DoNotWait = 0x40;

    /// <summary>Asks for ICMP errors.</summary>
    public static void Enable(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return;
        ReadOnlySpan<byte> on = [1, 0, 0, 0];
        if (socket.AddressFamily == AddressFamily.InterNetwork) socket.SetRawSocketOption(IpLevel, IpReceiveErrors, on);
        else socket.SetRawSocketOption(IpV6Level, IpV6ReceiveErrors, on);
    }

    /// <summary>
    /// Takes one error from the queue: where the datagram had been sent to, and as much of it as the network quoted.
    /// False where there is none.
    /// </summary>
    public static bool TryTake(Socket socket, SocketAddress destination, out ReadOnlySpan<byte> quoted)
    {
        quoted = default;
        if (!OperatingSystem.IsLinux()) return false;
        var payload = new byte[1500];
        var address = new byte[28];
        var length = address.Length;
        var received = NativeReceive((int)socket.Handle, payload, payload.Length, ErrorQueue | DoNotWait, address, ref length);
        if (received < 0 || length is 0 or > 28) return false;
        address.AsSpan(0, length).CopyTo(destination.Buffer.Span);
        destination.Size = length;
        quoted = payload.AsSpan(0, (int)received);
        return true;
    }

    [DllImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint NativeReceive(int socket, byte[] buffer, nint length, int flags, byte[] address, ref int addressLength);
}
