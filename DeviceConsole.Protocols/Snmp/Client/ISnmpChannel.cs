using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>A way to devices, with the requests that wait for an answer on it.</summary>
internal interface ISnmpChannel
{
    /// <summary>Who waits for what.</summary>
    PendingTable Pending { get; }

    /// <summary>Sends a message without waiting; null, or why the network refused it.</summary>
    SocketError? TrySend(ReadOnlySpan<byte> message, SocketAddress destination);
}
