using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>
/// Has another .NET process collect everything, as <c>dotnet-gcdump</c> does: a trace session over the runtime's diagnostic socket whose provider is enabled with
/// GCHeapCollectKeyword (github.com/dotnet/diagnostics, documentation/design-docs/ipc-protocol.md; the session ends with its connection).
/// </summary>
internal static class FullCollection
{
    private const ulong GCHeapCollectKeyword = 0x800000;
    private const uint Informational = 4, NetTrace = 1, BufferMegabytes = 16;
    private const int HeaderLength = 20;
    private const byte EventPipe = 2, CollectTracing = 2, ServerAnswer = 0xFF, Good = 0;

    /// <summary>Returns when the runtime has begun the session, and so has collected.</summary>
    public static async Task RunAsync(int process, CancellationToken cancellationToken)
    {
        var path = Directory.GetFiles(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{process}-*-socket")).Single();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Command(), cancellationToken);
        var answer = new byte[HeaderLength];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (answer[16] != ServerAnswer || answer[17] != Good) throw new InvalidOperationException($"The runtime of process {process} begins no trace session.");
    }

    private static byte[] Command()
    {
        const string Provider = "Microsoft-Windows-DotNETRuntime";
        var payload = new byte[4 + 4 + 4 + 8 + 4 + 4 + ((Provider.Length + 1) * 2) + 4];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, BufferMegabytes);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(4), NetTrace);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(12), GCHeapCollectKeyword);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(20), Informational);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(24), Provider.Length + 1);
        Encoding.Unicode.GetBytes(Provider, payload.AsSpan(28));
        var command = new byte[HeaderLength + payload.Length];
        "DOTNET_IPC_V1"u8.CopyTo(command);
        BinaryPrimitives.WriteUInt16LittleEndian(command.AsSpan(14), (ushort)command.Length);
        (command[16], command[17]) = (EventPipe, CollectTracing);
        payload.CopyTo(command, HeaderLength);
        return command;
    }
}
