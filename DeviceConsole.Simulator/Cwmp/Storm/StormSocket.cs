using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>One answer, as far as a virtual CPE looks at it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Cookie">The session's cookie, or null.</param>
/// <param name="RetryAfter">In seconds; null where the header is missing.</param>
/// <param name="Id">The header ID of the ACS's request; null where the body is empty.</param>
internal readonly record struct StormAnswer(int Status, string? Cookie, int? RetryAfter, string? Id);

/// <summary>One TCP connection of a virtual CPE.</summary>
internal sealed class StormSocket : IDisposable
{
    private const int MaximumAnswer = 64 * 1024;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[4_096];

    /// <summary>Connects from an address, or from any.</summary>
    public async Task ConnectAsync(Uri acs, IPAddress? from, CancellationToken cancellationToken)
    {
        if (from is not null) socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(acs.DnsSafeHost, acs.Port, cancellationToken);
    }

    /// <summary>Sends a request and reads its answer, whose length stands in its header.</summary>
    public async Task<StormAnswer> CallAsync(byte[] request, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < request.Length;) sent += await socket.SendAsync(request.AsMemory(sent), cancellationToken);
        var (length, end) = (0, -1);
        while (end < 0)
        {
            length += await ReceiveAsync(length, cancellationToken);
            end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }
        var head = Encoding.ASCII.GetString(buffer, 0, end);
        var status = int.Parse(head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        var whole = end + 4 + (status == 204 ? 0 : int.Parse(Header(head, "Content-Length") ?? "0", CultureInfo.InvariantCulture));
        while (length < whole) length += await ReceiveAsync(length, cancellationToken);
        var cookie = Header(head, "Set-Cookie")?.Split(';')[0];
        return new StormAnswer(status, cookie, int.TryParse(Header(head, "Retry-After"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null, IdOf(buffer.AsSpan(end + 4, whole - end - 4)));
    }

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    private async Task<int> ReceiveAsync(int length, CancellationToken cancellationToken)
    {
        if (length == MaximumAnswer) throw new IOException("The answer is too long.");
        if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaximumAnswer));
        var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
        return read > 0 ? read : throw new IOException("The ACS closed the connection.");
    }

    private static string? Header(string head, string name)
    {
        var at = head.IndexOf("\r\n" + name + ":", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        var start = at + name.Length + 3;
        var end = head.IndexOf("\r\n", start, StringComparison.Ordinal);
        return head[start..(end < 0 ? head.Length : end)].Trim();
    }

    private static string? IdOf(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return null;
        var at = body.IndexOf(":ID"u8);
        if (at < 0) return "";
        var rest = body[(at + body[at..].IndexOf((byte)'>') + 1)..];
        return Encoding.UTF8.GetString(rest[..Math.Max(0, rest.IndexOf((byte)'<'))]);
    }
}
