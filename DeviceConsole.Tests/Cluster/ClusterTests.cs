using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.EndToEnd;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.Cluster;

/// <summary>Several nodes are one installation: for people, for scripts, for devices, and when one of them goes.</summary>
public sealed class ClusterTests(ClusterWorld world) : IClassFixture<ClusterWorld>
{
    [Fact]
    public async Task A_person_keeps_a_node_sees_what_the_other_one_does_and_is_known_to_both()
    {
        await using var person = await LogInAsync();
        await person.Page.GotoAsync("/jobs");
        await Expect(person.Page.Locator("[data-live=yes]")).ToBeAttachedAsync();
        await person.Page.ReloadAsync();
        await Expect(person.Page.Locator("[data-live=yes]")).ToBeAttachedAsync();

        var jobs = await world.OccupyAsync();
        await Expect(person.Page.Locator("tr .state.running")).ToHaveCountAsync(ClusterWorld.Slots);
        world.OpenGates();

        // Two of the four were run by the node on which this page does not live.
        foreach (var job in jobs) await Expect(person.Page.Locator($"tr:has(a[href$='{job}']) .state.completed")).ToBeVisibleAsync();
        var nodes = (await world.Nginx.LogAsync()).Where(l => l.Path is "/jobs" or "/_blazor/negotiate").Select(l => l.Node).Distinct().ToList();
        nodes.Should().ContainSingle("a person's circuits are on one node");
        await CookieCountsOnBothAsync(person);
        person.Errors.Should().BeEmpty();
        await Invariants.CheckAsync(world.Database);
    }

