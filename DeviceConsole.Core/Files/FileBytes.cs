using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using DeviceConsole.Core.Data;

namespace DeviceConsole.Core.Files;

/// <summary>The bytes of files, in pieces of one size: memory stays flat whatever a file's size, and a range begins at a known piece.</summary>
internal sealed class FileBytes(DataSources dataSources)
{
    /// <summary>The size of every piece but the last.</summary>
    public const int Piece = 262_144;

    /// <summary>Stores a stream below a file that exists; null where it is longer than <paramref name="maximum"/>.</summary>
    public async Task<(long Size, byte[] Hash)?> WriteAsync(Guid tenant, Guid file, Stream content, long maximum, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Piece];
        long size = 0;
        for (var no = 0; ; no++)
        {
            var length = await content.ReadAtLeastAsync(piece, Piece, throwOnEndOfStream: false, cancellationToken);
            if ((size += length) > maximum) return null;
            if (length == 0) break;
            hash.AppendData(piece, 0, length);
            await using var batch = new TenantBatch(dataSources.App, tenant);
            batch.Add("INSERT INTO file_chunks (tenant_id, file_id, no, data) VALUES ($1, $2, $3, $4)", Sql.Uuid(tenant), Sql.Uuid(file), Sql.Int(no), Sql.Bytes(length == Piece ? piece : piece[..length]));
            await batch.ExecuteAsync(cancellationToken);
            if (length < Piece) break;
        }
        return (size, hash.GetHashAndReset());
    }

    /// <summary>A range of a file. A file that is deleted meanwhile ends early.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Guid tenant, Guid file, long offset, long count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            await using var batch = new TenantBatch(dataSources.App, tenant);
            batch.Add("SELECT data FROM file_chunks WHERE tenant_id = $1 AND file_id = $2 AND no = $3", Sql.Uuid(tenant), Sql.Uuid(file), Sql.Int((int)(offset / Piece)));
            if (await batch.FirstAsync(r => r.GetFieldValue<byte[]>(0), cancellationToken) is not { } piece) yield break;
            var from = (int)(offset % Piece);
            var length = (int)Math.Min(count, piece.Length - from);
            if (length <= 0) yield break;
            yield return piece.AsMemory(from, length);
            offset += length;
            count -= length;
        }
    }
}
