using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Tests.Jobs;

/// <summary>One node of an installation, wired as the application wires it, with pools of its own.</summary>
internal sealed class JobNode : IAsyncDisposable
{
    private static readonly MasterKey Key = MasterKey.Parse(MasterKey.Generate(), out _)!;
    private readonly IHost host;
    private bool stopped;

    private JobNode(IHost host, MovedTime time) => (this.host, Time) = (host, time);

    /// <summary>Its clock: what it remembers for a while is forgotten without waiting.</summary>
    public MovedTime Time { get; }

    public IDeviceGateway Gateway => host.Services.GetRequiredService<IDeviceGateway>();

    public EnrolmentService Enrolments => host.Services.GetRequiredService<EnrolmentService>();

    public DeviceService Devices => host.Services.GetRequiredService<DeviceService>();

    public SessionService Sessions => host.Services.GetRequiredService<SessionService>();

    public CollisionService Collisions => host.Services.GetRequiredService<CollisionService>();

    /// <summary>Enqueues on this node: its worker may take what it enqueues.</summary>
    public JobService Service => host.Services.GetRequiredService<JobService>();

    public HandOver HandOver => host.Services.GetRequiredService<HandOver>();

    public JobSweeps Sweeps => host.Services.GetRequiredService<JobSweeps>();

    public ScheduleService Schedules => host.Services.GetRequiredService<ScheduleService>();

    public SlotRunner Slots => host.Services.GetRequiredService<SlotRunner>();

    public LiveFeed Feed => host.Services.GetRequiredService<LiveFeed>();

    public NodeLease Lease => host.Services.GetRequiredService<NodeLease>();

    public JobClaims Claims => host.Services.GetRequiredService<JobClaims>();

    public CompletionWriter Writer => host.Services.GetRequiredService<CompletionWriter>();

    public RunningJobs Running => host.Services.GetRequiredService<RunningJobs>();

    /// <summary>Starts a node on a world's database with the world's protocols.</summary>
    public static Task<JobNode> StartAsync(JobWorld world, Action<JobOptions>? configure = null, bool clock = false) =>
        StartAsync(world.Database.AppConnectionString, [world.Scripted, world.CallIn], configure, clock);

    /// <summary>Starts a node; with <paramref name="clock"/> also Quartz with its sweeps and schedules.</summary>
    public static async Task<JobNode> StartAsync(string connectionString, IReadOnlyList<IProtocolModule> protocols, Action<JobOptions>? configure = null, bool clock = false, string? direct = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var time = new MovedTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(Key);
        builder.Services.AddSingleton(_ => new DataSources(connectionString, direct ?? connectionString));
        foreach (var protocol in protocols) builder.Services.AddSingleton(protocol);
        builder.Services.AddDevices();
        builder.Services.AddJobs();
        if (clock) builder.Services.AddScheduling(connectionString);
        else builder.Services.AddSchedules();
        builder.Services.Configure<JobOptions>(o =>
        {
            o.Lease = TimeSpan.FromSeconds(3);
            o.Heartbeat = TimeSpan.FromMilliseconds(500);
            o.CancelGrace = TimeSpan.FromMilliseconds(500);
            o.SessionLease = TimeSpan.FromSeconds(9);
            configure?.Invoke(o);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new JobNode(host, time);
    }

    /// <summary>What SIGTERM does.</summary>
    public async Task StopAsync()
    {
        if (stopped) return;
        stopped = true;
        await host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
