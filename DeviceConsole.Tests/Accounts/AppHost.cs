using System.Security.Claims;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ServiceCollectionExtensions = DeviceConsole.Web.Auth.ServiceCollectionExtensions;

namespace DeviceConsole.Tests.Accounts;

/// <summary>The real application in this process, on Kestrel and a database of the test, with a clock that the test moves.</summary>
public sealed class AppHost : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    private AppHost(WebApplication app, TestDatabase database, MovedTime time, Uri address, Uri deviceAddress)
    {
        (App, Database, Time, Address, DeviceAddress) = (app, database, time, address, deviceAddress);
        Http = Client();
    }

    public WebApplication App { get; }

    public TestDatabase Database { get; }

    public MovedTime Time { get; }

    public Uri Address { get; }

    public Uri DeviceAddress { get; }

    /// <summary>Follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public static async Task<AppHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync();
        var (address, devices) = (Free(), Free());
        var builder = WebHostSetup.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:App"] = database.AppConnectionString,
            ["DEVICECONSOLE_MASTER_KEY"] = MasterKey.Generate(),
            ["DEVICECONSOLE_UI_URL"] = address.ToString(),
            ["DEVICECONSOLE_DEVICE_URL"] = devices.ToString(),
            ["Logging:LogLevel:Default"] = "Error",
            ["Jobs:WorkerEnabled"] = "false",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value));
        var time = new MovedTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        var app = ConsoleApplication.Build(builder, HostSettings.Read(builder.Configuration, development: false));
        // What the REST API's and the hubs' policies let through, told back.
        app.MapGet("/test/whoami", (ClaimsPrincipal user) => ConsoleClaims.CallerFrom(user)!.ActorName).RequireAuthorization(ServiceCollectionExtensions.ApiPolicy);
        app.MapGet("/test/live", (ClaimsPrincipal user, HttpRequest request) => $"{ConsoleClaims.CallerFrom(user)!.ActorName} {request.QueryString}").RequireAuthorization(ServiceCollectionExtensions.LivePolicy);
        await app.StartAsync();
        return new AppHost(app, database, time, address, devices);
    }

    public static HttpClient Client(Uri? address = null) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };

    /// <summary>A caller with a role in a tenant, by name of the system.</summary>
    public static Caller Maker(Guid tenant, string role = Roles.TenantAdmin) =>
        new(tenant, ActorKind.System, null, "test", Roles.RightsOf(role), DeviceScope.All, tenant);

    public async Task<UserView> CreateUserAsync(Guid tenant, string name, string role = Roles.TenantAdmin)
    {
        var maker = Maker(tenant, tenant == Tenant.Platform ? Roles.PlatformAdmin : Roles.TenantAdmin);
        var made = await Get<UserService>().CreateAsync(maker, new UserInput(name, "", role, Password), CancellationToken.None);
        return made.Value;
    }

    public async Task<ClientWithSecret> CreateClientAsync(Guid tenant, string role = Roles.Operator) =>
        (await Get<ClientService>().CreateAsync(Maker(tenant), new ClientInput("script", role), CancellationToken.None)).Value;

    public Browser OpenBrowser() => new(Address);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    private HttpClient Client() => Client(Address);

    private static Uri Free() => new($"http://127.0.0.1:{PostgresServer.FreePort()}");
}

/// <summary>The system's clock, moved ahead by what a test says.</summary>
public sealed class MovedTime : TimeProvider
{
    private long ahead;

    public void Move(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref ahead)).TotalSeconds * TimestampFrequency);
}
