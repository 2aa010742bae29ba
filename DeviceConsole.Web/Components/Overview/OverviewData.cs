using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Web.Components.Overview;

/// <summary>What the overview shows, read at one moment.</summary>
public sealed record OverviewData(DeviceCounts Devices, JobCounts Jobs, IReadOnlyList<JobBucket> History, IReadOnlyList<JobView> Failures, AlarmCounts Alarms);
