using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Cluster;

/// <summary>
/// Two nodes that do everything, behind nginx with the configuration of deploy/nginx: a person keeps a node by a cookie, a device and a client
/// of the hub by their addresses, both nodes are used, and what a node had goes to the other one when it is killed.
/// </summary>
public sealed class StickyRoutingTests : IAsyncLifetime
{
    private const string Secret = "a-secret-of-the-fleet";
    private readonly RunningApp[] nodes = new RunningApp[2];
    private readonly List<IAsyncDisposable> devices = [];
    private TestDatabase database = null!;
    private NginxBalancer nginx = null!;
    private ApiOf api = null!;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        Uri[] ui = [Free(), Free()], calls = [Free(), Free()];
        var pages = PostgresServer.FreePort();
        nginx = await NginxBalancer.StartAsync(pages, ui, calls);
        var key = MasterKey.Generate();
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = await RunningApp.StartAsync(database, null, seed: i == 0,
                ("DEVICECONSOLE_MASTER_KEY", key), ("DEVICECONSOLE_UI_URL", ui[i].ToString()), ("DEVICECONSOLE_DEVICE_URL", calls[i].ToString()),
                ("DEVICECONSOLE_PUBLIC_URL", $"https://127.0.0.1:{pages}"), ("DEVICECONSOLE_TRUSTED_PROXIES", "127.0.0.1"), ("Jobs__Lease", "00:00:08"), ("Jobs__Heartbeat", "00:00:02"));
        }
        api = new ApiOf(database, nodes[1]);
    }

    public async Task DisposeAsync()
    {
        foreach (var device in devices) await device.DisposeAsync();
        await api.DisposeAsync();
        await nginx.DisposeAsync();
        foreach (var node in nodes) await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task People_keep_a_node_by_their_cookie_devices_by_their_address_and_both_go_on_when_it_is_killed()
    {
        var people = Enumerable.Range(0, 12).Select(n => new Visitor($"/t/person-{n}/login", nginx)).ToList();
        foreach (var person in people) await person.AskAsync(3);
        await HubClientsAsync();
        var rooms = (await nginx.LogAsync()).Where(l => l.Path.EndsWith("/login", StringComparison.Ordinal)).ToLookup(l => l.Path, l => l.Node);
        rooms.Should().HaveCount(people.Count).And.OnlyContain(r => r.Count() == 3 && r.Distinct().Count() == 1, "the cookie names one node");
        rooms.SelectMany(r => r).Distinct().Should().HaveCount(2, "people are spread over the nodes");

        var tenant = await database.CreateTenantAsync("sticky");
        var client = await api.ClientAsync(tenant);
        (await client.AskAsync("PUT", "/api/v1/enrolments/cwmp", new { policy = "automatic", settings = new { }, secrets = new { username = "fleet", password = Secret } })).Status.Should().Be(204);
        var fleet = await StartDevicesAsync(await SourcesAsync());
        await RunOnAllAsync(client, fleet.Count, round: 1);
        var calls = (await nginx.LogAsync(NginxBalancer.DeviceLog)).Where(l => fleet.Contains(l.Client)).ToList();
        calls.Should().OnlyContain(l => l.Status < 500);
        calls.GroupBy(l => l.Client).Should().HaveCount(fleet.Count).And.OnlyContain(g => g.Select(l => l.Node).Distinct().Count() == 1, "a device's sessions are on one node");
        calls.Select(l => l.Node).Distinct().Should().HaveCount(2);

        await nodes[0].SignalAsync("KILL");
        var before = (await nginx.LogAsync(NginxBalancer.DeviceLog)).Count;
        foreach (var person in people) await person.AskAsync(1);
        await RunOnAllAsync(client, fleet.Count, round: 2);
        var later = (await nginx.LogAsync(NginxBalancer.DeviceLog)).Skip(before).Where(l => l.Status == 200).ToList();
        later.Select(l => l.Client).Distinct().Should().Contain(fleet, "each device was asked to call in again");
        later.Should().OnlyContain(l => l.Node.EndsWith(nodes[1].DeviceAddress.Authority, StringComparison.Ordinal), "the node that is left answers");
        await Invariants.CheckAsync(database);
    }

    // Scripts that listen at the hub keep no cookies: negotiation and connection meet by their address.
    private async Task HubClientsAsync()
    {
        for (var n = 2; n < 14; n++)
        {
            using var client = new HttpClient(From(n, nginx)) { BaseAddress = nginx.Address };
            for (var i = 0; i < 2; i++) (await client.AskAsync("POST", "/hubs/live/negotiate?negotiateVersion=1")).Status.Should().Be(401, "the node says who may");
        }
        var asked = (await nginx.LogAsync()).Where(l => l.Path.StartsWith("/hubs/", StringComparison.Ordinal)).ToLookup(l => l.Client, l => l.Node);
        asked.Should().HaveCount(12).And.OnlyContain(c => c.Distinct().Count() == 1);
        asked.SelectMany(c => c).Distinct().Should().HaveCount(2);
    }

    // Addresses that nginx gives to the one and to the other node, three each; which they are lies in the nodes' ports.
    private async Task<List<int>> SourcesAsync()
    {
        for (var n = 2; n < 40; n++)
        {
            using var client = new HttpClient(From(n, nginx)) { BaseAddress = nginx.DeviceAddress };
            await client.AskAsync("GET", "/cwmp/sticky");
        }
        var chosen = (await nginx.LogAsync(NginxBalancer.DeviceLog)).GroupBy(l => l.Node).Select(g => g.Take(3).Select(l => IPAddress.Parse(l.Client).GetAddressBytes()[3]).ToList()).ToList();
        chosen.Should().HaveCount(2).And.OnlyContain(g => g.Count == 3);
        return [.. chosen.SelectMany(g => g.Select(n => (int)n))];
    }

    private async Task<List<string>> StartDevicesAsync(List<int> sources)
    {
        foreach (var n in sources)
        {
            var relay = new SourceRelay(Source(n), nginx.DeviceAddress);
            var gateway = new HomeGatewayOptions { Serial = $"STICKY{n:d2}", Mac = $"02:00:5E:79:10:{n:X2}", Seed = n, BootDuration = TimeSpan.FromMilliseconds(300) };
            var cpe = SimulatedCpe.Start(new CpeOptions { Gateway = gateway, Acs = new Uri(relay.Address, "/cwmp/sticky"), UserName = "fleet", Password = Secret, Retry = TimeSpan.FromMilliseconds(300) });
            devices.AddRange([cpe, relay]);
        }
        await JobWorld.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM devices WHERE serial_number LIKE 'STICKY%'") == sources.Count, "all devices have enrolled", 60);
        return [.. sources.Select(n => Source(n).ToString())];
    }

    private async Task RunOnAllAsync(HttpClient client, int count, int round)
    {
        var ids = await database.ScalarAsync<Guid[]>("SELECT array_agg(id) FROM devices WHERE serial_number LIKE 'STICKY%'");
        ids.Should().HaveCount(count);
        foreach (var id in ids)
        {
            var job = new JsonObject
            {
                ["deviceId"] = id.ToString(), ["protocol"] = "cwmp", ["operation"] = "get",
                ["arguments"] = new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SerialNumber") },
            };
            (await client.AskAsync("POST", "/api/v1/jobs", job)).Status.Should().BeInRange(200, 202);
        }
        await JobWorld.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE operation = 'get' AND state = 'completed'") == count * round, $"each device answers, round {round}", 90);
    }

    private static IPAddress Source(int n) => new([127, 0, 0, (byte)n]);

    private static SocketsHttpHandler From(int n, NginxBalancer nginx) => new()
    {
        UseCookies = false,
        ConnectCallback = async (context, token) => new System.Net.Sockets.NetworkStream(await SourceRelay.ConnectAsync(Source(n), new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), token), ownsSocket: true),
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetRawCertData().AsSpan().SequenceEqual(nginx.Certificate.RawData) },
    };

    private static Uri Free() => new($"http://127.0.0.1:{PostgresServer.FreePort()}");

    // A browser with its cookies and a page that nobody else asks for.
    private sealed class Visitor(string path, NginxBalancer nginx)
    {
        private readonly CookieContainer cookies = new();

        public async Task AskAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var handler = From(1, nginx);
                (handler.UseCookies, handler.CookieContainer) = (true, cookies);
                using var client = new HttpClient(handler) { BaseAddress = nginx.Address };
                (await client.AskAsync("GET", path)).Status.Should().Be(200, "whichever node is gone");
            }
        }
    }
}
