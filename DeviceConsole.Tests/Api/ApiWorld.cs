using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>The real application with two tenants and a service account in each; tokens come from its own token endpoint.</summary>
public sealed class ApiWorld : IAsyncLifetime
{
    private readonly List<HttpClient> clients = [];

    public TestDatabase Database { get; private set; } = null!;

    public RunningApp App { get; private set; } = null!;

    /// <summary>Where the application receives traps.</summary>
    public int TrapPort { get; } = FreePort.Udp();

    public Guid Tenant { get; private set; }

    public Guid OtherTenant { get; private set; }

    /// <summary>A tenant admin's service account.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>One of the other tenant.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    /// <summary>A viewer's.</summary>
    public HttpClient Viewer { get; private set; } = null!;

    /// <summary>Sends no token.</summary>
    public HttpClient Anonymous => App.Http;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        App = await RunningApp.StartAsync(Database, ("Api__Burst", "5000"), ("Api__PerSecond", "5000"),
            ("Snmp__Traps__Port", TrapPort.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("Snmp__Traps__Address", "127.0.0.1"));
        Tenant = await Database.CreateTenantAsync("acme");
        OtherTenant = await Database.CreateTenantAsync("other");
        Api = await ClientAsync(Tenant, Roles.TenantAdmin);
        Stranger = await ClientAsync(OtherTenant, Roles.TenantAdmin);
        Viewer = await ClientAsync(Tenant, Roles.Viewer);
    }

    public async Task DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>A client with a token of a new service account.</summary>
    public async Task<HttpClient> ClientAsync(Guid tenant, string role, IReadOnlyList<Guid>? devices = null)
    {
        var time = TimeProvider.System;
        var tenants = new TenantDirectory(Database.Sources, time);
        var service = new ClientService(Database.Sources, tenants, new AccountStates(Database.Sources, time));
        var made = (await service.CreateAsync(TestDatabase.CallerOf(tenant), new ClientInput(role, role, devices), default)).Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = made.Client.ClientId, ["client_secret"] = made.Secret,
        });
        using var answer = await App.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
        var client = new HttpClient { BaseAddress = App.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        clients.Add(client);
        return client;
    }

    /// <summary>A valid device's body.</summary>
    public static JsonObject Device(string name = "ap-1", string serial = "", string host = "127.0.0.1", int port = 1) => new()
    {
        ["name"] = name,
        ["serialNumber"] = serial,
        ["endpoints"] = new JsonArray(new JsonObject
        {
            ["protocol"] = "snmp",
            ["settings"] = new JsonObject { ["host"] = host, ["port"] = port },
            ["secrets"] = new JsonObject { ["readCommunity"] = "canary-8812" },
        }),
    };

    /// <summary>Creates a device that must be right.</summary>
    public async Task<JsonObject> CreateDeviceAsync(JsonObject? body = null, HttpClient? client = null)
    {
        using var answer = await (client ?? Api).PostAsJsonAsync("/api/v1/devices", body ?? Device());
        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>Creates a job of a device that must be right.</summary>
    public async Task<JsonObject> CreateJobAsync(string device, string query = "")
    {
        using var answer = await Api.PostAsJsonAsync("/api/v1/jobs" + query, Job(device));
        ((int)answer.StatusCode).Should().BeInRange(200, 202, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>A schedule's body.</summary>
    public static JsonObject Schedule(string device) => new()
    {
        ["name"] = "nightly", ["cron"] = "0 3 * * *", ["protocol"] = "snmp", ["operation"] = "get",
        ["arguments"] = new JsonObject { ["oids"] = new JsonArray("1.3.6.1.2.1.1.1.0") }, ["deviceIds"] = new JsonArray(device),
    };

    /// <summary>A job's body.</summary>
    public static JsonObject Job(string device) => new()
    {
        ["deviceId"] = device, ["protocol"] = "snmp", ["operation"] = "get", ["arguments"] = new JsonObject { ["oids"] = new JsonArray("1.3.6.1.2.1.1.1.0") },
    };
}
