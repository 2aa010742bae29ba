using System.Diagnostics;

namespace DeviceConsole.Core.Jobs;

/// <summary>Spans of the engine: one for each attempt at a job, so that its log lines and its statements stand under one trace.</summary>
public static class JobTraces
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "DeviceConsole";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of one attempt; null where nobody listens.</summary>
    internal static Activity? Start(ClaimedJob job)
    {
        // Names no tenant and no device: a collector may be outside.
        var span = Source.StartActivity("job " + job.Protocol, ActivityKind.Internal);
        span?.SetTag("deviceconsole.job.id", job.Id).SetTag("deviceconsole.job.operation", job.Operation).SetTag("deviceconsole.job.attempt", job.Attempt);
        return span;
    }
}
