using System.Buffers.Text;
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

/// <summary>A place for one TCP connection of a virtual CPE at a time; the next one takes its buffer over.</summary>
internal sealed class StormSocket : IDisposable
{
    /// <summary>The buffer's size as long as no answer was longer, in bytes: an Inform is not.</summary>
    public const int FirstBuffer = 4_096;

    private const int MaximumAnswer = 64 * 1024;
    private Socket? socket;

    /// <summary>Requests are written here before they are sent; answers are read into it.</summary>
    public byte[] Buffer { get; private set; } = new byte[FirstBuffer];

    /// <summary>Connects from an address, or from any.</summary>
    public async Task ConnectAsync(IPEndPoint acs, IPAddress? from, CancellationToken cancellationToken)
    {
        socket = new Socket(acs.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null) socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(acs, cancellationToken);
    }

    /// <summary>Sends the request that stands at the buffer's beginning and reads its answer, whose length stands in its header.</summary>
    public async ValueTask<StormAnswer> CallAsync(int request, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < request;) sent += await socket!.SendAsync(Buffer.AsMemory(sent, request - sent), cancellationToken);
        var (length, end) = (0, -1);
        while (end < 0)
        {
            length += await ReceiveAsync(length, cancellationToken);
            end = Buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }
        var status = Number(Buffer.AsSpan(9, 3)) ?? throw new FormatException("The answer is not HTTP.");
        var whole = end + 4 + (status == 204 ? 0 : Number(Header(Buffer.AsSpan(0, end), "Content-Length"u8)) ?? 0);
        while (length < whole) length += await ReceiveAsync(length, cancellationToken);
        return Read(status, end, whole);
    }

    /// <summary>Closes the connection, if there is one.</summary>
    public void Close()
    {
        socket?.Dispose();
        socket = null;
    }

    /// <inheritdoc />
    public void Dispose() => Close();

    private StormAnswer Read(int status, int end, int whole)
    {
        var head = Buffer.AsSpan(0, end);
        var cookie = Header(head, "Set-Cookie"u8);
        if (cookie.IndexOf((byte)';') is var stop and >= 0) cookie = cookie[..stop];
        return new StormAnswer(status, cookie.IsEmpty ? null : Encoding.ASCII.GetString(cookie), Number(Header(head, "Retry-After"u8)), IdOf(Buffer.AsSpan(end + 4, whole - end - 4)));
    }

    private async ValueTask<int> ReceiveAsync(int length, CancellationToken cancellationToken)
    {
        if (length == MaximumAnswer) throw new IOException("The answer is too long.");
        if (length == Buffer.Length)
        {
            var larger = new byte[Math.Min(Buffer.Length * 2, MaximumAnswer)];
            Buffer.CopyTo(larger, 0);
            Buffer = larger;
        }
        var read = await socket!.ReceiveAsync(Buffer.AsMemory(length), cancellationToken);
        return read > 0 ? read : throw new IOException("The ACS closed the connection.");
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        for (var at = head.IndexOf("\r\n"u8); at >= 0; at = head.IndexOf("\r\n"u8))
        {
            head = head[(at + 2)..];
            if (head.Length <= name.Length || head[name.Length] != ':' || !Ascii.EqualsIgnoreCase(head[..name.Length], name)) continue;
            var end = head.IndexOf("\r\n"u8);
            return (end < 0 ? head : head[..end])[(name.Length + 1)..].Trim((byte)' ');
        }
        return default;
    }

    private static int? Number(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out int number, out var read) && read == digits.Length && read > 0 ? number : null;

    private static string? IdOf(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return null;
        var at = body.IndexOf(":ID"u8);
        if (at < 0) return "";
        var rest = body[(at + body[at..].IndexOf((byte)'>') + 1)..];
        return Encoding.UTF8.GetString(rest[..Math.Max(0, rest.IndexOf((byte)'<'))]);
    }
}
