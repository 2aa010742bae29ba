using System.Buffers;
using System.IO.Pipelines;

namespace DeviceConsole.Web.Hosting.DevicePorts;

/// <summary>A connection's two pipes as one stream, for <see cref="System.Net.Security.SslStream"/>. Asynchronous only.</summary>
internal sealed class DuplexPipeStream(IDuplexPipe pipe) : Stream
{
    /// <summary>How many bytes were read.</summary>
    public long Received { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await pipe.Input.ReadAsync(cancellationToken);
            var bytes = result.Buffer;
            var consumed = bytes.Start;
            try
            {
                if (result.IsCanceled) throw new OperationCanceledException("The connection's reading was cancelled.");
                if (bytes.IsEmpty && result.IsCompleted) return 0;
                if (bytes.IsEmpty) continue;
                // A reader that only waits for bytes brings no room for them.
                if (buffer.IsEmpty) return 0;
                var part = bytes.Slice(0, Math.Min(bytes.Length, buffer.Length));
                part.CopyTo(buffer.Span);
                consumed = part.End;
                Received += part.Length;
                return (int)part.Length;
            }
            finally
            {
                pipe.Input.AdvanceTo(consumed);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await pipe.Output.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken) => await pipe.Output.FlushAsync(cancellationToken);

    public override void Flush()
    {
        // Every write is flushed.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
