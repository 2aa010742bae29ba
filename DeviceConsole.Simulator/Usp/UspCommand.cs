using System.Globalization;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>The sub-command <c>usp</c>: a fleet of simulated agents that call a controller.</summary>
public static class UspCommand
{
    /// <summary>What the sub-command takes.</summary>
    public const string Usage = """
        usp --url ws://HOST:PORT/usp/TENANT[/TOKEN] [--mqtt HOST:PORT --tenant TENANT] [--count N] [--first N] [--seed N] [--controller ENDPOINT-ID]
            N USP agents on simulated home gateways, over WebSocket; with --mqtt every second one through that MQTT broker. Agent number I
            (from --first, 1) has the serial number USP-I and the endpoint ID os::00D09E-USP-I.
        """;

    /// <summary>Runs the fleet until it is cancelled.</summary>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        line.Allow("url", "mqtt", "tenant", "count", "first", "seed", "controller");
        if (!Uri.TryCreate(line.Text("url"), UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "wss")) throw new UsageException("--url needs the controller's address, ws:// or wss://.");
        IUspTransport socket = new WebSocketTransport(url);
        var broker = Broker(line);
        var agents = Read(line).Select((o, i) => UspAgent.Start(o, broker is not null && i % 2 == 1 ? broker : socket)).ToList();
        Console.WriteLine($"{agents.Count} USP agents call {url.Host}:{url.Port}.");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            foreach (var agent in agents) await agent.DisposeAsync();
        }
        return 0;
    }

    private static MqttTransport? Broker(CommandLine line)
    {
        if (line.Text("mqtt") is not { } text) return null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text[(colon + 1)..], CultureInfo.InvariantCulture, out var port)) throw new UsageException("--mqtt needs HOST:PORT.");
        var tenant = line.Text("tenant") ?? throw new UsageException("--mqtt needs --tenant, the tenant's short name.");
        return new MqttTransport(new MqttClientOptions { Host = text[..colon], Port = port }, tenant);
    }

    /// <summary>The options of every agent.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static IReadOnlyList<UspAgentOptions> Read(CommandLine line)
    {
        var count = line.Number("count", 1, 1, 60_000);
        var first = line.Number("first", 1, 1, 1_000_000);
        var seed = line.Number("seed", 1, 0, int.MaxValue);
        var controller = line.Text("controller") ?? "proto::deviceconsole";
        return [.. Enumerable.Range(first, count).Select(i => new UspAgentOptions { Gateway = Options(i, seed), ControllerId = controller })];
    }

    /// <summary>Gateway number <paramref name="index"/>.</summary>
    public static HomeGatewayOptions Options(int index, int seed) => new()
    {
        Serial = string.Create(CultureInfo.InvariantCulture, $"USP-{index:0000}"),
        Mac = string.Create(CultureInfo.InvariantCulture, $"02:00:5F:{(index >> 16) & 0xff:X2}:{(index >> 8) & 0xff:X2}:{index & 0xff:X2}"),
        Seed = seed + index,
    };
}
