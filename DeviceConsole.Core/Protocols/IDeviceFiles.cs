namespace DeviceConsole.Core.Protocols;

/// <summary>The file library as a protocol's jobs see it: they make links for one transfer of one device.</summary>
public interface IDeviceFiles
{
    /// <summary>What is known of a file of the device's tenant; null where there is none.</summary>
    Task<FileFacts?> FindAsync(DeviceSession session, Guid file, CancellationToken cancellationToken);

    /// <summary>Makes a link by which the device fetches a file once; null where there is no such file.</summary>
    /// <param name="session">The device's session.</param>
    /// <param name="work">The job that the file is for.</param>
    /// <param name="file">The file.</param>
    /// <param name="lifetime">How long the link holds.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<FileOffer?> OfferAsync(DeviceSession session, SessionWork work, Guid file, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Makes a link to which the device may send one file, by PUT or POST.</summary>
    /// <param name="session">The device's session.</param>
    /// <param name="work">The job that the file is for.</param>
    /// <param name="fileType">What it will be, in the protocol's words.</param>
    /// <param name="lifetime">How long the link holds.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Uri> ExpectAsync(DeviceSession session, SessionWork work, string fileType, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>What came in for a job; null where nothing did.</summary>
    Task<FileFacts?> ReceivedAsync(DeviceSession session, Guid job, CancellationToken cancellationToken);
}

/// <summary>What is known of a file.</summary>
/// <param name="Id">The file.</param>
/// <param name="Name">Its name.</param>
/// <param name="FileType">As TR-069 has it: <c>1 Firmware Upgrade Image</c>.</param>
/// <param name="Version">The software version that a device has after it took it; empty where nobody said.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of all bytes, 32 bytes.</param>
public sealed record FileFacts(Guid Id, string Name, string FileType, string Version, long Size, IReadOnlyList<byte> Sha256)
{
    /// <summary>True for an image that changes the device's software version.</summary>
    public bool IsFirmware => FileType.StartsWith("1 ", StringComparison.Ordinal);
}

/// <summary>A file behind a link.</summary>
public sealed record FileOffer(FileFacts File, Uri Url);
