using System.Globalization;
using System.Text.Json;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>The sub-command <c>storm</c>: very many CPEs that call an ACS at once.</summary>
public static class StormCommand
{
    /// <summary>What the sub-command takes.</summary>
    public const string Usage = """
        storm --acs URL [--devices N] [--over SECONDS] [--sockets N] [--addresses N] [--retries N] [--serial PREFIX] [--oui OUI] [--class NAME]
              [--event CODE] [--user NAME] [--password TEXT] [--report text|json]
            N virtual CPEs (1 to 1,000,000; serial numbers PREFIX000000 on) call the ACS over that time, each at its own moment and with one bare session,
            and come back when a refusal says so. Told at the end: sessions, refusals, errors, latency of admitted sessions, latency from the intended start, recovery, memory a CPE.
        """;

    /// <summary>Runs a storm; 1 where a CPE had to be given up or an answer was wrong.</summary>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var options = Read(line);
        var report = await StormDriver.RunAsync(options, cancellationToken);
        Console.WriteLine(line.Text("report") == "json" ? JsonSerializer.Serialize(report) : report.ToString());
        return report.GivenUp == 0 && report.Errors == 0 ? 0 : 1;
    }

    /// <summary>The storm that a command line describes.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static StormOptions Read(CommandLine line)
    {
        line.Allow("acs", "devices", "over", "sockets", "addresses", "retries", "serial", "oui", "class", "event", "user", "password", "report");
        if (!Uri.TryCreate(line.Text("acs"), UriKind.Absolute, out var acs) || acs.Scheme != "http") throw new UsageException("--acs needs an address that begins with http://.");
        if (line.Text("report") is not (null or "text" or "json")) throw new UsageException("--report is text or json.");
        var options = new StormOptions
        {
            Acs = acs, Devices = line.Number("devices", 1_000, 1, 1_000_000), Over = TimeSpan.FromSeconds(line.Number("over", 10, 0, 86_400)),
            Sockets = line.Number("sockets", 512, 1, 20_000), Addresses = acs.IsLoopback ? line.Number("addresses", 250, 1, 50_000) : 1, Retries = line.Number("retries", 20, 0, 1_000),
            UserName = line.Text("user") ?? "", Password = line.Text("password") ?? "",
        };
        return options with
        {
            Serial = line.Text("serial") ?? options.Serial,
            Oui = line.Text("oui")?.ToUpper(CultureInfo.InvariantCulture) ?? options.Oui,
            ProductClass = line.Text("class") ?? options.ProductClass,
            Event = line.Text("event") ?? options.Event,
        };
    }
}
