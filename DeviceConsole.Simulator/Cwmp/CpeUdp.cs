using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using DeviceConsole.Protocols.Cwmp.Wire.Stun;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>
/// The CPE's side of UDP connection requests (TR-069 Annex G): it learns the address of its socket from a STUN server, keeps the binding, and takes
/// signed requests that come to it, each once.
/// </summary>
public sealed class CpeUdp : IAsyncDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource stop = new();
    private readonly CpeOptions options;
    private readonly Action<string> bound;
    private readonly Action asked;
    private readonly Task receiving;
    private readonly Task keeping;
    private long lastId = -1;
    private string address = "";

    /// <summary>Asks the STUN server from now on.</summary>
    /// <param name="options">The server, and what a request must show.</param>
    /// <param name="bound">Is told of a new address.</param>
    /// <param name="asked">Is told of a good request.</param>
    public CpeUdp(CpeOptions options, Action<string> bound, Action asked)
    {
        (this.options, this.bound, this.asked) = (options, bound, asked);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        receiving = ReceiveAsync();
        keeping = KeepAsync();
    }

    /// <summary>Requests that were not believed.</summary>
    public int Refused { get; private set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(receiving, keeping);
        socket.Dispose();
        stop.Dispose();
    }

    private async Task KeepAsync()
    {
        var request = new StunMessage(StunMessage.BindingRequest, RandomNumberGenerator.GetBytes(16),
            [new StunAttribute(StunMessage.ConnectionRequestBinding, StunMessage.BindingText.ToArray()), new StunAttribute(StunMessage.Username, Encoding.UTF8.GetBytes(options.RequestUserName.PadRight(8)[..8]))]).Write();
        while (!stop.IsCancellationRequested)
        {
            await socket.SendToAsync(request, options.Stun!, stop.Token).AsTask().ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await Task.Delay(address.Length == 0 ? TimeSpan.FromMilliseconds(500) : KeepAlive, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[2048];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                Take(buffer.AsSpan(0, received.ReceivedBytes));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Switched off, or the server's port is closed: asked again later.
            }
        }
    }

    private void Take(ReadOnlySpan<byte> datagram)
    {
        if (StunMessage.Read(datagram) is { Type: StunMessage.BindingResponse } response && response.Find(StunMessage.MappedAddress) is { } mapped && StunMessage.ReadAddress(mapped) is { } end)
        {
            if (address == end.ToString()) return;
            address = end.ToString();
            bound(address);
        }
        else if (Encoding.UTF8.GetString(datagram) is var text && text.StartsWith("GET ", StringComparison.Ordinal))
        {
            if (IsRight(text)) asked();
        }
    }

    // G.2.2.2: the signature, and an id that grows; copies of a request are passed over.
    private bool IsRight(string text)
    {
        var query = HttpUtility.ParseQueryString(text.Split(' ')[1].Split('?', 2).ElementAtOrDefault(1) ?? "");
        var right = query["un"] == options.RequestUserName && query["sig"]?.ToUpperInvariant() == Sign(query["ts"] + query["id"] + query["un"] + query["cn"]);
        if (!right) Refused++;
        if (!right || !long.TryParse(query["id"], out var id) || id == lastId) return false;
        lastId = id;
        return true;
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "TR-069 Annex G has no other.")]
    private string Sign(string values) => Convert.ToHexString(HMACSHA1.HashData(Encoding.UTF8.GetBytes(options.RequestPassword), Encoding.UTF8.GetBytes(values)));
}
