using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Web.Hubs;

/// <summary>What clients of /hubs/live are told.</summary>
public interface ILiveClient
{
    /// <summary>These jobs changed, newest state of each; of two copies the one with the higher revision is newer.</summary>
    Task JobsChanged(IReadOnlyList<JobView> jobs);

    /// <summary>Changes may have been missed: ask for the snapshot again.</summary>
    Task Resync();
}
