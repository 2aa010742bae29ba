using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Tests.EndToEnd;
using DeviceConsole.Tests.Peers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Npgsql;

namespace DeviceConsole.Benchmarks.Page;

/// <summary>
/// From a state change in the database to another operator's page: the real application, PostgreSQL and Chromium. The start is
/// the job's finished_at, taken before the commit; the end is the moment the page's row shows the state.
/// </summary>
internal sealed class PageScenario : IScenario
{
    private const int Jobs = 200;
    private const double Target = 200;
    private const string Password = "a long enough password";

    // Notes for each job's row when it first shows that the job is completed, on the clock of the machine.
    private const string Observer =
        """
        () => {
          window.seen = {};
          const look = () => document.querySelectorAll('tr .state.completed').forEach(state => {
            const link = state.closest('tr').querySelector('a[href^="/jobs/"]');
            const id = link && link.getAttribute('href').slice(6);
            if (id && !(id in window.seen)) window.seen[id] = performance.timeOrigin + performance.now();
          });
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        }
        """;

    public string Name => "page";

    public string Description => "from a job's end in the database to another operator's page in Chromium";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        var masterKey = MasterKey.Generate();
        await using var services = SnmpInstallation.Services(database, masterKey);
        var tenant = await database.CreateTenantAsync("bench");
        var caller = Caller.System(tenant, "bench");
        await services.GetRequiredService<UserService>().CreateAsync(caller, new UserInput("olga", "Olga", Roles.Operator, Password), cancellationToken);
        await using var agent = SimulatedSnmpAgent.Start();
        var device = await services.GetRequiredService<DeviceService>().CreateAsync(caller, SnmpInstallation.DeviceAt("switch", agent.EndPoint.Port), cancellationToken);
        await using var app = await RunningApp.StartAsync(database, ("DEVICECONSOLE_MASTER_KEY", masterKey));
        await using var colleague = await OperatorPage.LogInAsync(app, "bench", "olga", Password);
        await colleague.Page.GotoAsync("/jobs");
        await colleague.Page.Locator("[data-live=yes]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await colleague.Page.EvaluateAsync(Observer);

        var queue = services.GetRequiredService<JobService>();
        for (var i = 0; i < Jobs; i++)
        {
            await queue.EnqueueAsync(caller, new JobRequest(device.Value.Device.Id, "snmp", "get", new() { ["oids"] = new System.Text.Json.Nodes.JsonArray("1.3.6.1.2.1.1.5.0") }), cancellationToken);
            await Task.Delay(50, cancellationToken);
        }
        await colleague.Page.WaitForFunctionAsync($"() => Object.keys(window.seen).length >= {Jobs - 10}", null, new PageWaitForFunctionOptions { Timeout = 30_000 });
        var seen = await colleague.Page.EvaluateAsync<Dictionary<string, double>>("() => window.seen");
        var delays = (await FinishedAsync(database, cancellationToken)).Where(f => seen.ContainsKey(f.Id)).Select(f => seen[f.Id] - f.At).Order().ToList();
        report.Note($"  {delays.Count} of {Jobs} state changes were seen in the page");
        report.Absolute(Name, "commit to page, p50", "ms", Better.Lower, delays[delays.Count / 2], null);
        report.Absolute(Name, "commit to page, p95", "ms", Better.Lower, delays[(int)(delays.Count * 0.95)], Target);
    }

    private static async Task<List<(string Id, double At)>> FinishedAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        var rows = new List<(string, double)>();
        await using var source = NpgsqlDataSource.Create(database.SuperuserConnectionString);
        await using var command = source.CreateCommand("SELECT id::text, (extract(epoch FROM finished_at) * 1000)::double precision FROM jobs WHERE state = 'completed'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) rows.Add((reader.GetString(0), reader.GetDouble(1)));
        return rows;
    }
}
