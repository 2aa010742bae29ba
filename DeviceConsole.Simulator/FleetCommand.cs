using System.Globalization;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Simulator.WebPa;

namespace DeviceConsole.Simulator;

/// <summary>
/// The sub-command <c>fleet</c>: a few devices of each kind against a running installation, in one process. Those that call in enrol by the
/// tenant's enrolment credential.
/// </summary>
public static class FleetCommand
{
    /// <summary>The environment variable with the enrolment credential.</summary>
    public const string SecretVariable = "DEVICECONSOLE_FLEET_SECRET";

    /// <summary>The user name that goes with the credential, where a protocol has one.</summary>
    public const string UserName = "fleet";

    /// <summary>What the sub-command takes.</summary>
    public const string Usage = """
        fleet --devices URL --tenant SLUG [--secret TEXT] [--mqtt HOST:PORT] [--count N] [--serial PREFIX] [--seed N] [--snmp-port BASE] [--snmp-bind 127.0.0.1] [--snmp-count N] [--snmp-fault [INDEX=]FAULT]…
            N devices (2) of each protocol in which devices call in, to the devices' listener at URL; and SNMP agents from port BASE on. With --mqtt every second USP agent comes through that broker.
            The enrolment credential is --secret, or the environment's DEVICECONSOLE_FLEET_SECRET.
        """;

    /// <summary>Runs the fleet until it is cancelled. A kind that cannot start says so and leaves the others alone.</summary>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var runs = Parts(line).Select(p => p.Run(CommandLine.Parse(p.Arguments), cancellationToken)).ToList();
        return (await Task.WhenAll(runs)).Max();
    }

    /// <summary>The sub-commands that it is made of, with their arguments.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static IReadOnlyList<(string[] Arguments, Func<CommandLine, CancellationToken, Task<int>> Run)> Parts(CommandLine line)
    {
        line.Allow("devices", "tenant", "secret", "mqtt", "count", "serial", "seed", "snmp-port", "snmp-bind", "snmp-count", "snmp-fault");
        if (!Uri.TryCreate(line.Text("devices"), UriKind.Absolute, out var devices) || devices.Scheme is not ("http" or "https")) throw new UsageException("--devices needs an address like http://127.0.0.1:5081.");
        var tenant = line.Text("tenant") ?? throw new UsageException("--tenant is missing.");
        var secret = line.Text("secret") ?? Environment.GetEnvironmentVariable(SecretVariable);
        if (string.IsNullOrEmpty(secret)) throw new UsageException($"--secret is missing, and {SecretVariable} is not set.");
        var count = Text(line.Number("count", 2, 1, 1_000));
        var seed = line.Number("seed", 1, 0, 1_000_000);
        var prefix = line.Text("serial") ?? "SIM";
        var root = devices.GetLeftPart(UriPartial.Authority);
        var webSocket = new UriBuilder(devices) { Scheme = devices.Scheme == "https" ? "wss" : "ws", Path = $"/usp/{tenant}/{secret}" }.Uri.ToString();

        string[] mqtt = line.Text("mqtt") is { } broker ? ["--mqtt", broker, "--tenant", tenant] : [];
        string[] cwmp = ["--acs", $"{root}/cwmp/{tenant}", "--user", UserName, "--password", secret, "--request-user", UserName, "--request-password", secret, "--periodic", "60"];
        var parts = new List<(string[], Func<CommandLine, CancellationToken, Task<int>>)>
        {
            ([.. cwmp, "--count", count, "--seed", Text(seed + 100), "--serial", prefix + "-C"], CwmpCommand.RunAsync),
            (["--server", root, "--tenant", tenant, "--token", secret, "--count", count, "--seed", Text(seed + 200), "--serial", prefix + "-W"], WebPaCommand.RunAsync),
            (["--url", webSocket, .. mqtt, "--count", count, "--seed", Text(seed + 300)], UspCommand.RunAsync),
        };
        if (line.Text("snmp-port") is { } port)
        {
            string[] faults = [.. line.All("snmp-fault").SelectMany(f => (string[])["--fault", f])];
            parts.Add((["--count", Text(line.Number("snmp-count", 2, 1, 1_000)), "--port", port, "--bind", line.Text("snmp-bind") ?? "127.0.0.1", "--seed", Text(seed), .. faults], SnmpCommand.RunAsync));
        }
        return parts;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
