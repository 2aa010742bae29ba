using System.Globalization;
using DeviceConsole.Benchmarks;
using DeviceConsole.Benchmarks.Devices;
using DeviceConsole.Benchmarks.Mibs;
using DeviceConsole.Benchmarks.Page;
using DeviceConsole.Benchmarks.Jobs;
using DeviceConsole.Benchmarks.Sessions;
using DeviceConsole.Benchmarks.Snmp;

// A new scenario is one line here.
IScenario[] scenarios =
[
    new DevicesScenario(),
    new SnmpScenario(),
    new MibScenario(),
    new TrapScenario(),
    new PollingScenario(),
    new JobsScenario(),
    new LiveScenario(),
    new UspScenario(),
    new WebPaScenario(),
    new CwmpScenario(),
    new StormScenario(),
    new PageScenario(),
];

var wanted = new List<string>();
string? jsonFile = null;
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--devices")
    {
        if (++i >= args.Length || !int.TryParse(args[i], CultureInfo.InvariantCulture, out var devices) || devices is < 1 or > 1_000_000) return Usage("--devices needs a number from 1 to 1,000,000.");
        foreach (var sized in scenarios.OfType<ISizedScenario>()) sized.Devices = devices;
    }
    else if (args[i] != "--json") wanted.Add(args[i]);
    else if (++i < args.Length) jsonFile = Path.GetFullPath(args[i]);
    else return Usage("--json needs a file.");
}

var unknown = wanted.FirstOrDefault(name => scenarios.All(s => s.Name != name));
if (unknown is not null) return Usage($"There is no scenario \"{unknown}\".");

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
if (jsonFile is not null) File.Delete(jsonFile);
var report = new BenchReport(Console.Out, jsonFile);
foreach (var scenario in scenarios.Where(s => wanted.Count == 0 || wanted.Contains(s.Name)))
{
    report.Note($"{scenario.Name}: {scenario.Description}");
    await scenario.RunAsync(report, stop.Token);
}

return report.AllMet ? 0 : 1;

int Usage(string problem)
{
    Console.Error.WriteLine($"{problem}\nbench [scenario …] [--json FILE] [--devices N]");
    foreach (var scenario in scenarios) Console.Error.WriteLine($"  {scenario.Name,-10} {scenario.Description}");
    return 2;
}
