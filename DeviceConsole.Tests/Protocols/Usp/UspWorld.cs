using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>The real application on PostgreSQL, and simulated agents that call it.</summary>
public sealed class UspWorld : IAsyncLifetime
{
    public const string Token = "t0ken-of-the-agent";

    private static int serials;

    public AppHost Host { get; private set; } = null!;

    public Guid Tenant { get; private set; }

    public Caller Admin { get; private set; } = null!;

    public Task InitializeAsync() => StartAsync();

    public async Task StartAsync(params (string Name, string Value)[] settings)
    {
        Host = await AppHost.StartAsync([("Jobs:WorkerEnabled", "true"), .. settings]);
        Tenant = await Host.Database.CreateTenantAsync("acme");
        await Host.Database.CreateTenantAsync("other");
        Admin = AppHost.Maker(Tenant);
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>The agents' address.</summary>
    public Uri Address(string path) => new($"ws://{Host.DeviceAddress.Authority}{path}");

    /// <summary>A device as an operator enters it, and the options of the agent that it is.</summary>
    public async Task<(Guid Device, UspAgentOptions Options)> CreateAsync(Action<JsonObject>? change = null, UspAgentFault fault = UspAgentFault.None, TimeSpan? boot = null)
    {
        var options = NewAgent(fault, boot);
        var settings = new JsonObject { ["timeout"] = 10 };
        change?.Invoke(settings);
        var made = await Host.Get<DeviceService>().CreateAsync(Admin, new DeviceInput
        {
            Name = options.Gateway.Serial,
            Endpoints = [new EndpointInput("usp", settings, new Dictionary<string, string> { ["token"] = Token }) { Identity = options.Id }],
        }, default);
        return (made.Value.Device.Id, options);
    }

    /// <summary>An agent that nobody has entered.</summary>
    public static UspAgentOptions NewAgent(UspAgentFault fault = UspAgentFault.None, TimeSpan? boot = null)
    {
        var serial = $"T-{Interlocked.Increment(ref serials):0000}";
        return new UspAgentOptions
        {
            Gateway = new HomeGatewayOptions { Serial = serial, Seed = serials, BootDuration = boot ?? TimeSpan.FromSeconds(1) }, Fault = fault, RetryAfter = TimeSpan.FromMilliseconds(200),
        };
    }

    /// <summary>Starts an agent on the tenant's address with its token.</summary>
    public UspAgent Start(UspAgentOptions options, string path = $"/usp/acme/{Token}", TimeProvider? time = null) => UspAgent.Start(options, new WebSocketTransport(Address(path)), time);

    /// <summary>A device whose agent is connected.</summary>
    public async Task<(Guid Device, UspAgent Agent)> ConnectAsync(Action<JsonObject>? change = null, UspAgentFault fault = UspAgentFault.None, TimeSpan? boot = null)
    {
        var (device, options) = await CreateAsync(change, fault, boot);
        var agent = Start(options);
        await OnlineAsync(device);
        return (device, agent);
    }

    public Task OnlineAsync(Guid device) =>
        JobWorld.UntilAsync(async () => (await Host.Get<SessionService>().ConnectionsAsync(Admin, device, default)).Value.Any(c => c.Protocol == "usp"), "the agent is connected");

    /// <summary>Returns when the product knows that the agent has left.</summary>
    public Task GoneAsync(Guid device) => JobWorld.UntilAsync(async () => (await SessionsAsync(device)) is [{ ClosedAt: not null }, ..]
        && (await Host.Get<SessionService>().ConnectionsAsync(Admin, device, default)).Value.Count == 0, "the session has ended");

    /// <summary>The device's sessions, the newest first.</summary>
    public async Task<IReadOnlyList<SessionView>> SessionsAsync(Guid device) => (await Host.Get<SessionService>().ListAsync(Admin, device, false, null, 10, default)).Value;

    public async Task<JobView> EnqueueAsync(Guid device, string operation, JsonObject? arguments = null, Func<JobRequest, JobRequest>? change = null)
    {
        var request = new JobRequest(device, "usp", operation, arguments ?? []) { MaxAttempts = 1 };
        var made = await Host.Get<JobService>().EnqueueAsync(Admin, change?.Invoke(request) ?? request, default);
        made.IsSuccess.Should().BeTrue(made.Problem?.Message);
        return made.Value;
    }

    public async Task<JobDetail> GetAsync(Guid job) => (await Host.Get<JobService>().GetAsync(Admin, job, default)).Value;

    /// <summary>Runs a job to its end.</summary>
    public async Task<JobDetail> RunAsync(Guid device, string operation, JsonObject? arguments = null)
    {
        var job = await EnqueueAsync(device, operation, arguments);
        return await EndAsync(job.Id);
    }

    public async Task<JobDetail> EndAsync(Guid job)
    {
        JobDetail? detail = null;
        await JobWorld.UntilAsync(async () => (detail = await GetAsync(job)).Job.State is JobState.Completed or JobState.Failed or JobState.Cancelled or JobState.Expired, "the job ends", 30);
        return detail!;
    }

    /// <summary>What is stored of a parameter.</summary>
    public async Task<string?> StoredAsync(Guid device, string path)
    {
        var page = await Host.Get<Core.Parameters.ParameterService>().ListAsync(Admin, device, path, null, null, 10, default);
        return page.Value.Items.FirstOrDefault(p => p.Path == path)?.Value;
    }

    public async Task<IReadOnlyList<DeviceEventView>> EventsAsync(Guid device) => (await Host.Get<SessionService>().EventsAsync(Admin, device, null, 100, default)).Value;

    /// <summary>The sentences of the listening panel about one caller.</summary>
    public async Task<IReadOnlyList<string>> RefusalsAsync(string identity) =>
        [.. (await Host.Get<EnrolmentService>().AttemptsAsync(Admin, 200, default)).Value.Where(a => a.Identity == identity).Select(a => a.Reason)];

    public static JsonObject Paths(params string[] paths) => new() { ["paths"] = new JsonArray([.. paths.Select(p => (JsonNode?)p)]) };

    public static JsonObject Values(params (string Path, string Value)[] values) =>
        new() { ["values"] = new JsonArray([.. values.Select(v => (JsonNode?)new JsonObject { ["path"] = v.Path, ["value"] = v.Value, ["required"] = true })]) };
}
