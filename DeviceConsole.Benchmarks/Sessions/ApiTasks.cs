using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Benchmarks.Devices;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>Jobs that the API is asked for and that a whole simulated gateway carries out, with a connection request each.</summary>
internal sealed class ApiTasks(HttpClient api, SimulatedCpe cpe, string device) : IAsyncDisposable
{
    private static JsonObject Get => new() { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") };

    /// <summary>The gateway.</summary>
    public SimulatedCpe Cpe => cpe;

    /// <summary>Starts a gateway, and waits for its first session.</summary>
    public static async Task<ApiTasks> StartAsync(AcsNode node, HttpClient api, string serial, CancellationToken cancellationToken)
    {
        var options = new CpeOptions
        {
            Acs = node.Acs, Gateway = new HomeGatewayOptions { Serial = serial }, UserName = "cpe", Password = "correct horse", RequestUserName = "acs", RequestPassword = "let me in",
        };
        using var made = await api.PostAsJsonAsync("/api/v1/devices", new JsonObject
        {
            ["name"] = "bench gateway",
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["protocol"] = "cwmp", ["identity"] = $"{options.Gateway.Oui}-{options.Gateway.ProductClass}-{options.Gateway.Serial}", ["settings"] = new JsonObject(),
                ["secrets"] = new JsonObject { ["username"] = "cpe", ["password"] = "correct horse", ["connectionRequestUsername"] = "acs", ["connectionRequestPassword"] = "let me in" },
            }),
        }, cancellationToken);
        if (!made.IsSuccessStatusCode) throw new InvalidOperationException(await made.Content.ReadAsStringAsync(cancellationToken));
        var device = (await made.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["id"]!.GetValue<string>();
        var cpe = SimulatedCpe.Start(options);
        while (cpe.Sessions == 0) await Task.Delay(50, cancellationToken);
        return new ApiTasks(api, cpe, device);
    }

    /// <summary>Reads a value so often, one after the other: from each API call to the end of its job.</summary>
    public async Task<Percentiles> ReadAsync(int times, CancellationToken cancellationToken)
    {
        var tasks = new Percentiles();
        for (var i = 0; i < times; i++) await tasks.AddAsync(() => RunAsync("get", Get, cancellationToken));
        return tasks;
    }

    /// <summary>The same, as long as something else goes on.</summary>
    public async Task<Percentiles> ReadUntilAsync(Task end, CancellationToken cancellationToken)
    {
        var tasks = new Percentiles();
        while (!end.IsCompleted)
        {
            await tasks.AddAsync(() => RunAsync("get", Get, cancellationToken));
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken));
        }
        return tasks;
    }

    /// <summary>From the POST to its answer: the API answers when the job is over (wait). The job's id.</summary>
    public async Task<string> RunAsync(string operation, JsonObject arguments, CancellationToken cancellationToken)
    {
        using var made = await api.PostAsJsonAsync("/api/v1/jobs?wait=60", new JsonObject { ["deviceId"] = device, ["protocol"] = "cwmp", ["operation"] = operation, ["arguments"] = arguments.DeepClone() }, cancellationToken);
        var body = await made.Content.ReadAsStringAsync(cancellationToken);
        if (!made.IsSuccessStatusCode) throw new InvalidOperationException(body);
        var answer = JsonNode.Parse(body)!.AsObject();
        var job = answer["job"] as JsonObject ?? answer;
        return job["state"]!.GetValue<string>() == "completed" ? job["id"]!.GetValue<string>() : throw new InvalidOperationException($"The job did not end well: {body}");
    }

    public ValueTask DisposeAsync() => cpe.DisposeAsync();
}