    [Fact]
    public async Task Keys_of_cookies_are_shared_and_sealed()
    {
        await world.North.Http.GetStringAsync(new Uri("/t/north/login", UriKind.Relative));
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM data_protection_keys")).Should().BeGreaterThan(0);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM data_protection_keys WHERE xml NOT LIKE '%<sealed%' OR xml LIKE '%<masterKey%'")).Should().Be(0, "a copy of the database opens no session");
    }

    [Fact]
    public async Task Every_node_tells_how_long_the_certificate_of_the_public_address_is_good()
    {
        foreach (var node in new[] { world.North, world.South })
        {
            var line = "";
            await JobWorld.UntilAsync(async () => (line = (await node.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').FirstOrDefault(l => l.StartsWith($"deviceconsole_certificate_remaining_seconds{{certificate=\"{world.Nginx.Address.Authority}\"}}", StringComparison.Ordinal)) ?? "").Length > 0, "the metric is there", 90);
            double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(TimeSpan.FromDays(29).TotalSeconds, TimeSpan.FromDays(30).TotalSeconds);
        }
    }

    [Fact]
    public async Task A_device_that_calls_one_node_answers_what_was_asked_at_the_other()
    {
        const string Secret = "a-secret-of-the-fleet";
        (await world.Api.AskAsync("PUT", "/api/v1/enrolments/cwmp", new { policy = "automatic", settings = new { }, secrets = new { username = "fleet", password = Secret } })).Status.Should().Be(204);
        var gateway = new HomeGatewayOptions { Serial = "CLUSTER1", Mac = "02:00:5E:77:10:01", Seed = 7, BootDuration = TimeSpan.FromMilliseconds(300) };
        await using var cpe = SimulatedCpe.Start(new CpeOptions { Gateway = gateway, Acs = new Uri(world.Nginx.DeviceAddress, "/cwmp/north"), UserName = "fleet", Password = Secret, Retry = TimeSpan.FromMilliseconds(300) });
        var device = Guid.Empty;
        await JobWorld.UntilAsync(async () => (device = await world.Database.ScalarAsync<Guid>("SELECT coalesce((SELECT id FROM devices WHERE serial_number = 'CLUSTER1'), '00000000-0000-0000-0000-000000000000')")) != Guid.Empty, "the device has enrolled", 30);
        using var north = world.Client(world.North.Address);
        using var stream = await EventsAsync(north);

        var job = new JsonObject
        {
            ["deviceId"] = device.ToString(), ["protocol"] = "cwmp", ["operation"] = "get",
            ["arguments"] = new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SerialNumber") },
        };
        var (status, body, _) = await north.AskAsync("POST", "/api/v1/jobs", job);
        status.Should().BeInRange(200, 202, body);

        var id = JsonNode.Parse(body)!["id"]!.GetValue<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await UntilSeenAsync(stream, id, "completed", patience.Token);
        (await world.Database.ScalarAsync<string>("SELECT w.node FROM connections c JOIN workers w ON w.id = c.node WHERE c.device_id = $1", device)).Should().Be(ClusterWorld.NodeOf(world.South), "only South lets devices in");
    }

    [Fact]
    public async Task A_node_that_sleeps_through_its_lease_changes_nothing_when_it_wakes_and_each_slot_fires_once()
    {
        var jobs = await world.OccupyAsync();
        await world.North.SignalAsync("STOP");
        try
        {
            await JobWorld.UntilAsync(async () => await world.RunningOnAsync(world.North, jobs) == 0, "the sleeper's jobs are taken back", 40);
            world.OpenGates();
            await JobWorld.UntilAsync(async () => await world.CountAsync("completed", jobs) == jobs.Count, "the other node completes them all", 40);
            await Invariants.RememberEndedAsync(world.Database);
        }
        finally
        {
            await world.North.SignalAsync("CONT");
        }

        await JobWorld.UntilAsync(async () => (await world.North.Http.AskAsync("GET", "/health/ready")).Status == 200, "the sleeper serves again", 40);
        await RunsOnNorthAsync();
        await Invariants.CheckFinalAsync(world.Database);
        await EachSlotFiredOnceAsync();
        await Invariants.CheckAsync(world.Database);
    }

    [Fact]
    public async Task A_node_that_is_killed_in_mid_work_loses_nothing_and_its_people_go_on_with_the_other()
    {
        await using var person = await LogInAsync();
        await person.Page.GotoAsync("/jobs");
        await Expect(person.Page.Locator("html[data-circuit=connected]")).ToBeAttachedAsync();
        var jobs = await world.OccupyAsync();
        var slots = await SlotsAsync();

        await world.North.SignalAsync("KILL");
        await JobWorld.UntilAsync(async () => await world.CountAsync("running", jobs) == 2 && await world.RunningOnAsync(world.South, jobs) == 2, "the dead node's jobs are taken back", 40);
        world.OpenGates();

        await JobWorld.UntilAsync(async () => await world.CountAsync("completed", jobs) == jobs.Count, "the other node completes them all", 40);
        (await world.Database.ScalarAsync<int>("SELECT max(attempt) FROM jobs WHERE id = ANY ($1)", jobs.ToArray())).Should().BeLessThanOrEqualTo(2, "only what was under way is repeated");
        // Whichever node the page was on: it is live, or begins again by itself, on the node that is left.
        await LivesAsync(person);
        foreach (var job in jobs) await Expect(person.Page.Locator($"tr:has(a[href$='{job}']) .state.completed")).ToBeVisibleAsync(new() { Timeout = 40_000 });
        await JobWorld.UntilAsync(async () => await SlotsAsync() > slots, "the clock goes on", 40);
        await world.RestartNorthAsync();
        await RunsOnNorthAsync();
        await EachSlotFiredOnceAsync();
        await Invariants.CheckAsync(world.Database);
    }

    [Fact]
    public async Task A_new_version_with_a_schema_of_its_own_is_rolled_out_node_by_node_without_a_failed_request_or_a_lost_job()
    {
        var version = ApplicationCopy.Other();
        var folder = await ApplicationCopy.MakeAsync(world.Folder, version);
        var jobs = await world.OccupyAsync();
        using var load = new SteadyLoad(world);
        await load.UntilMoreAsync();

        try
        {
            // Expand: the schema comes first, under both nodes of the older version, one of which starts again on it.
            await SchemaSteps.ExpandAsync(world.Database);
            await load.UntilMoreAsync();
            await ReplaceAsync(world.North, () => world.RestartNorthAsync(), jobs);
            await load.UntilMoreAsync();
            await ReplaceAsync(world.North, () => world.RestartNorthAsync(folder), null);
            (await VersionAsync(world.North)).Should().Be(version);
            (await VersionAsync(world.South)).Should().NotBe(version, "both versions serve");
            await load.UntilMoreAsync();
            await ReplaceAsync(world.South, () => world.RestartSouthAsync(folder), null);
            // Contract: what only the older version needed goes, under both nodes of the newer one.
            await SchemaSteps.ContractAsync(world.Database, version);
            await load.UntilMoreAsync();

            var (answers, made) = await load.StopAsync();
            load.Failures.Should().BeEmpty("nginx says {0}", await world.Nginx.ErrorsAsync());
            answers.Should().Contain(200).And.Contain(202);
            await JobWorld.UntilAsync(async () => await world.CountAsync("completed", made) == made.Count, "what was asked meanwhile is done", 60);
            (await world.Database.ScalarAsync<string[]>("SELECT array_agg(DISTINCT asked_in ORDER BY asked_in) FROM jobs WHERE id = ANY ($1)", made.ToArray())).Should().Contain(["newer", "older"], "jobs were asked for before and after each step");
            var older = () => world.StartOlderAsync();
            (await older.Should().ThrowAsync<InvalidOperationException>()).WithMessage($"*needs application {version} or newer*");
        }
        finally
        {
            // Other tests find the schema of this build, whatever happened here.
            await SchemaSteps.TakeBackAsync(world.Database);
        }
        await Invariants.CheckAsync(world.Database);
    }

    // Out of the balance, asked to stop in the middle of its work, replaced, back into the balance.
    private async Task ReplaceAsync(RunningApp node, Func<Task> start, IReadOnlyList<Guid>? jobs)
    {
        var address = node.Address.Authority;
        var (code, output) = await world.Nginx.NodeAsync("out", address);
        code.Should().Be(0, output);
        (await node.StopAsync()).Should().Be(0);
        if (jobs is not null)
        {
            (await world.RunningOnAsync(node, jobs)).Should().Be(0);
            world.OpenGates();
            await JobWorld.UntilAsync(async () => await world.CountAsync("completed", jobs) == jobs.Count, "what the node gave back is done by the other", 40);
            (await world.Database.ScalarAsync<int>("SELECT max(attempt) FROM jobs WHERE id = ANY ($1)", jobs.ToArray())).Should().Be(1, "a stop burns no attempt");
        }
        await start();
        (code, output) = await world.Nginx.NodeAsync("in", address);
        code.Should().Be(0, output);
    }

    // A job that North alone can take, because South's slots are full.
    private async Task RunsOnNorthAsync()
    {
        await world.OccupyAsync();
        world.OpenGates();
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE finished_at IS NULL AND schedule_id IS NULL") == 0, "both nodes work", 40);
    }

    private async Task LivesAsync(OperatorPage person)
    {
        try
        {
            await Expect(person.Page.Locator("html[data-circuit=connected] [data-live=yes]")).ToBeAttachedAsync(new() { Timeout = 40_000 });
        }
        catch (PlaywrightException e)
        {
            var state = await person.Page.EvaluateAsync<string>("() => `${document.documentElement.dataset.circuit} ${document.querySelector('[data-live]')?.dataset.live}`");
            throw new InvalidOperationException($"The page did not come back: {state}; browser: {string.Join(" | ", person.Errors)}; nginx: {await world.Nginx.ErrorsAsync()}", e);
        }
    }

    private Task<long> SlotsAsync() => world.Database.ScalarAsync<long>("SELECT count(*) FROM schedule_slots");

    private async Task EachSlotFiredOnceAsync()
    {
        (await SlotsAsync()).Should().BeGreaterThan(0);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM (SELECT FROM jobs WHERE schedule_id IS NOT NULL GROUP BY schedule_id, slot HAVING count(*) > 1) x")).Should().Be(0, "a slot makes one job");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs j FULL JOIN schedule_slots s ON s.schedule_id = j.schedule_id AND s.slot = j.slot WHERE (j.schedule_id IS NOT NULL OR s.slot IS NOT NULL) AND (j.id IS NULL OR s.slot IS NULL)")).Should().Be(0, "a slot and its job are one transaction");
    }

    private async Task CookieCountsOnBothAsync(OperatorPage person)
    {
        var cookies = string.Join("; ", (await person.Page.Context.CookiesAsync()).Where(c => c.Name.StartsWith("dc-", StringComparison.Ordinal)).Select(c => $"{c.Name}={c.Value}"));
        foreach (var node in new[] { world.North, world.South })
        {
            using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = node.Address };
            (await plain.AskAsync("GET", "/devices", null, ("Cookie", cookies))).Status.Should().Be(200);
            (await plain.AskAsync("GET", "/devices")).Status.Should().Be(401, "without it nobody is known");
        }
    }

    private Task<OperatorPage> LogInAsync() => OperatorPage.LogInAsync(world.Nginx.Address, "north", "olga", LiveInstallation.Password);

    private static async Task<string> VersionAsync(RunningApp node) => (await node.Http.GetFromJsonAsync<JsonObject>(new Uri("/health", UriKind.Relative)))!["version"]!.GetValue<string>();

    private static async Task<StreamReader> EventsAsync(HttpClient client)
    {
        var answer = await client.GetAsync(new Uri("/api/v1/jobs/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    private static async Task UntilSeenAsync(StreamReader stream, string job, string state, CancellationToken cancellationToken)
    {
        while (await stream.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            if (JsonNode.Parse(line[6..]) is JsonArray jobs && jobs.Any(j => j!["id"]!.ToString() == job && j["state"]!.ToString() == state)) return;
        }
        throw new InvalidOperationException("The stream ended.");
    }
}
