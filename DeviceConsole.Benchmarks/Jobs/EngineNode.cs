using System.Diagnostics.Metrics;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Benchmarks.Jobs;

/// <summary>The engine as the application wires it, on a database with one tenant and its devices.</summary>
internal sealed class EngineNode : IAsyncDisposable
{
    private readonly IHost host;
    private readonly MeterListener meters = new();
    private long finished;

    private EngineNode(IHost host, TestDatabase database, Caller caller, Guid[] devices)
    {
        (this.host, Database, Caller, Devices) = (host, database, caller, devices);
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == JobMetrics.MeterName && instrument.Name == "jobs_finished_total") listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref finished, count));
        meters.Start();
    }

    /// <summary>Jobs whose end is committed, by the product's own counter.</summary>
    public long Finished => Interlocked.Read(ref finished);

    public TestDatabase Database { get; }

    public Caller Caller { get; }

    public Guid[] Devices { get; }

    public JobService Service => host.Services.GetRequiredService<JobService>();

    public LiveFeed Feed => host.Services.GetRequiredService<LiveFeed>();

    public static async Task<EngineNode> StartAsync(PostgresServer server, int devices)
    {
        var database = await server.CreateDatabaseAsync();
        var tenant = await database.CreateTenantAsync();
        var ids = Enumerable.Range(0, devices).Select(_ => Guid.CreateVersion7()).ToArray();
        await database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name) SELECT $1, id, 'device ' || n FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)", tenant, ids);
        await database.ExecuteAsync("INSERT INTO device_endpoints (tenant_id, device_id, protocol) SELECT $1, id, $3 FROM unnest($2::uuid[]) x(id)", tenant, ids, NoOpProtocol.Id);
        await database.ExecuteAsync("ANALYZE");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(MasterKey.Parse(MasterKey.Generate(), out _)!);
        builder.Services.AddSingleton(_ => new DataSources(database.AppConnectionString, database.AppConnectionString));
        builder.Services.AddSingleton<IProtocolModule, NoOpProtocol>();
        builder.Services.AddDevices();
        builder.Services.AddJobs();
        var host = builder.Build();
        await host.StartAsync();
        return new EngineNode(host, database, TestDatabase.CallerOf(tenant), ids);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        meters.Dispose();
        host.Dispose();
        await Database.DisposeAsync();
    }
}
