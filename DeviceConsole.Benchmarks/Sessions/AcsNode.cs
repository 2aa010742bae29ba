using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Simulator.Cwmp.Storm;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>The real application as a process of its own, with a PostgreSQL that syncs to disk, and devices that it knows.</summary>
internal sealed class AcsNode : IAsyncDisposable
{
    private readonly PostgresServer server;

    private AcsNode(PostgresServer server, TestDatabase database, RunningApp app, Guid tenant, CpuMeter cpu) => (this.server, Database, App, Tenant, Cpu) = (server, database, app, tenant, cpu);

    public TestDatabase Database { get; }

    public RunningApp App { get; }

    public Guid Tenant { get; }

    public CpuMeter Cpu { get; }

    public Uri Acs => new(App.DeviceAddress, "/cwmp/bench");

    public static async Task<AcsNode> StartAsync(params (string Name, string Value)[] settings)
    {
        var server = await PostgresServer.StartAsync("fsync=on", "synchronous_commit=on");
        var database = await server.CreateDatabaseAsync();
        var tenant = await database.CreateTenantAsync("bench");
        // Another build of the application, to be compared with this one.
        var folder = Environment.GetEnvironmentVariable("DEVICECONSOLE_BENCH_APPLICATION");
        var app = await RunningApp.StartAsync(database, folder, true, [("Cwmp__InformsPerSecondPerAddress", "1000000"), ("Cwmp__InformBurstPerAddress", "1000000"), .. settings]);
        return new AcsNode(server, database, app, tenant, await CpuMeter.CreateAsync(app.ProcessId, database));
    }

    /// <summary>Resident memory of the application now, in MB (proc(5): VmRSS).</summary>
    public double Memory()
    {
        var line = File.ReadLines(FormattableString.Invariant($"/proc/{App.ProcessId}/status")).First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Makes the devices of a storm, which come in without a credential: its price is that of the digest alone, and not measured.</summary>
    public async Task CreateAsync(StormOptions storm)
    {
        var ids = Enumerable.Range(0, storm.Devices).Select(_ => Guid.CreateVersion7()).ToArray();
        await Database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name) SELECT $1, id, $3 || ' ' || n FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)", Tenant, ids, storm.Serial);
        await Database.ExecuteAsync(
            "INSERT INTO device_endpoints (tenant_id, device_id, protocol, identity, settings) SELECT $1, id, 'cwmp', $3 || lpad((n - 1)::text, 6, '0'), '{\"authentication\": \"none\"}' FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)",
            Tenant, ids, storm.IdentityOf(0)[..^6]);
        await Database.ExecuteAsync("ANALYZE");
    }

    /// <summary>A client of the API with the right to run jobs.</summary>
    public async Task<HttpClient> ApiAsync()
    {
        var time = TimeProvider.System;
        var tenants = new TenantDirectory(Database.Sources, time);
        var made = (await new ClientService(Database.Sources, tenants, new AccountStates(Database.Sources, time)).CreateAsync(TestDatabase.CallerOf(Tenant), new ClientInput("bench", Roles.TenantAdmin, null), default)).Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = made.Client.ClientId, ["client_secret"] = made.Secret });
        using var answer = await App.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
        var client = new HttpClient { BaseAddress = App.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>());
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
        await server.DisposeAsync();
    }
}
