using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Api;

/// <summary>Changes of jobs as they reach clients that are no page of ours.</summary>
[Collection(ApiGroup.Name)]
public sealed class LiveTests(ApiWorld world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_event_stream_begins_with_the_snapshot_and_goes_on_with_changes_of_its_tenant_only()
    {
        using var patience = new CancellationTokenSource(Patience);
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        var earlier = (await world.CreateJobAsync(device))["id"]!.GetValue<string>();
        using var mine = await OpenAsync(world.Api, patience.Token);
        using var theirs = await OpenAsync(world.Stranger, patience.Token);

        (await ReadEventAsync(mine, patience.Token)).Should().Match<(string Name, string Data)>(e => e.Name == "snapshot" && e.Data.Contains(earlier));
        (await ReadEventAsync(theirs, patience.Token)).Data.Should().NotContain(earlier);
        var later = (await world.CreateJobAsync(device))["id"]!.GetValue<string>();

        (string Name, string Data) change;
        do change = await ReadEventAsync(mine, patience.Token);
        while (!change.Data.Contains(later, StringComparison.Ordinal));
        change.Name.Should().Be("jobs");

        // The other tenant's stream is alive all the same, and hears of its own.
        var foreign = (await world.CreateDeviceAsync(client: world.Stranger))["id"]!.GetValue<string>();
        await world.Stranger.AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(foreign));
        do
        {
            change = await ReadEventAsync(theirs, patience.Token);
            change.Data.Should().NotContain(later);
        }
        while (!change.Data.Contains(foreign, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_waits_gets_the_ended_job()
    {
        await using var agent = await Peers.SnmpdAgent.StartAsync();
        var device = (await world.CreateDeviceAsync(DeviceOf(agent)))["id"]!.GetValue<string>();

        var (status, body, _) = await world.Api.AskAsync("POST", "/api/v1/jobs?wait=30s", ApiWorld.Job(device));

        status.Should().Be(200, body);
        var job = JsonNode.Parse(body)!;
        job["state"]!.GetValue<string>().Should().Be("completed", body);
        var results = await world.Api.GetObjectAsync($"/api/v1/jobs/{job["id"]}/results");
        results["values"]![0]!["path"]!.GetValue<string>().Should().EndWith("1.3.6.1.2.1.1.1.0");
        (await world.Api.GetObjectAsync($"/api/v1/devices/{device}/parameters"))["items"]!.AsArray().Should().NotBeEmpty();
        (await world.Api.GetObjectAsync($"/api/v1/devices/{device}"))["lastContactAt"].Should().NotBeNull();
    }

    [Fact]
    public async Task A_call_that_waited_in_vain_is_told_where_the_job_goes_on()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        var body = ApiWorld.Job(device);
        body["runAt"] = "2999-01-01T00:00:00Z";

        var (status, text, answer) = await world.Api.AskAsync("POST", "/api/v1/jobs?wait=1", body);

        status.Should().Be(202, text);
        answer.Headers.Location.Should().NotBeNull();
    }

    [Fact]
    public async Task The_hub_tells_each_tenant_of_its_own_jobs()
    {
        using var patience = new CancellationTokenSource(Patience);
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        using var mine = await ConnectAsync(world.Api, patience.Token);
        using var theirs = await ConnectAsync(world.Stranger, patience.Token);

        var job = (await world.CreateJobAsync(device))["id"]!.GetValue<string>();
        var told = await ReceiveAsync(mine, m => m.Contains("JobsChanged", StringComparison.Ordinal) && m.Contains(job, StringComparison.Ordinal), patience.Token);
        told.Should().Contain("\"state\":");

        var foreign = (await world.CreateDeviceAsync(client: world.Stranger))["id"]!.GetValue<string>();
        await world.Stranger.AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(foreign));
        var heard = new List<string>();
        await ReceiveAsync(theirs, m =>
        {
            heard.Add(m);
            return m.Contains(foreign, StringComparison.Ordinal);
        }, patience.Token);
        heard.Should().NotContain(m => m.Contains(job, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hub_lets_nobody_in_without_a_token()
    {
        using var socket = new ClientWebSocket();

        var act = () => socket.ConnectAsync(Hub(), CancellationToken.None);

        (await act.Should().ThrowAsync<WebSocketException>()).Which.Message.Should().Contain("401");
    }

    private static JsonObject DeviceOf(Peers.SnmpdAgent agent)
    {
        var body = ApiWorld.Device("snmpd", host: "127.0.0.1", port: agent.Port);
        body["endpoints"]![0]!["secrets"]!["readCommunity"] = "public";
        return body;
    }

    private static async Task<StreamReader> OpenAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/jobs/events");
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        return new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
    }

    private static async Task<(string Name, string Data)> ReadEventAsync(StreamReader stream, CancellationToken cancellationToken)
    {
        var (name, data) = ("", "");
        while (await stream.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            if (line.Length == 0 && name.Length > 0) return (name, data);
        }
        throw new InvalidOperationException("The stream ended.");
    }

    private Uri Hub(string query = "") => new($"ws://{world.App.Address.Authority}/hubs/live{query}");

    private async Task<ClientWebSocket> ConnectAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(Hub("?access_token=" + client.DefaultRequestHeaders.Authorization!.Parameter), cancellationToken);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, cancellationToken);
        (await ReceiveAsync(socket, _ => true, cancellationToken)).Should().Be("{}", "the handshake is answered");
        // The answer to a call shows that the connection has joined its group.
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"type\":1,\"invocationId\":\"1\",\"target\":\"Snapshot\",\"arguments\":[]}\u001e"), WebSocketMessageType.Text, true, cancellationToken);
        await ReceiveAsync(socket, m => m.Contains("\"invocationId\":\"1\"", StringComparison.Ordinal), cancellationToken);
        return socket;
    }

    // SignalR's JSON protocol ends each message with a record separator.
    private static async Task<string> ReceiveAsync(ClientWebSocket socket, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var text = new StringBuilder();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            if (!part.EndOfMessage) continue;
            foreach (var message in text.ToString().Split('\u001e', StringSplitOptions.RemoveEmptyEntries))
                if (wanted(message)) return message;
            text.Clear();
        }
    }
}
