using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Cluster;

/// <summary>People and scripts that go on while nodes are replaced: pages, lists and jobs through nginx, one after the other, each on a connection of its own.</summary>
internal sealed class SteadyLoad : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<int> answers = new();
    private readonly ConcurrentQueue<Guid> made = new();
    private readonly HttpClient client;
    private readonly ClusterWorld world;
    private readonly Task running;

    public SteadyLoad(ClusterWorld world)
    {
        this.world = world;
        client = world.Client(world.Nginx.Address, keepAlive: false);
        running = Task.WhenAll(RepeatAsync(() => AskAsync("GET", "/t/north/login")), RepeatAsync(() => AskAsync("GET", "/api/v1/devices")), RepeatAsync(EnqueueAsync));
    }

    /// <summary>Returns when each kind was answered a few times more.</summary>
    public Task UntilMoreAsync()
    {
        var (asked, jobs) = (answers.Count, made.Count);
        return JobWorld.UntilAsync(() => Task.FromResult(running.IsFaulted || (answers.Count > asked + 30 && made.Count > jobs + 5)), "the load goes on", 60);
    }

    /// <summary>All status codes, and the jobs that were acknowledged.</summary>
    public async Task<(IReadOnlyList<int> Answers, IReadOnlyList<Guid> Made)> StopAsync()
    {
        await stop.CancelAsync();
        await running;
        return ([.. answers], [.. made]);
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task RepeatAsync(Func<Task> ask)
    {
        while (!stop.IsCancellationRequested)
        {
            await ask();
            await Task.Delay(50);
        }
    }

    private async Task<string> AskAsync(string method, string path, JsonObject? body = null)
    {
        var (status, text, answer) = await client.AskAsync(method, path, body);
        answer.Dispose();
        answers.Enqueue(status);
        return text;
    }

    private async Task EnqueueAsync()
    {
        var device = world.Devices[made.Count % world.Devices.Count];
        var text = await AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(device));
        if (JsonNode.Parse(text)?["id"] is { } id) made.Enqueue(Guid.Parse(id.GetValue<string>()));
    }
}
