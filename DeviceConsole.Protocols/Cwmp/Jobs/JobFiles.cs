using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>The file library as one job of one device sees it.</summary>
internal sealed class JobFiles(IDeviceFiles files, DeviceSession session, SessionWork work)
{
    /// <summary>A link by which the device fetches a file once; null where the file is gone.</summary>
    public Task<FileOffer?> OfferAsync(Guid file, TimeSpan lifetime) => files.OfferAsync(session, work, file, lifetime, CancellationToken.None);

    /// <summary>A link to which the device may send one file.</summary>
    public Task<Uri> ExpectAsync(string fileType, TimeSpan lifetime) => files.ExpectAsync(session, work, fileType, lifetime, CancellationToken.None);
}
