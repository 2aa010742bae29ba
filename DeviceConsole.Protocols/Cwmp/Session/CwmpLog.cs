using DeviceConsole.Protocols.Cwmp.Wire;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>What the ACS writes into the log.</summary>
internal static partial class CwmpLog
{
    [LoggerMessage(3000, LogLevel.Error, "A request of a CWMP device could not be answered")]
    public static partial void RequestFailed(this ILogger<CwmpEnvelope> logger, Exception exception);

    [LoggerMessage(3001, LogLevel.Error, "Job {Job} ({Operation}) failed with an exception that nobody expected")]
    public static partial void JobFailed(this ILogger<CwmpEnvelope> logger, Exception exception, Guid job, string operation);

    [LoggerMessage(3002, LogLevel.Warning, "Device {Identity} reported the end of a transfer that no job of it waits for: {CommandKey}")]
    public static partial void UnknownTransfer(this ILogger<CwmpEnvelope> logger, string identity, string commandKey);

    [LoggerMessage(3003, LogLevel.Warning, "The session of device {Identity} was dropped: {Reason}")]
    public static partial void Dropped(this ILogger<CwmpEnvelope> logger, string identity, string reason);

    [LoggerMessage(3004, LogLevel.Error, "The session of device {Identity} could not be ended in the database")]
    public static partial void EndFailed(this ILogger<CwmpEnvelope> logger, Exception exception, string identity);
}
