using System.Net.Sockets;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>Receive buffers that hold a burst of answers.</summary>
internal static class SocketBuffers
{
    // asm-generic/socket.h: beyond net.core.rmem_max, for a process with CAP_NET_ADMIN.
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;

    /// <summary>Asks for a receive buffer, past the system's limit where the process may.</summary>
    public static void Grow(Socket socket, int bytes)
    {
        socket.ReceiveBufferSize = bytes;
        if (!OperatingSystem.IsLinux() || socket.ReceiveBufferSize >= bytes) return;
        try
        {
            socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(bytes));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied or SocketError.OperationNotSupported)
        {
            // Without the capability the system's limit stands.
            return;
        }
    }
}
