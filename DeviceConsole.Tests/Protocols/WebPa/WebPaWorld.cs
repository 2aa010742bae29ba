using System.Net.WebSockets;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.WebPa.Wire;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Simulator.WebPa;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.WebPa;

/// <summary>The real application with its database, and tenants whose WebPA devices the tests play.</summary>
public sealed class WebPaWorld : IAsyncLifetime
{
    private static int next;

    /// <summary>The application.</summary>
    public AppHost Host { get; private set; } = null!;

    /// <inheritdoc />
    public async Task InitializeAsync() => Host = await AppHost.StartAsync(
        ("Jobs:WorkerEnabled", "true"), ("WebPa:PingInterval", "00:00:00.400"), ("WebPa:IdleLimit", "00:00:08"), ("WebPa:MaximumMessage", "131072"), ("WebPa:MaximumSkipped", "3"), ("WebPa:FirmwarePoll", "00:00:00.300"));

    /// <inheritdoc />
    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>A tenant with one WebPA device that nobody plays yet.</summary>
    public async Task<WebPaDevice> CreateAsync(string? token = "s3cret-token", string trust = "token", string? mac = null)
    {
        var number = Interlocked.Increment(ref next);
        var slug = $"webpa-{number}";
        var tenant = await Host.Database.CreateTenantAsync(slug);
        var gateway = new HomeGateway(new HomeGatewayOptions { Serial = $"SN{number:0000}", Mac = mac ?? WebPaCommand.Mac(0x02005E200000UL + ((ulong)number * 16)), Seed = number, BootDuration = TimeSpan.FromMilliseconds(500) }, TimeProvider.System);
        var secrets = new Dictionary<string, string>();
        if (token is not null) secrets["token"] = token;
        var made = await Host.Get<DeviceService>().CreateAsync(JobWorld.Admin(tenant), new DeviceInput
        {
            Name = "gateway", Endpoints = [new EndpointInput("webpa", new JsonObject { ["trust"] = trust }, secrets) { Identity = gateway.Options.Mac }],
        }, default);
        made.Problem.Should().BeNull();
        return new WebPaDevice(this, slug, tenant, made.Value.Device.Id, gateway, token);
    }
}

/// <summary>One device of a tenant, as the product knows it and as it is played.</summary>
public sealed record WebPaDevice(WebPaWorld World, string Slug, Guid Tenant, Guid Id, HomeGateway Gateway, string? Token)
{
    /// <summary>The name it sends.</summary>
    public string Identity => "mac:" + Gateway.Options.Mac.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Starts the simulated agent.</summary>
    public SimulatedParodus Start(ParodusFault fault = ParodusFault.None, bool shared = false, string? token = null) => SimulatedParodus.Start(new ParodusOptions
    {
        Server = World.Host.DeviceAddress, Tenant = shared ? null : Slug, Token = token ?? Token, Gateway = Gateway, Fault = fault, Backoff = TimeSpan.FromMilliseconds(100),
    });

    /// <summary>Starts the agent and waits until it is in.</summary>
    public async Task<SimulatedParodus> ConnectAsync(ParodusFault fault = ParodusFault.None, bool shared = false)
    {
        var agent = Start(fault, shared);
        await JobWorld.UntilAsync(async () => await IsConnectedAsync(), "the device is connected");
        return agent;
    }

    /// <summary>Whether the product has a session of it.</summary>
    public async Task<bool> IsConnectedAsync() => (await World.Host.Get<SessionService>().ConnectionsAsync(JobWorld.Admin(Tenant), Id, default)).Value.Count > 0;

    /// <summary>Opens a socket by hand with the device's name and token.</summary>
    public async Task<ClientWebSocket> OpenAsync(Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        socket.Options.SetRequestHeader("X-WebPA-Device-Name", Identity);
        if (Token is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {Token}");
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(new UriBuilder(World.Host.DeviceAddress) { Scheme = "ws", Path = $"/webpa/{Slug}/api/v2/device" }.Uri, default);
        (await ReadAsync(socket)).Should().Be(new WrpAuthorization(200));
        return socket;
    }

    /// <summary>The next message that the product sends.</summary>
    public static async Task<WrpMessage> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var result = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
        result.MessageType.Should().Be(WebSocketMessageType.Binary);
        WrpMessage.TryRead(buffer.AsMemory(0, result.Count), out var message, out _).Should().BeTrue();
        return message!;
    }

    /// <summary>Queues a job.</summary>
    public async Task<JobView> EnqueueAsync(string operation, JsonObject arguments, double timeout = 20, int attempts = 1)
    {
        var queued = await World.Host.Get<JobService>().EnqueueAsync(JobWorld.Admin(Tenant), new JobRequest(Id, "webpa", operation, arguments) { Timeout = TimeSpan.FromSeconds(timeout), MaxAttempts = attempts }, default);
        queued.Problem.Should().BeNull();
        return queued.Value;
    }

    /// <summary>A job as it is now.</summary>
    public async Task<JobDetail> JobAsync(Guid id) => (await World.Host.Get<JobService>().GetAsync(JobWorld.Admin(Tenant), id, default)).Value;

    /// <summary>Queues a job and waits for its end.</summary>
    public async Task<JobDetail> RunAsync(string operation, JsonObject arguments, double timeout = 20) => await EndAsync((await EnqueueAsync(operation, arguments, timeout)).Id);

    /// <summary>Waits for a job's end.</summary>
    public async Task<JobDetail> EndAsync(Guid id)
    {
        JobDetail? detail = null;
        await JobWorld.UntilAsync(async () => (detail = await JobAsync(id)).Job.State.IsTerminal(), "the job ends", 30);
        return detail!;
    }

    /// <summary>The stored tree below a path.</summary>
    public async Task<IReadOnlyList<Parameter>> StoredAsync(string prefix) =>
        (await World.Host.Get<ParameterService>().ListAsync(JobWorld.Admin(Tenant), Id, prefix, null, null, 1_000, default)).Value.Items;

    /// <summary>The event log, the newest first.</summary>
    public async Task<IReadOnlyList<DeviceEventView>> EventsAsync() => (await World.Host.Get<SessionService>().EventsAsync(JobWorld.Admin(Tenant), Id, null, 100, default)).Value;

    /// <summary>What was said, as text.</summary>
    public async Task<string> TraceAsync() => string.Join('\n', (await World.Host.Get<SessionService>().TraceOfDeviceAsync(JobWorld.Admin(Tenant), Id, default)).Value
        .SelectMany(t => t.Entries).Select(e => $"{e.Direction} {e.Title}\n{e.Body}"));

    /// <summary>Why it was last not let in.</summary>
    public async Task<string> RefusalAsync()
    {
        string? reason = null;
        await JobWorld.UntilAsync(async () => (reason = (await World.Host.Get<EnrolmentService>().AttemptsAsync(JobWorld.Admin(Tenant), 10, default)).Value is [var first, ..] ? first.Reason : null) is not null, "the refusal is recorded");
        return reason!;
    }

    /// <summary>Arguments of a GET.</summary>
    public static JsonObject Names(params string[] names) => new() { ["names"] = new JsonArray([.. names.Select(n => (JsonNode)n)]) };

    /// <summary>Arguments of a SET.</summary>
    public static JsonObject Value(string name, string value, string type = "string") => new() { ["values"] = new JsonArray(new JsonObject { ["name"] = name, ["type"] = type, ["value"] = value }) };
}
