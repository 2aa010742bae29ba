using DeviceConsole.Core.Data;
using Npgsql;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// One of the files of an upload as it was sent, read from its pieces: it seeks, and holds one piece. Archives are read by code that knows no asynchronous streams,
/// so this one reads synchronously; its reader has a thread of its own.
/// </summary>
internal sealed class StagedStream(DataSources dataSources, Guid tenant, Guid upload, int part, long length) : Stream
{
    /// <summary>The size of every piece but the last.</summary>
    public const int Piece = 262_144;

    private byte[] held = [];
    private long number = -1;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        if (Position >= length || buffer.IsEmpty) return 0;
        if (number != Position / Piece) Load(Position / Piece);
        var from = (int)(Position % Piece);
        var count = Math.Min(buffer.Length, held.Length - from);
        if (count <= 0) throw new IOException("A piece of the upload is not there any more.");
        held.AsSpan(from, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => length + offset };
        return Position < 0 ? throw new IOException("The archive points to a place before its beginning.") : Position;
    }

    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    private void Load(long wanted)
    {
        using var batch = dataSources.App.CreateBatch();
        batch.BatchCommands.Add(TenantBatch.SetTenant(tenant));
        batch.BatchCommands.Add(Sql.Command("SELECT data FROM mib_upload_pieces WHERE tenant_id = $1 AND upload_id = $2 AND part = $3 AND no = $4", Sql.Uuid(tenant), Sql.Uuid(upload), Sql.Int(part), Sql.Int((int)wanted)));
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        (held, number) = (reader.Read() ? reader.GetFieldValue<byte[]>(0) : [], wanted);
    }
}
