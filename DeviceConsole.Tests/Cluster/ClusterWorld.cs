using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.EndToEnd;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Cluster;

/// <summary>
/// Two application processes with different roles on one PostgreSQL behind nginx. North has no gateway, South everything; each runs two jobs
/// at a time, so that four jobs need both. The devices are one real snmpd behind gates.
/// </summary>
public sealed class ClusterWorld : IAsyncLifetime
{
    /// <summary>Jobs that both nodes run together.</summary>
    public const int Slots = 4;

    private static readonly (string, string)[] Shared =
    [
        ("DEVICECONSOLE_TRUSTED_PROXIES", "127.0.0.1"), ("Jobs__Slots", "2"), ("Jobs__TenantShare", "1"), ("Jobs__Lease", "00:00:08"), ("Jobs__Heartbeat", "00:00:02"), ("Jobs__ShutdownGrace", "00:00:01"),
        ("Api__Burst", "5000"), ("Api__PerSecond", "5000"), ("DetailedErrors", "true"),
    ];

    private readonly string masterKey = MasterKey.Generate();
    private readonly List<SnmpGate> gates = [];
    private readonly int pages = PostgresServer.FreePort();
    private readonly Uri[] ui = [Free(), Free()];
    private readonly Uri[] calls = [Free(), Free()];
    private SnmpdAgent agent = null!;
    private ApiOf api = null!;
    private string token = "";

    /// <summary>For another build; nodes may run from it until the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("dccluster").FullName;

    public TestDatabase Database { get; private set; } = null!;

    public Guid Tenant { get; private set; }

    /// <summary>web, worker, scheduler.</summary>
    public RunningApp North { get; private set; } = null!;

    /// <summary>web, gateway, worker, scheduler.</summary>
    public RunningApp South { get; private set; } = null!;

    public NginxBalancer Nginx { get; private set; } = null!;

    /// <summary>The API through nginx.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>Devices behind gates.</summary>
    public IReadOnlyList<string> Devices { get; private set; } = [];

    /// <summary>A schedule that fires every ten seconds from the start on.</summary>
    public string Schedule { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Tenant = await Database.CreateTenantAsync("north");
        await LiveInstallation.CreateOperatorAsync(Database, Tenant);
        agent = await SnmpdAgent.StartAsync();
        Nginx = await NginxBalancer.StartAsync(pages, ui, [calls[1]]);
        North = await StartNorthAsync(seed: true);
        South = await StartSouthAsync();
        api = new ApiOf(Database, North);
        token = await api.TokenAsync(Tenant);
        Api = Client(Nginx.Address);
        var devices = new List<string>();
        for (var i = 0; i < Slots + 1; i++)
        {
            gates.Add(new SnmpGate(agent.EndPoint));
            devices.Add(await CreateAsync("/api/v1/devices", Device($"switch-{i}", gates[i].Port)));
        }
        Devices = devices[..Slots];
        var schedule = ApiWorld.Schedule(devices[Slots]);
        schedule["cron"] = "*/10 * * * * ?";
        Schedule = await CreateAsync("/api/v1/schedules", schedule);
    }

    public async Task DisposeAsync()
    {
        await api.DisposeAsync();
        await Nginx.DisposeAsync();
        await North.DisposeAsync();
        await South.DisposeAsync();
        foreach (var gate in gates) await gate.DisposeAsync();
        await agent.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        await Database.DisposeAsync();
    }

    /// <summary>Starts North where it was; of another build where a folder is given.</summary>
    public async Task RestartNorthAsync(string? folder = null)
    {
        await North.DisposeAsync();
        North = await StartNorthAsync(folder);
    }

    /// <summary>The same of South.</summary>
    public async Task RestartSouthAsync(string? folder = null)
    {
        await South.DisposeAsync();
        South = await StartSouthAsync(folder);
    }

