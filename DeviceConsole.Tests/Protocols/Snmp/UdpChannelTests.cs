using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>The one socket that requests to all devices share.</summary>
public sealed class UdpChannelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The refusal meets whoever uses the socket next. That one asks what it was about, and the receiving thread has taken that off already.
    [Fact]
    public async Task A_closed_port_does_not_fail_the_next_devices_request_also_where_its_error_was_taken_by_the_other_thread()
    {
        using var healthy = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (closed, open) = (new IPEndPoint(IPAddress.Loopback, FreePort.Udp()).Serialize(), ((IPEndPoint)healthy.Client.LocalEndPoint!).Serialize());
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var sender = Environment.CurrentManagedThreadId;
        var refused = 0;
        using var channel = new UdpChannel(AddressFamily.InterNetwork, 65_536, Take);
        byte[] message = [1, 2, 3];
        try
        {
            // The receiving thread is told first, and stays with what it was told.
            channel.TrySend(message, closed).Should().BeNull();
            held.Wait(Patience).Should().BeTrue("the receiving thread gets the refusal of a port that is closed");
            using var patience = new CancellationTokenSource(Patience);
            var sent = 0;
            while (refused == 0)
            {
                patience.Token.ThrowIfCancellationRequested();
                channel.TrySend(message, closed).Should().BeNull();
                channel.TrySend(message, open).Should().BeNull("the refusal was another device's");
                sent++;
            }

            for (var i = 0; i < sent; i++) (await healthy.ReceiveAsync(patience.Token)).Buffer.Should().Equal(message);
        }
        finally
        {
            release.Set();
        }

        bool Take(Socket socket, SocketAddress destination, out ReadOnlySpan<byte> quoted)
        {
            quoted = default;
            if (Environment.CurrentManagedThreadId == sender) refused++;
            else if (!held.IsSet)
            {
                held.Set();
                release.Wait(Patience);
            }

            while (IcmpErrors.TryTake(socket, destination, out _)) { }
            return false;
        }
    }
}
