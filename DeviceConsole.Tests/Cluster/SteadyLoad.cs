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
    private readonly ConcurrentQueue<string> failures = new();
    private readonly HttpClient client;
    private readonly ClusterWorld world;
    private readonly Task[] kinds;
    private int pages, lists;

    public SteadyLoad(ClusterWorld world)
    {
        this.world = world;
        client = world.Client(world.Nginx.Address, keepAlive: false);
        kinds =
        [
            RepeatAsync(async () =>
            {
                await AskAsync("GET", "/t/north/login");
                Interlocked.Increment(ref pages);
            }),
            RepeatAsync(async () =>
            {
                await AskAsync("GET", "/api/v1/devices");
                Interlocked.Increment(ref lists);
            }),
            RepeatAsync(EnqueueAsync),
        ];
    }

    /// <summary>What was asked, and the answer, where that was a fault of the server's.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>Returns when each kind was answered a few times more; throws what ended one of them.</summary>
    public async Task UntilMoreAsync()
    {
        var (before, asked, jobs) = (Volatile.Read(ref pages), Volatile.Read(ref lists), made.Count);
        var end = Task.WhenAny(kinds);
        await JobWorld.UntilAsync(() => Task.FromResult(end.IsCompleted || (pages > before + 5 && lists > asked + 5 && made.Count > jobs + 5)), "pages, lists and jobs are answered", 120);
        if (end.IsCompleted) await await end;
    }

    /// <summary>All status codes, and the jobs that were acknowledged.</summary>
    public async Task<(IReadOnlyList<int> Answers, IReadOnlyList<Guid> Made)> StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(kinds);
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

    private async Task<(int Status, string Text)> AskAsync(string method, string path, JsonObject? body = null)
    {
        var (status, text, answer) = await client.AskAsync(method, path, body);
        answer.Dispose();
        answers.Enqueue(status);
        if (status >= 500) failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {method} {path}: {status} {text}");
        return (status, text);
    }

    private async Task EnqueueAsync()
    {
        var device = world.Devices[made.Count % world.Devices.Count];
        var (status, text) = await AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(device));
        // What else was answered is among the answers; a page of nginx is no JSON.
        if (status == 202) made.Enqueue(Guid.Parse(JsonNode.Parse(text)!["id"]!.GetValue<string>()));
    }
}
