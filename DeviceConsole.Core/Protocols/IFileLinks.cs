namespace DeviceConsole.Core.Protocols;

/// <summary>Which way a link's file goes.</summary>
public enum FileDirection
{
    /// <summary>To the device.</summary>
    Download,

    /// <summary>From the device.</summary>
    Upload,
}

/// <summary>What the file server works on: links that devices were given, and the bytes behind them.</summary>
public interface IFileLinks
{
    /// <summary>
    /// Opens a link; null where it is unknown, expired, used up, for the other direction or another tenant's: whoever asks is told the same.
    /// </summary>
    Task<OpenLink?> OpenAsync(string tenantSlug, string token, FileDirection direction, CancellationToken cancellationToken);

    /// <summary>Bytes of the link's file, in pieces.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(OpenLink link, long offset, long count, CancellationToken cancellationToken);

    /// <summary>Notes what a device was sent; when <paramref name="toTheEnd"/> and all of the file has been sent, the link is used up.</summary>
    Task DeliveredAsync(OpenLink link, long bytes, bool toTheEnd, CancellationToken cancellationToken);

    /// <summary>Takes the device's file; the link is used up by it. What was stored of a file that is too large or breaks off is removed.</summary>
    Task<FileReceipt> ReceiveAsync(OpenLink link, string? name, Stream content, CancellationToken cancellationToken);
}

/// <summary>What came of taking a device's file.</summary>
public enum FileReceipt
{
    /// <summary>It is stored.</summary>
    Stored,

    /// <summary>It is larger than what is taken.</summary>
    TooLarge,

    /// <summary>There was nothing in it.</summary>
    Empty,

    /// <summary>Its link was used up meanwhile.</summary>
    Used,
}

/// <summary>A link that holds.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Id">The link.</param>
/// <param name="File">The file to fetch; null for a place to put one.</param>
/// <param name="ModifiedAt">When the file was made.</param>
/// <param name="Limit">The most bytes that are taken.</param>
public sealed record OpenLink(Guid TenantId, Guid Id, FileFacts? File, DateTimeOffset ModifiedAt, long Limit);
