using System.Diagnostics;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Jobs;

/// <summary>A database with tenants and devices, and the engine's parts on it.</summary>
public sealed class JobWorld : IAsyncDisposable
{
    private JobWorld(TestDatabase database, DataSources sources)
    {
        Database = database;
        Sources = sources;
        Protocols = new ProtocolCatalog([Scripted, CallIn]);
        Service = new JobService(sources, Protocols, TimeProvider.System);
    }

    public TestDatabase Database { get; }

    public DataSources Sources { get; }

    public ScriptedProtocol Scripted { get; } = new();

    public CallInProtocol CallIn { get; } = new();

    public ProtocolCatalog Protocols { get; }

    public JobService Service { get; }

    public static async Task<JobWorld> CreateAsync(PostgresServer? server = null)
    {
        var database = await (server ?? await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return new JobWorld(database, database.Sources);
    }

    public static Caller Admin(Guid tenant) => TestDatabase.CallerOf(tenant);

    /// <summary>A request to read.</summary>
    public static JobRequest Get(Guid device, string path = "a.b") => new(device, ScriptedProtocol.Id, "get", ScriptedProtocol.Path(path));

    /// <summary>Devices with an endpoint of the protocol.</summary>
    public async Task<Guid[]> CreateDevicesAsync(Guid tenant, int count, string protocol = ScriptedProtocol.Id)
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
        await Database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name) SELECT $1, id, 'device ' || left(id::text, 8) || n FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)", tenant, ids);
        await Database.ExecuteAsync("INSERT INTO device_endpoints (tenant_id, device_id, protocol, identity) SELECT $1, id, $3, id::text FROM unnest($2::uuid[]) x(id)", tenant, ids, protocol);
        return ids;
    }

    /// <summary>A tenant with devices.</summary>
    public async Task<(Guid Tenant, Guid[] Devices)> CreateTenantAsync(int devices = 1)
    {
        var tenant = await Database.CreateTenantAsync();
        return (tenant, await CreateDevicesAsync(tenant, devices));
    }

    /// <summary>Enqueues as the tenant's administrator; must succeed.</summary>
    public async Task<JobView> EnqueueAsync(Guid tenant, JobRequest request) => (await Service.EnqueueAsync(Admin(tenant), request, CancellationToken.None)).Value;

    /// <summary>Reads a job as the tenant's administrator.</summary>
    public async Task<JobView> JobAsync(Guid tenant, Guid id) => (await Service.GetAsync(Admin(tenant), id, CancellationToken.None)).Value.Job;

    /// <summary>Waits until a condition holds; fails with its text after the patience.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, double seconds = 30)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds) throw new TimeoutException($"It did not happen within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
