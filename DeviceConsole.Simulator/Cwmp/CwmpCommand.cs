using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>The sub-command <c>cwmp</c>: a fleet of home gateways that call an ACS.</summary>
public static class CwmpCommand
{
    /// <summary>What the sub-command takes.</summary>
    public const string Usage = """
        cwmp --acs URL [--count N] [--serial PREFIX] [--oui OUI] [--class NAME] [--user NAME] [--password TEXT]
             [--request-user NAME] [--request-password TEXT] [--port BASE] [--bind 127.0.0.1] [--periodic SECONDS] [--seed N] [--lan N] [--behaviours all|NAME,NAME]
            N home gateways (TR-181) with the serial numbers PREFIX0001 on, which call the ACS at URL over TR-069.
            Connection requests are answered on ports from BASE on; without it on any. With --behaviours they misbehave, one way each in turn. With --lan there
            are N set-top boxes behind each, which call too, and a sensor that the gateway manages as a part of its tree (TR-069 Annexes F and J).
        """;

    /// <summary>Runs the fleet until it is cancelled.</summary>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var fleet = Read(line);
        var devices = new List<SimulatedCpe>();
        try
        {
            var periodic = line.Number("periodic", 300, 1, 86_400).ToString(CultureInfo.InvariantCulture);
            var lan = line.Number("lan", 0, 0, 16);
            foreach (var options in fleet)
            {
                var device = SimulatedCpe.Start(options);
                device.Gateway.Provision("Device.ManagementServer.PeriodicInformInterval", periodic);
                devices.Add(device);
                if (lan == 0) continue;
                device.Gateway.Embed($"sensor-{options.Gateway.Serial}", "Z-Wave", "Device.DeviceInfo.TemperatureStatus.TemperatureSensor.1.");
                devices.AddRange(Enumerable.Range(1, lan).Select(n => SimulatedCpe.Start(Behind(options, device.Gateway, n))));
            }
            Console.WriteLine($"{devices.Count} {(lan == 0 ? "home gateways" : "home gateways and set-top boxes")} call {fleet[0].Acs}.");
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync($"A gateway cannot listen on {fleet[devices.Count].ConnectionRequests}: {e.Message}. Choose another --port or --bind.");
            return 1;
        }
        finally
        {
            foreach (var device in devices) await device.DisposeAsync();
        }
    }

    /// <summary>The options of every gateway.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static IReadOnlyList<CpeOptions> Read(CommandLine line)
    {
        line.Allow("acs", "count", "serial", "oui", "class", "user", "password", "request-user", "request-password", "port", "bind", "periodic", "seed", "lan", "behaviours");
        if (line.Text("acs") is not { } text) throw new UsageException("--acs is missing.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var acs) || acs.Scheme is not ("http" or "https")) throw new UsageException("--acs needs an address that begins with http:// or https://.");
        var count = line.Number("count", 1, 1, 10_000);
        var port = line.Number("port", 0, 0, 65_535);
        if (port > 0 && port + count - 1 > 65_535) throw new UsageException($"{count} ports from {port} on do not exist.");
        var bind = line.Address("bind", IPAddress.Loopback);
        var behaviours = Behaviours(line.Text("behaviours"));
        var seed = line.Number("seed", 1, 0, 1_000_000);
        return [.. Enumerable.Range(0, count).Select(i => new CpeOptions
        {
            Acs = acs,
            Gateway = Gateway(line, i, seed),
            UserName = line.Text("user") ?? "",
            Password = line.Text("password") ?? "",
            RequestUserName = line.Text("request-user") ?? "",
            RequestPassword = line.Text("request-password") ?? "",
            ConnectionRequests = new IPEndPoint(bind, port == 0 ? 0 : port + i),
            Quirks = behaviours.Count == 0 ? CpeQuirks.None : behaviours[i % behaviours.Count],
            // Spread over some seconds, as a real fleet is.
            StartDelay = TimeSpan.FromMilliseconds(count == 1 ? 0 : i * 20),
        })];
    }

    private static CpeOptions Behind(CpeOptions gateway, HomeGateway lan, int number) => gateway with
    {
        Lan = lan,
        ConnectionRequests = new IPEndPoint(gateway.ConnectionRequests?.Address ?? IPAddress.Loopback, 0),
        StartDelay = gateway.StartDelay + TimeSpan.FromMilliseconds(500),
        Quirks = CpeQuirks.None,
        Gateway = gateway.Gateway with
        {
            Serial = $"{gateway.Gateway.Serial}-T{number}",
            ProductClass = "SetTopBox",
            Model = "TV-200",
            Seed = gateway.Gateway.Seed + (1000 * number),
            Mac = string.Create(CultureInfo.InvariantCulture, $"{gateway.Gateway.Mac[..^2]}{0x80 + number:X2}"),
        },
    };

    private static List<CpeQuirks> Behaviours(string? text)
    {
        if (text is null) return [];
        if (text == "all") return [.. CpeBehaviours.All.Values];
        return [.. text.Split(',').Select(name => CpeBehaviours.All.GetValueOrDefault(name) ?? throw new UsageException($"There is no behaviour '{name}'; choose from {string.Join(", ", CpeBehaviours.All.Keys)}, or all."))];
    }

    private static HomeGatewayOptions Gateway(CommandLine line, int index, int seed)
    {
        var options = new HomeGatewayOptions
        {
            Serial = (line.Text("serial") ?? "SIM-C") + (index + 1).ToString("0000", CultureInfo.InvariantCulture), Seed = seed + index,
            Mac = string.Create(CultureInfo.InvariantCulture, $"02:00:5E:{(index >> 12) & 0xff:X2}:{(index >> 4) & 0xff:X2}:{(index & 0xf) << 4 | 1:X2}"),
        };
        if (line.Text("oui") is { } oui) options = options with { Oui = oui };
        return line.Text("class") is { } name ? options with { ProductClass = name } : options;
    }
}
