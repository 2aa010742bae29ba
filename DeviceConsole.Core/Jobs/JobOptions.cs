using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Jobs;

/// <summary>How this node takes part in the engine; section <c>Jobs</c> of the configuration.</summary>
[SettingsSection("Jobs")]
public sealed class JobOptions
{
    /// <summary>False on nodes that serve pages and gateways only.</summary>
    public bool WorkerEnabled { get; set; } = true;

    /// <summary>True where this node asks devices that must call in to do so; as <see cref="WorkerEnabled"/> where it is not set. The role gateway sets it.</summary>
    public bool? WakesDevices { get; set; }

    /// <summary>Jobs that this node runs at the same time.</summary>
    public int Slots { get; set; } = 256;

    /// <summary>The share of the slots that one tenant may hold while others wait, 0 to 1.</summary>
    public double TenantShare { get; set; } = 0.75;

    /// <summary>Jobs that one claim takes at most.</summary>
    public int ClaimBatch { get; set; } = 100;

    /// <summary>How long a worker that says nothing keeps its jobs, on the database's clock.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a worker prolongs its lease.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often an idle worker looks by itself, in case a notification was lost.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a cancelled or timed-out execution may take to end before its slot is given to another.</summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long running jobs may go on after the process was asked to stop; then they go back to the queue.</summary>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long after it was asked a device that must call in is asked again.</summary>
    public TimeSpan WakeAgain { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a session of a device that calls in lasts without being prolonged.</summary>
    public TimeSpan SessionLease { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How often devices of a model vanish during a task, within days, until it is stopped for that model.</summary>
    public int QuarantineAfter { get; set; } = 5;

    /// <summary>Ended jobs are deleted after this time.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Traces of exchanges with devices are dropped after this time.</summary>
    public TimeSpan TraceRetention { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Audit entries are dropped after this time.</summary>
    public TimeSpan AuditRetention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Samples of polling are kept for this time, their 5-minute averages eight times as long, their hourly ones fifty-two times.</summary>
    public TimeSpan SampleRetention { get; set; } = TimeSpan.FromDays(7);
}
