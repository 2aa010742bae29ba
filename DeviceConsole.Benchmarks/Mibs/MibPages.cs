using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Tests.EndToEnd;
using DeviceConsole.Tests.Peers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace DeviceConsole.Benchmarks.Mibs;

/// <summary>The same as an operator has it: the real application, PostgreSQL, Chromium, 60,000 names uploaded, and an agent with 80,000 values.</summary>
internal static class MibPages
{
    private const string Scenario = "mib";
    private const string Password = "a long enough password";
    private const int Interfaces = 2_500;
    private const int Circuits = 5;

    public static async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        var masterKey = MasterKey.Generate();
        await using var services = SnmpInstallation.Services(database, masterKey);
        var caller = Caller.System(await database.CreateTenantAsync("bench"), "bench");
        await services.GetRequiredService<UserService>().CreateAsync(caller, new UserInput("olga", "Olga", Roles.Operator, Password), cancellationToken);
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Profile = new DeviceProfile("sw", "Example Networks ES-9000 Chassis", 9, Interfaces, 1_000, 2), MaximumMessageSize = 8_000 });
        var device = (await services.GetRequiredService<DeviceService>().CreateAsync(caller, SnmpInstallation.DeviceAt("chassis", agent.EndPoint.Port), cancellationToken)).Value.Device.Id;
        await using var app = await RunningApp.StartAsync(database, ("DEVICECONSOLE_MASTER_KEY", masterKey));
        await using var person = await OperatorPage.LogInAsync(app, "bench", "olga", Password);
        await TreeAsync(report, person.Page);
        var job = await WalkAsync(report, services, caller, device, cancellationToken);
        await ResultAsync(report, person.Page, job);
        await MemoryAsync(report, app, job);
        await MibUpload.StoreAsync(report, database, app, Caller.System(await database.CreateTenantAsync("collection"), "bench"), cancellationToken);
    }

    private static async Task TreeAsync(BenchReport report, IPage page)
    {
        await page.GotoAsync("/library/mibs");
        var upload = page.GetByLabel("Upload MIB files");
        await Assertions.Expect(upload).ToBeEnabledAsync();
        var clock = Stopwatch.StartNew();
        await upload.SetInputFilesAsync(new FilePayload { Name = "bench.zip", MimeType = "application/zip", Buffer = Zip() });
        await page.GetByText($"{GeneratedMibs.Modules} modules from").WaitForAsync(new LocatorWaitForOptions { Timeout = 120_000 });
        report.Absolute(Scenario, "60,000 objects uploaded in the page", "s", Better.Lower, clock.Elapsed.TotalSeconds, 60);
        clock.Restart();
        await page.GotoAsync("/library/mibs/browser");
        await page.Locator("[data-tree] tr.line").First.WaitForAsync();
        await page.Locator("[data-ready=yes]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        report.Absolute(Scenario, "browser open, tree of 60,000", "ms", Better.Lower, clock.Elapsed.TotalMilliseconds, 3_000);
        foreach (var (text, list) in new[] { ("b12optical", "Found"), ("agent last looked", "Found in descriptions"), ("voltage tunnel", "Found in descriptions") })
        {
            var search = page.GetByLabel("Search by name or object identifier");
            await search.FillAsync("");
            await page.Locator("[data-tree] tr.line").First.WaitForAsync();
            clock.Restart();
            await search.FillAsync(text);
            await page.GetByRole(AriaRole.List, new() { Name = list, Exact = true }).GetByRole(AriaRole.Button).First.WaitForAsync();
            report.Absolute(Scenario, $"\"{text}\" typed to found", "ms", Better.Lower, clock.Elapsed.TotalMilliseconds, text == "agent last looked" ? null : 1_000);
        }
    }

    private static async Task<Guid> WalkAsync(BenchReport report, ServiceProvider services, Caller caller, Guid device, CancellationToken cancellationToken)
    {
        var jobs = services.GetRequiredService<JobService>();
        var clock = Stopwatch.StartNew();
        var made = await jobs.EnqueueAsync(caller, new JobRequest(device, "snmp", "walk", new JsonObject { ["oid"] = "1.3.6.1.2.1" }), cancellationToken);
        JobView job;
        do
        {
            await Task.Delay(100, cancellationToken);
            job = (await jobs.HeadAsync(caller, made.Value.Id, cancellationToken)).Value.Job;
        }
        while (!job.State.IsTerminal());
        report.Note($"  walk: {job.Summary ?? job.Fault?.Message} ({clock.Elapsed.TotalSeconds:0.0} s from asked to stored)");
        return job.Id;
    }

    private static async Task ResultAsync(BenchReport report, IPage page, Guid job)
    {
        var values = page.GetByRole(AriaRole.Region, new() { Name = "Values", Exact = true });
        foreach (var which in new[] { "first", "again" })
        {
            var clock = Stopwatch.StartNew();
            await page.GotoAsync($"/jobs/{job}");
            await values.Locator("tbody tr td.path").First.WaitForAsync();
            report.Absolute(Scenario, $"80,000 values, page to first row ({which})", "ms", Better.Lower, clock.Elapsed.TotalMilliseconds, 3_000);
        }
        var scroll = Stopwatch.StartNew();
        await values.EvaluateAsync("e => e.scrollTop = e.scrollHeight * 0.7");
        await page.WaitForFunctionAsync("() => { const e = document.querySelector('[aria-label=Values]'); const r = e.getBoundingClientRect(); return [...e.querySelectorAll('td.path')].some(t => { const b = t.getBoundingClientRect(); return b.top >= r.top && b.bottom <= r.bottom; }); }");
        report.Absolute(Scenario, "jump to row 56,000", "ms", Better.Lower, scroll.Elapsed.TotalMilliseconds, 1_000);
        scroll.Restart();
        await page.GetByLabel("Filter the values").FillAsync("ifDescr 2499");
        await page.GetByText("1 of").First.WaitForAsync();
        report.Absolute(Scenario, "filter of 80,000, typed to shown", "ms", Better.Lower, scroll.Elapsed.TotalMilliseconds, 3_000);
    }

    // Resident memory of the whole process before and after; the first page pays for what all share.
    private static async Task MemoryAsync(BenchReport report, RunningApp app, Guid job)
    {
        var before = Resident(app.ProcessId);
        var people = new List<OperatorPage>();
        try
        {
            for (var i = 0; i < Circuits; i++)
            {
                var person = await OperatorPage.LogInAsync(app, "bench", "olga", Password);
                people.Add(person);
                await person.Page.GotoAsync($"/jobs/{job}");
                await person.Page.GetByRole(AriaRole.Region, new() { Name = "Values", Exact = true }).Locator("tbody tr td.path").First.WaitForAsync();
            }
            report.Absolute(Scenario, "memory of one more page of 80,000", "MB", Better.Lower, (Resident(app.ProcessId) - before) / 1048576.0 / Circuits, 10);
        }
        finally
        {
            foreach (var person in people) await person.DisposeAsync();
        }
    }

    private static long Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            foreach (var source in GeneratedMibs.Make())
            {
                using var entry = zip.CreateEntry(source.FileName, CompressionLevel.Fastest).Open();
                entry.Write(source.Bytes.Span);
            }
        }
        return stream.ToArray();
    }
}
