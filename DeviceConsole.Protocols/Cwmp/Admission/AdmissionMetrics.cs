using System.Diagnostics.Metrics;
using DeviceConsole.Protocols.Cwmp.Session;

namespace DeviceConsole.Protocols.Cwmp.Admission;

/// <summary>What became of the Informs at the door, on the meter <c>DeviceConsole</c>, with how much the door lets in and how many sessions are open.</summary>
internal sealed class AdmissionMetrics : IDisposable
{
    private readonly Meter? meter;
    private long accepted;
    private long overload;
    private long address;

    public AdmissionMetrics(AdmissionControl door, CwmpSessions sessions, IMeterFactory? meters = null)
    {
        meter = meters?.Create("DeviceConsole");
        meter?.CreateObservableCounter("cwmp_informs_total", Informs, "{inform}", "Informs that began a session, and those that were told to come back: because of overload, or of too many from one address.");
        meter?.CreateObservableGauge("cwmp_sessions", () => sessions.Count, null, "CWMP sessions that are open on this node.");
        meter?.CreateObservableGauge("cwmp_admission_limit", () => door.Limit, null, "CWMP requests that this node works on at once, at most.");
    }

    /// <summary>An Inform was let in.</summary>
    public void Accepted() => Interlocked.Increment(ref accepted);

    /// <summary>It was told to come back: the node has enough to do.</summary>
    public void Overload() => Interlocked.Increment(ref overload);

    /// <summary>It was told to come back: too many come from its address.</summary>
    public void Address() => Interlocked.Increment(ref address);

    /// <inheritdoc />
    public void Dispose() => meter?.Dispose();

    private IEnumerable<Measurement<long>> Informs() => [Of("accepted", ref accepted), Of("overload", ref overload), Of("address", ref address)];

    private static Measurement<long> Of(string outcome, ref long count) => new(Interlocked.Read(ref count), new KeyValuePair<string, object?>("outcome", outcome));
}