    /// <summary>Starts this build beside the nodes, on ports of its own.</summary>
    public async Task StartOlderAsync()
    {
        await using var node = await RunningApp.StartAsync(Database, null, seed: false, ("DEVICECONSOLE_MASTER_KEY", masterKey), ("DeviceConsole__Roles", "web"));
    }

    /// <summary>Whatever devices are asked from here on waits.</summary>
    public void ShutGates()
    {
        foreach (var gate in gates.Take(Slots)) gate.Shut();
    }

    /// <summary>What waits goes on.</summary>
    public void OpenGates()
    {
        foreach (var gate in gates) gate.Open();
    }

    /// <summary>Enqueues a job for each device behind shut gates; returns when all are in the middle of their work, two on each node.</summary>
    public async Task<IReadOnlyList<Guid>> OccupyAsync()
    {
        ShutGates();
        var jobs = new List<Guid>();
        foreach (var device in Devices) jobs.Add(Guid.Parse(await CreateAsync("/api/v1/jobs", ApiWorld.Job(device))));
        await JobWorld.UntilAsync(async () => await RunningOnAsync(North, jobs) == 2 && await RunningOnAsync(South, jobs) == 2, "each node has taken two jobs", 30);
        return jobs;
    }

    /// <summary>How many of the jobs a node runs.</summary>
    public Task<long> RunningOnAsync(RunningApp node, IReadOnlyList<Guid> jobs) => Database.ScalarAsync<long>(
        "SELECT count(*) FROM jobs j JOIN workers w ON w.id = j.worker WHERE j.state = 'running' AND j.id = ANY ($1) AND w.node = $2", jobs.ToArray(), NodeOf(node));

    /// <summary>How many of the jobs are in a state.</summary>
    public Task<long> CountAsync(string state, IReadOnlyList<Guid> jobs) => Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE id = ANY ($1) AND state = $2", jobs.ToArray(), state);

    /// <summary>A node's name among the workers.</summary>
    public static string NodeOf(RunningApp node) => string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{node.ProcessId}");

    /// <summary>A client with the tenant's token.</summary>
    public HttpClient Client(Uri address, bool keepAlive = true)
    {
        var client = api.With(token, address, Nginx.Certificate);
        client.DefaultRequestHeaders.ConnectionClose = !keepAlive;
        return client;
    }

    /// <summary>Posts what has to be right; the id of what was made.</summary>
    public async Task<string> CreateAsync(string path, JsonObject body)
    {
        using var answer = await Api.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).Should().BeInRange(200, 202, text);
        return JsonNode.Parse(text)!["id"]!.GetValue<string>();
    }

    private Task<RunningApp> StartNorthAsync(string? folder = null, bool seed = false) => StartAsync(0, "web,worker,scheduler", folder, seed);

    private Task<RunningApp> StartSouthAsync(string? folder = null) => StartAsync(1, "web,gateway,worker,scheduler", folder, seed: false);

    private Task<RunningApp> StartAsync(int index, string roles, string? folder, bool seed) => RunningApp.StartAsync(Database, folder, seed,
        [.. Shared, ("DeviceConsole__Roles", roles), ("DEVICECONSOLE_MASTER_KEY", masterKey), ("DEVICECONSOLE_UI_URL", ui[index].ToString()), ("DEVICECONSOLE_DEVICE_URL", calls[index].ToString()),
            ("DEVICECONSOLE_PUBLIC_URL", $"https://127.0.0.1:{pages}")]);

    // The longest time-out and no second try: how long an answer takes is the gate's affair.
    private static JsonObject Device(string name, int port) => new()
    {
        ["name"] = name,
        ["endpoints"] = new JsonArray(new JsonObject
        {
            ["protocol"] = "snmp",
            ["settings"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = port, ["timeout"] = 60_000, ["retries"] = 0 },
            ["secrets"] = new JsonObject { ["readCommunity"] = "public" },
        }),
    };

    private static Uri Free() => new($"http://127.0.0.1:{PostgresServer.FreePort()}");
}
