using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>One session of a device. <paramref name="Open"/>: it is going on, as the database sees it.</summary>
public sealed record SessionView(
    Guid Id, Guid DeviceId, string DeviceName, string Protocol, string Transport, string? Remote, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, bool Open, string? Reason, bool Failed, int Jobs);

/// <summary>Sessions that failed in the same way.</summary>
/// <param name="Reason">How, in a sentence.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Sessions">How many.</param>
/// <param name="Devices">Of how many devices.</param>
/// <param name="LastSession">The newest of them: its page has what was said.</param>
/// <param name="LastAt">When that began.</param>
public sealed record SessionFailure(string Reason, string Protocol, long Sessions, long Devices, Guid LastSession, DateTimeOffset LastAt);

/// <summary>A piece of an exchange: a job's attempt, or messages of a session.</summary>
public sealed record TraceView(Guid Id, Guid DeviceId, string Protocol, Guid? JobId, Guid? SessionId, int? Attempt, DateTimeOffset At, IReadOnlyList<TraceEntry> Entries);

/// <summary>Something that a device told.</summary>
public sealed record DeviceEventView(Guid Id, DateTimeOffset At, string Protocol, string Kind, string Message, string? Detail);

/// <summary>Whether a device is connected by a protocol now.</summary>
public sealed record ConnectionView(string Protocol, DateTimeOffset OpenedAt);
