using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Cwmp.Storm;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>One node with the ACS's addresses on a Kestrel of its own, the real engine and a real database; devices are the simulator's or raw sockets.</summary>
public sealed class CwmpWorld : IAsyncDisposable
{
    public const string Slug = "acme";
    public const string User = "cpe";
    public const string Password = "correct horse";

    private readonly WebApplication app;
    private readonly string masterKey;
    private readonly bool ownsDatabase;
    private readonly List<SimulatedCpe> devices = [];
    private int number;

    private CwmpWorld(TestDatabase database, WebApplication app, Guid tenant, string masterKey, bool ownsDatabase) =>
        (Database, this.app, Tenant, this.masterKey, this.ownsDatabase) = (database, app, tenant, masterKey, ownsDatabase);

    public TestDatabase Database { get; }

    public Guid Tenant { get; }

    public Caller Admin => TestDatabase.CallerOf(Tenant);

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The tenant's ACS URL.</summary>
    public Uri Acs => new(Address, $"/cwmp/{Slug}");

    public JobService Jobs => app.Services.GetRequiredService<JobService>();

    public SessionService Sessions => app.Services.GetRequiredService<SessionService>();

    public FileLibrary Files => app.Services.GetRequiredService<FileLibrary>();

    public T Service<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>What this node counts of the Informs that came, by outcome.</summary>
    public IReadOnlyDictionary<string, long> Informs()
    {
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "cwmp_informs_total" && instrument.Meter.Scope == Service<IMeterFactory>()) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counts[(string)tags[0].Value!] = count);
        listener.Start();
        listener.RecordObservableInstruments();
        return counts;
    }

    public QuirkService Quirks => app.Services.GetRequiredService<QuirkService>();

    public EnrolmentService Enrolments => app.Services.GetRequiredService<EnrolmentService>();

    public static async Task<CwmpWorld> CreateAsync(Action<CwmpOptions>? configure = null, TimeSpan? headerTimeout = null, Action<XmppOptions>? xmpp = null)
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return await StartAsync(database, await database.CreateTenantAsync(Slug), MasterKey.Generate(), true, configure, headerTimeout, xmpp);
    }

    /// <summary>Another node of the same installation: the same database and master key. Dispose it first.</summary>
    public Task<CwmpWorld> BesideAsync(Action<CwmpOptions>? configure = null, TimeProvider? time = null) => StartAsync(Database, Tenant, masterKey, false, configure, null, null, time);

    private static async Task<CwmpWorld> StartAsync(TestDatabase database, Guid tenant, string masterKey, bool ownsDatabase, Action<CwmpOptions>? configure, TimeSpan? headerTimeout, Action<XmppOptions>? xmpp, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        if (headerTimeout is { } patience) builder.WebHost.ConfigureKestrel(k => k.Limits.RequestHeadersTimeout = patience);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var services = builder.Services;
        services.AddRoutingCore();
        if (time is not null) services.AddSingleton(time);
        services.AddSingleton(MasterKey.Parse(masterKey, out _)!);
        services.AddSingleton(_ => new DataSources(database.AppConnectionString, database.AppConnectionString));
        services.AddProtocols();
        services.AddDevices();
        services.AddJobs();
        services.AddSchedules();
        services.Configure<JobOptions>(o =>
        {
            o.Lease = TimeSpan.FromSeconds(5);
            o.Heartbeat = TimeSpan.FromMilliseconds(500);
            o.CancelGrace = TimeSpan.FromMilliseconds(500);
            o.WakeAgain = TimeSpan.FromSeconds(1);
        });
        if (xmpp is not null) services.Configure(xmpp);
        services.Configure<CwmpOptions>(o =>
        {
            // No device of a test is late because it got no processor; one that is meant to be says so in its settings.
            o.SessionTimeout = TimeSpan.FromSeconds(30);
            configure?.Invoke(o);
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapProtocols();
        await app.StartAsync();
        var world = new CwmpWorld(database, app, tenant, masterKey, ownsDatabase);
        world.Service<IOptions<FileLibraryOptions>>().Value.PublicAddress = world.Address;
        return world;
    }

    /// <summary>A device with this identity, credentials and settings.</summary>
    public async Task<Guid> CreateDeviceAsync(string identity, JsonObject? settings = null, Guid? tenant = null, string password = Password, bool requestCredentials = true)
    {
        var secrets = new Dictionary<string, string> { ["username"] = User, ["password"] = password };
        if (requestCredentials) (secrets["connectionRequestUsername"], secrets["connectionRequestPassword"]) = ("acs", "let me in");
        var made = await app.Services.GetRequiredService<DeviceService>().CreateAsync(TestDatabase.CallerOf(tenant ?? Tenant), new DeviceInput
        {
            Name = $"gateway {Guid.NewGuid():N}"[..20], Endpoints = [new EndpointInput("cwmp", settings ?? [], secrets) { Identity = identity }],
        }, default);
        made.IsSuccess.Should().BeTrue(made.Problem?.Message);
        return made.Value.Device.Id;
    }

    /// <summary>Enters other credentials for a device, as somebody does in its form.</summary>
    public async Task ChangeSecretsAsync(Guid device, params (string Field, string Value)[] secrets)
    {
        var service = app.Services.GetRequiredService<DeviceService>();
        var stored = (await service.GetAsync(Admin, device, default)).Value;
        var changed = await service.UpdateAsync(Admin, device, new DeviceInput
        {
            Name = stored.Device.Name,
            Endpoints = [.. stored.Endpoints.Select(e => new EndpointInput(e.Protocol, e.Settings, secrets.ToDictionary(s => s.Field, s => s.Value)) { Identity = e.Identity })],
        }, null, default);
        changed.IsSuccess.Should().BeTrue(changed.Problem?.Message);
    }

    /// <summary>Makes the devices of a storm, which come in without a credential.</summary>
    public async Task CreateFleetAsync(StormOptions storm)
    {
        var ids = Enumerable.Range(0, storm.Devices).Select(_ => Guid.CreateVersion7()).ToArray();
        await Database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name) SELECT $1, id, $3 || ' ' || n FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)", Tenant, ids, storm.Serial);
        await Database.ExecuteAsync(
            "INSERT INTO device_endpoints (tenant_id, device_id, protocol, identity, settings) SELECT $1, id, 'cwmp', $3 || lpad((n - 1)::text, 6, '0'), '{\"authentication\": \"none\"}' FROM unnest($2::uuid[]) WITH ORDINALITY x(id, n)",
            Tenant, ids, storm.IdentityOf(0)[..^6]);
    }

    /// <summary>A device and the simulated CPE that is it.</summary>
    public async Task<(Guid Device, SimulatedCpe Cpe)> StartAsync(CpeQuirks? quirks = null, Func<CpeOptions, CpeOptions>? change = null, JsonObject? settings = null)
    {
        var options = Options(quirks);
        var device = await CreateDeviceAsync(IdentityOf(options), settings);
        return (device, Start(change?.Invoke(options) ?? options));
    }

    /// <summary>Starts a CPE.</summary>
    public SimulatedCpe Start(CpeOptions options)
    {
        var cpe = SimulatedCpe.Start(options);
        devices.Add(cpe);
        return cpe;
    }

    /// <summary>A CPE's options with a serial number of its own.</summary>
    public CpeOptions Options(CpeQuirks? quirks = null) => new()
    {
        Gateway = new HomeGatewayOptions { Serial = $"S{Interlocked.Increment(ref number):0000}", Seed = number, BootDuration = TimeSpan.FromMilliseconds(500) },
        Acs = Acs, UserName = User, Password = Password, RequestUserName = "acs", RequestPassword = "let me in", Retry = TimeSpan.FromMilliseconds(300), Quirks = quirks ?? CpeQuirks.None,
    };

    /// <summary>Settings of a device that is given up soon.</summary>
    public static JsonObject Impatient => new() { ["sessionTimeout"] = 2 };

    public static string IdentityOf(CpeOptions options) => $"{options.Gateway.Oui}-{options.Gateway.ProductClass}-{options.Gateway.Serial}";

    /// <summary>Paths that do not come and go by themselves, as hosts do.</summary>
    public static IEnumerable<string> LastingPaths(SimulatedCpe cpe) =>
        ((string[])["Device.DeviceInfo.", "Device.WiFi.SSID.", "Device.WiFi.Radio.", "Device.NAT.", "Device.ManagementServer.", "Device.Bridging."]).SelectMany(o => cpe.Gateway.Read(o)).Select(p => p.Path);

    /// <summary>Enqueues a job that must be right.</summary>
    public async Task<Guid> EnqueueAsync(Guid device, string operation, JsonObject? arguments = null, int? attempts = null)
    {
        var made = await Jobs.EnqueueAsync(Admin, new JobRequest(device, "cwmp", operation, arguments ?? []) { MaxAttempts = attempts }, default);
        made.IsSuccess.Should().BeTrue(made.Problem?.Message);
        return made.Value.Id;
    }

    /// <summary>Puts a file into the library.</summary>
    public async Task<LibraryFile> StoreAsync(string name, byte[] content, string version, string type = FileTypes.Firmware, Guid? tenant = null)
    {
        using var stream = new MemoryStream(content);
        var stored = await Files.UploadAsync(TestDatabase.CallerOf(tenant ?? Tenant), new FileInput(name, type) { Version = version }, stream, default);
        stored.IsSuccess.Should().BeTrue(stored.Problem?.Message);
        return stored.Value;
    }

    /// <summary>Waits for a job's end.</summary>
    public async Task<JobDetail> EndAsync(Guid job, double seconds = 30)
    {
        JobDetail? detail = null;
        await JobWorld.UntilAsync(async () => (detail = await DetailAsync(job)).Job.State is JobState.Completed or JobState.Failed or JobState.Cancelled or JobState.Expired, $"the job {job} ends", seconds);
        return detail!;
    }

    /// <summary>Runs a job to its end.</summary>
    public async Task<JobDetail> RunAsync(Guid device, string operation, JsonObject? arguments = null, int? attempts = 1) => await EndAsync(await EnqueueAsync(device, operation, arguments, attempts));

    public async Task<JobDetail> DetailAsync(Guid job) => (await Jobs.GetAsync(Admin, job, default)).Value;

    /// <summary>A device's stored values.</summary>
    public async Task<Dictionary<string, Parameter>> ValuesAsync(Guid device)
    {
        var all = new Dictionary<string, Parameter>();
        string? after = null;
        do
        {
            var page = (await new ParameterService(Database.Sources).ListAsync(Admin, device, null, null, after, ParameterService.MaximumPage, default)).Value;
            foreach (var item in page.Items) all[item.Path] = item;
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <summary>Kinds of the device's events, oldest first.</summary>
    public async Task<string> EventsAsync(Guid device) => await Database.ScalarAsync<string>($"SELECT coalesce(string_agg(kind, ',' ORDER BY id), '') FROM device_events WHERE device_id = '{device}'");

    /// <summary>Everything that was traced of the device, as text.</summary>
    public async Task<string> TracesAsync(Guid device) => await Database.ScalarAsync<string>($"SELECT coalesce(string_agg(entries::text, '' ORDER BY id), '') FROM traces WHERE device_id = '{device}'");

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices) await device.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        if (ownsDatabase) await Database.DisposeAsync();
    }
}
