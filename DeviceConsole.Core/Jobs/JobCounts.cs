namespace DeviceConsole.Core.Jobs;

/// <summary>A tenant's jobs in numbers, for its dashboard.</summary>
/// <param name="Queued">Waiting now.</param>
/// <param name="Running">Running now.</param>
/// <param name="CompletedLastHour">Completed within the last hour.</param>
/// <param name="FailedLastHour">Failed within the last hour.</param>
/// <param name="CancelledLastHour">Cancelled within the last hour.</param>
/// <param name="ExpiredLastHour">Expired within the last hour.</param>
public sealed record JobCounts(int Queued, int Running, int CompletedLastHour, int FailedLastHour, int CancelledLastHour, int ExpiredLastHour);

/// <summary>Jobs that ended within one interval of a history; <paramref name="From"/> is its beginning.</summary>
public sealed record JobBucket(DateTimeOffset From, int Completed, int Failed, int Cancelled, int Expired);
