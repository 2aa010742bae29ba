using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DeviceConsole.Core.Jobs;

/// <summary>The engine's metrics, on the meter <c>DeviceConsole</c>.</summary>
public sealed class JobMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "DeviceConsole";

    private readonly Meter meter;
    private readonly Counter<long> finished;
    private readonly Counter<long> retried;
    private readonly Counter<long> refused;
    private readonly Histogram<double> claim;
    private readonly Histogram<double> run;
    private readonly Histogram<double> wait;

    /// <summary>One for the process.</summary>
    public JobMetrics(IMeterFactory meters)
    {
        meter = meters.Create(MeterName);
        finished = meter.CreateCounter<long>("jobs_finished_total", "{job}", "Jobs that ended, by state and protocol.");
        retried = meter.CreateCounter<long>("jobs_retried_total", "{attempt}", "Attempts that failed and were queued again, by protocol.");
        refused = meter.CreateCounter<long>("calls_refused_total", "{call}", "Calls of devices that were not let in, by protocol.");
        claim = meter.CreateHistogram<double>("job_claim_seconds", "s", "How long one claim took.");
        run = meter.CreateHistogram<double>("job_run_seconds", "s", "How long one attempt ran on the device, by protocol.");
        wait = meter.CreateHistogram<double>("job_wait_seconds", "s", "From the moment a job might start to the moment it did, by protocol.");
    }

    /// <inheritdoc />
    public void Dispose() => meter.Dispose();

    internal void Finished(ClaimedJob job, JobState state)
    {
        if (state.IsTerminal()) finished.Add(1, new KeyValuePair<string, object?>("state", state.Text()), new KeyValuePair<string, object?>("protocol", job.Protocol));
        else retried.Add(1, new KeyValuePair<string, object?>("protocol", job.Protocol));
    }

    internal void Refused(string protocol) => refused.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    internal void Claimed(TimeSpan took) => claim.Record(took.TotalSeconds);

    internal void Waited(string protocol, double seconds) => wait.Record(Math.Max(0, seconds), new KeyValuePair<string, object?>("protocol", protocol));

    internal void Ran(string protocol, long started) => run.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("protocol", protocol));
}
