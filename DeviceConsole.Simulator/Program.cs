using DeviceConsole.Simulator;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Cwmp.Storm;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Simulator.WebPa;

// One sub-command a protocol; each has a folder of its own.
var commands = new Dictionary<string, (string Usage, Func<CommandLine, CancellationToken, Task<int>> Run)>
{
    ["fleet"] = (FleetCommand.Usage, FleetCommand.RunAsync),
    ["snmp"] = (SnmpCommand.Usage, SnmpCommand.RunAsync),
    ["usp"] = (UspCommand.Usage, UspCommand.RunAsync),
    ["webpa"] = (WebPaCommand.Usage, WebPaCommand.RunAsync),
    ["storm"] = (StormCommand.Usage, StormCommand.RunAsync),
    ["cwmp"] = (CwmpCommand.Usage, CwmpCommand.RunAsync),
};

if (args.Length == 0 || !commands.TryGetValue(args[0], out var command))
{
    Console.Error.WriteLine("Simulated devices for demonstration, tests and load.\n");
    foreach (var (_, (usage, _)) in commands) Console.Error.WriteLine(usage);
    return args.Length > 0 && args[0] is "--help" or "-h" ? 0 : 2;
}

using var shutdown = new ShutdownSignal();
try
{
    return await command.Run(CommandLine.Parse(args.AsSpan(1)), shutdown.Token);
}
catch (UsageException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{command.Usage}");
    return 2;
}
