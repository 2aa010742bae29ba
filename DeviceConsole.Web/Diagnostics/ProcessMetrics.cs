using System.Diagnostics;
using System.Diagnostics.Metrics;
using DeviceConsole.Core.Diagnostics;
using DeviceConsole.Core.Live;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>Gauges of the process itself and of the queue, on the application's meter.</summary>
public sealed class ProcessMetrics : IDisposable
{
    private readonly Meter meter = new(Core.Jobs.JobMetrics.MeterName);
    private readonly DateTime started = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    /// <summary>Creates the instruments; they are asked when somebody scrapes.</summary>
    public ProcessMetrics(JobGauges jobs, AlarmGauges alarms, CertificateGauges certificates, LiveFeed feed, CircuitCounter circuits)
    {
        meter.CreateObservableGauge("deviceconsole.build.info", () => new Measurement<int>(1, new("version", BuildInfo.Version), new("revision", BuildInfo.Revision)), null, "Always 1; the labels say which build this is.");
        meter.CreateObservableGauge("deviceconsole.jobs", () => jobs.Last.Select(j => new Measurement<long>(j.Count, new("state", j.State), new("protocol", j.Protocol))), null, "Jobs that wait or run, over all tenants.");
        meter.CreateObservableGauge("deviceconsole.jobs.oldest", () => jobs.Last.Select(j => new Measurement<double>(j.OldestSeconds, new("state", j.State), new("protocol", j.Protocol))), "s", "How long the oldest of these jobs has been due or running; below zero where it is not due yet.");
        meter.CreateObservableGauge("deviceconsole.alarms", () => alarms.Last.Select(a => new Measurement<long>(a.Count, new("severity", a.Severity), new("acknowledged", a.Acknowledged ? "true" : "false"))), null, "Raised alarms that are not suppressed, over all tenants.");
        meter.CreateObservableGauge("deviceconsole.certificate.remaining", () => certificates.Last.Select(c => new Measurement<double>(c.Seconds, new KeyValuePair<string, object?>("certificate", c.Certificate))), "s", "How long the certificates of the public addresses and of the ports of devices are still good; below zero where one has expired.");
        meter.CreateObservableGauge("deviceconsole.circuits", () => circuits.Open, null, "Pages of operators that are connected.");
        meter.CreateObservableGauge("deviceconsole.live.up", () => feed.State == LiveFeedState.Live ? 1 : 0, null, "1 while changes come with their commit, 0 while this node polls.");
        meter.CreateObservableGauge("deviceconsole.live.tenants", () => feed.Watched, null, "Tenants that somebody watches on this node.");
        meter.CreateObservableGauge("process.start.time", () => (started - DateTime.UnixEpoch).TotalSeconds, "s", "When the process started, in seconds since 1970.");
        meter.CreateObservableCounter("process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time that the process has used.");
        meter.CreateObservableGauge("process.resident.memory", () => Environment.WorkingSet, "By", "Memory that the process occupies.");
        meter.CreateObservableGauge("dotnet.gc.heap", () => GC.GetTotalMemory(false), "By", "Memory of live and not yet collected objects.");
        meter.CreateObservableGauge("dotnet.gc.heap.live", Live, "By", "Memory of objects that the last full collection left alive.");
        meter.CreateObservableCounter("dotnet.gc.pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time that collections have held the process up.");
        meter.CreateObservableGauge("dotnet.threadpool.threads", () => ThreadPool.ThreadCount, null, "Threads of the pool.");
        meter.CreateObservableGauge("dotnet.threadpool.queue.length", () => ThreadPool.PendingWorkItemCount, null, "Work that waits for a thread of the pool.");
    }

    /// <inheritdoc />
    public void Dispose() => meter.Dispose();

    private static long Live()
    {
        var (blocking, background) = (GC.GetGCMemoryInfo(GCKind.FullBlocking), GC.GetGCMemoryInfo(GCKind.Background));
        var last = blocking.Index > background.Index ? blocking : background;
        return last.HeapSizeBytes - last.FragmentedBytes;
    }
}
