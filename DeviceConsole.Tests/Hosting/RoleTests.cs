using System.Net.Sockets;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Hosting;

/// <summary>One process a role on one database: each serves its own part and nothing else, and says of its own part what is missing.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private static readonly string[] Roles = ["web", "gateway", "worker", "scheduler"];
    private readonly Dictionary<string, RunningApp> nodes = [];
    private TestDatabase database = null!;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        var key = MasterKey.Generate();
        foreach (var role in Roles) nodes[role] = await StartAsync(role, key);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in nodes.Values) await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Each_role_alone_serves_its_own_part_and_says_what_it_misses()
    {
        await AddressesAsync();
        (await PartsAsync("web")).Should().Equal("database", "schema", "live");
        (await PartsAsync("gateway")).Should().Equal("database", "schema", "live", "worker");
        (await PartsAsync("worker")).Should().Equal("database", "schema", "live", "worker");
        (await PartsAsync("scheduler")).Should().Equal("database", "schema", "live", "scheduler");
        await WorkAsync();

        // Only the node whose part it is becomes unready.
        await database.ExecuteAsync("REVOKE UPDATE ON quartz.qrtz_scheduler_state FROM dc_app; UPDATE quartz.qrtz_scheduler_state SET last_checkin_time = 0");
        await UnreadyAsync("scheduler", "The clock of this process last said something");
        await database.ExecuteAsync("REVOKE INSERT, UPDATE ON workers FROM dc_app; ALTER FUNCTION sys.worker_heartbeat SECURITY INVOKER; UPDATE workers SET lease_until = now() - interval '1 s'");
        foreach (var role in (string[])["worker", "gateway"]) await UnreadyAsync(role, "its heartbeat does not reach the database");
        (await nodes["web"].Http.AskAsync("GET", "/health/ready")).Status.Should().Be(200, "pages need neither");
    }

    private async Task AddressesAsync()
    {
        foreach (var (role, node) in nodes)
        {
            (await node.Http.AskAsync("GET", "/health/ready")).Status.Should().Be(200, role);
            (await node.Http.AskAsync("GET", "/metrics")).Status.Should().Be(200, role);
            (await node.Http.AskAsync("GET", "/t/platform/login")).Status.Should().Be(role == "web" ? 200 : 404, role);
            (await node.Http.AskAsync("GET", "/api/v1/devices")).Status.Should().Be(role == "web" ? 401 : 404, role);
            (await node.Http.AskAsync("GET", "/_framework/blazor.web.js")).Status.Should().Be(role == "web" ? 200 : 404, role);
            (await node.Http.AskAsync("GET", "/openapi.json")).Status.Should().Be(role == "web" ? 200 : 404, role);
            (await ListensAsync(node.DeviceAddress)).Should().Be(role == "gateway", $"only a gateway opens the devices' port, and this is the {role}");
        }
        using var devices = new HttpClient { BaseAddress = nodes["gateway"].DeviceAddress };
        (await devices.AskAsync("POST", "/cwmp/nobody", "<x/>")).Status.Should().BeOneOf([400, 401], "devices are heard there");
    }

    // A schedule's slot becomes a job on the scheduler, and the worker runs it; nobody else does either.
    private async Task WorkAsync()
    {
        await using var agent = await SnmpdAgent.StartAsync();
        await using var api = new ApiOf(database, nodes["web"]);
        var tenant = await database.CreateTenantAsync("roles");
        var client = await api.ClientAsync(tenant);
        var device = JsonNode.Parse((await client.AskAsync("POST", "/api/v1/devices", DeviceOf(agent.Port))).Body)!["id"]!.GetValue<string>();
        var schedule = ApiWorld.Schedule(device);
        schedule["cron"] = "*/10 * * * * ?";
        (await client.AskAsync("POST", "/api/v1/schedules", schedule)).Status.Should().Be(201);
        await JobWorld.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE schedule_id IS NOT NULL AND state = 'completed'") > 0, "a slot fired and its job ran", 60);
        (await database.ScalarAsync<long>("SELECT count(DISTINCT worker) FROM job_history WHERE worker IS NOT NULL")).Should().Be(1);
        (await database.ScalarAsync<string>("SELECT w.node FROM job_history t JOIN workers w ON w.id = t.worker LIMIT 1")).Should().EndWith($":{nodes["worker"].ProcessId}");
        (await database.ScalarAsync<long>("SELECT count(*) FROM quartz.qrtz_scheduler_state")).Should().Be(1, "one node has the clock");
    }

    private async Task UnreadyAsync(string role, string reason)
    {
        var body = "";
        await JobWorld.UntilAsync(async () =>
        {
            (var status, body, _) = await nodes[role].Http.AskAsync("GET", "/health/ready");
            return status == 503;
        }, $"the {role} is not ready any more", 40);
        body.Should().Contain(reason);
    }

    private async Task<IEnumerable<string>> PartsAsync(string role)
    {
        var health = await nodes[role].Http.GetObjectAsync("/health");
        health["roles"]!.GetValue<string>().Should().Be(role);
        return health["parts"]!.AsArray().Select(p => p!["name"]!.GetValue<string>());
    }

    private static async Task<bool> ListensAsync(Uri address)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static JsonObject DeviceOf(int port)
    {
        var device = ApiWorld.Device("switch", port: port);
        device["endpoints"]![0]!["secrets"]!["readCommunity"] = "public";
        return device;
    }

    private Task<RunningApp> StartAsync(string role, string key) => RunningApp.StartAsync(database, null, seed: role == Roles[0],
        ("DeviceConsole__Roles", role), ("DEVICECONSOLE_MASTER_KEY", key), ("Jobs__Lease", "00:00:08"), ("Jobs__Heartbeat", "00:00:02"));
}
