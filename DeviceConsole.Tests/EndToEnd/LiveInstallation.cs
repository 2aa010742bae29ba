using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>
/// A whole installation: PostgreSQL, the application as a process, a real snmpd, and two tenants with an operator each.
/// </summary>
public sealed class LiveInstallation : IAsyncLifetime
{
    /// <summary>Password of both operators.</summary>
    public const string Password = "a long enough password";

    private TestDatabase database = null!;

    /// <summary>The application.</summary>
    public RunningApp App { get; private set; } = null!;

    /// <summary>A real SNMP agent; community <c>public</c> reads.</summary>
    public SnmpdAgent Agent { get; private set; } = null!;

    /// <summary>Its database.</summary>
    public TestDatabase Database => database;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        Agent = await SnmpdAgent.StartAsync();
        foreach (var slug in new[] { "north", "south" }) await CreateOperatorAsync(await database.CreateTenantAsync(slug));
        // What breaks a circuit stands in the browser's console, and so in the test's failure.
        App = await RunningApp.StartAsync(database, ("DetailedErrors", "true"));
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await Agent.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>Makes olga in one more tenant.</summary>
    public Task CreateOperatorAsync(Guid tenant) => CreateOperatorAsync(database, tenant);

    /// <summary>Makes olga in a tenant of any database.</summary>
    public static async Task CreateOperatorAsync(TestDatabase database, Guid tenant)
    {
        var services = new ServiceCollection();
        services.AddDataProtection();
        services.AddLogging().AddSingleton(database.Sources).AddSingleton(MasterKey.Parse(MasterKey.Generate(), out _)!).AddAccounts();
        await using var provider = services.BuildServiceProvider();
        var made = await provider.GetRequiredService<UserService>().CreateAsync(
            Caller.System(tenant, "test"), new UserInput("olga", "Olga Operator", Roles.Operator, Password), CancellationToken.None);
        made.Problem.Should().BeNull();
    }
}
