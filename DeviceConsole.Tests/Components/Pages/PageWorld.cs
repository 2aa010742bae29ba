using System.Security.Claims;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Discovery;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Polling;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Core.Traps;
using DeviceConsole.Protocols;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using Radzen;

namespace DeviceConsole.Tests.Components.Pages;

/// <summary>Pages with the services that they work with, as an operator of a tenant who is logged in; nothing runs but what a test runs.</summary>
public sealed class PageWorld : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public Guid Tenant { get; private set; }

    public Caller Operator { get; private set; } = null!;

    public ServiceProvider Services { get; private set; } = null!;

    /// <summary>Where pages have gone to, the newest last.</summary>
    public List<string> Visited { get; } = [];

    /// <summary>True where pages read their address, and are told when it changes.</summary>
    public bool FollowsAddress { get; init; }

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Tenant = await Database.CreateTenantAsync();
        Operator = TestDatabase.CallerOf(Tenant);
        Services = ComponentHost.Services(s =>
        {
            s.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
            s.AddLogging();
            s.AddSingleton(Database.Sources).AddSingleton(MasterKey.Parse(MasterKey.Generate(), out _)!);
            s.AddProtocols();
            s.AddSingleton<Core.Protocols.ProtocolCatalog>();
            s.AddDevices().AddJobs().AddDataModels().AddMibs().AddPolling().AddDiscovery().AddTraps();
            if (FollowsAddress) s.AddSupplyValueFromQueryProvider();
            s.AddSingleton<AuthenticationStateProvider>(new LoggedIn(Operator)).AddSingleton<CurrentCaller>();
            s.AddSingleton<NavigationManager>(new Address(Visited, FollowsAddress)).AddSingleton<IJSRuntime, NoBrowser>();
            s.AddSingleton<ComponentStatePersistenceManager>().AddSingleton(p => p.GetRequiredService<ComponentStatePersistenceManager>().State).AddSingleton<Handover>();
            s.AddSingleton<NotificationService>().AddSingleton<Toasts>();
        });
    }

    public async Task DisposeAsync()
    {
        await Services.DisposeAsync();
        await Database.DisposeAsync();
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A template with the community of simulated agents.</summary>
    public async Task<Guid> TemplateAsync(string name) =>
        (await Get<CredentialTemplateService>().CreateAsync(Operator, new CredentialTemplateInput(name, "snmp", new() { ["version"] = "v2c" }, new Dictionary<string, string> { ["readCommunity"] = "public" }), default)).Value.Id;

    private sealed class LoggedIn(Caller caller) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ConsoleClaims.Subject, caller.ActorId.ToString()!), new Claim(ConsoleClaims.Tenant, caller.Tenant.ToString()), new Claim(ConsoleClaims.HomeTenant, caller.Tenant.ToString()),
                new Claim(ConsoleClaims.Role, Roles.TenantAdmin), new Claim(ConsoleClaims.Name, "olga"),
            ], "test", ConsoleClaims.Name, ConsoleClaims.Role))));
    }

    private sealed class Address : NavigationManager
    {
        private readonly List<string> visited;
        private readonly bool follows;

        public Address(List<string> visited, bool follows)
        {
            this.follows = follows;
            this.visited = visited;
            Initialize("http://console.test/", "http://console.test/");
        }

        protected override void NavigateToCore(string uri, NavigationOptions options)
        {
            visited.Add(uri);
            if (!follows) return;
            Uri = ToAbsoluteUri(uri).ToString();
            NotifyLocationChanged(isInterceptedLink: false);
        }
    }

    /// <summary>Answers nothing: what pages tell the browser is not looked at here.</summary>
    private sealed class NoBrowser : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => ValueTask.FromResult(default(TValue)!);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);
    }
}
