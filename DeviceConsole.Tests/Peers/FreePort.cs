using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Tests.Peers;

/// <summary>
/// A port of 127.0.0.1 that nobody listens on at the moment. Below the system's ephemeral ports (from 32,768 on): one of those is taken by anybody's
/// outgoing connection while a server that was stopped is about to listen on it again.
/// </summary>
public static class FreePort
{
    private const int Lowest = 20_000, Highest = 32_000;
    private static int next = Random.Shared.Next(Lowest, Highest);

    public static int Tcp() => Find(SocketType.Stream, ProtocolType.Tcp);

    public static int Udp() => Find(SocketType.Dgram, ProtocolType.Udp);

    private static int Find(SocketType type, ProtocolType protocol)
    {
        // Each of them is given once before any comes again.
        for (var tries = 0; tries < Highest - Lowest; tries++)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref next) % (Highest - Lowest));
            using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                continue;
            }
        }
        throw new InvalidOperationException($"All ports from {Lowest} to {Highest} are taken.");
    }
}
