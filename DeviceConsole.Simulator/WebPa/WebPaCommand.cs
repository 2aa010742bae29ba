using System.Globalization;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.WebPa;

/// <summary>The sub-command <c>webpa</c>: home gateways that connect as parodus does.</summary>
public static class WebPaCommand
{
    /// <summary>What the sub-command takes.</summary>
    public const string Usage = """
        webpa --server URL [--count N] [--tenant SLUG] [--token TOKEN] [--mac BASE] [--serial PREFIX] [--seed N] [--fault FAULT]
            N home gateways that connect to the devices' listener at URL (http://127.0.0.1:5081); their MAC addresses count up from BASE.
            Without --tenant they call the bare /api/v2/device. FAULT: silent, garbagepayload, garbageframe, gone, busyonce or none.
        """;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    /// <summary>Runs the agents until they are cancelled.</summary>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var fleet = Read(line);
        var agents = fleet.Select(SimulatedParodus.Start).ToList();
        try
        {
            Console.WriteLine($"{agents.Count} WebPA devices connect to {fleet[0].Server}, the first as {fleet[0].Identity}.");
            using var timer = new PeriodicTimer(Tick);
            while (await timer.WaitForNextTickAsync(cancellationToken))
                foreach (var options in fleet) options.Gateway.Tick();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            foreach (var agent in agents) await agent.DisposeAsync();
        }
        return 0;
    }

    /// <summary>The options of every agent.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static IReadOnlyList<ParodusOptions> Read(CommandLine line)
    {
        line.Allow("server", "count", "tenant", "token", "mac", "serial", "seed", "fault");
        if (line.Text("server") is not { } server) throw new UsageException("--server is missing.");
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new UsageException("--server needs an address like http://127.0.0.1:5081.");
        var count = line.Number("count", 1, 1, 10_000);
        var seed = line.Number("seed", 1, 0, int.MaxValue - 10_000);
        var mac = (line.Text("mac") ?? "02:00:5E:10:00:01").Replace(":", "", StringComparison.Ordinal);
        if (mac.Length != 12 || !ulong.TryParse(mac, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var first)) throw new UsageException("--mac needs a MAC address like 02:00:5E:10:00:01.");
        if (!Enum.TryParse<ParodusFault>(line.Text("fault") ?? "none", ignoreCase: true, out var fault)) throw new UsageException("--fault is silent, garbagepayload, garbageframe, gone, busyonce or none.");
        return [.. Enumerable.Range(0, count).Select(i => new ParodusOptions
        {
            // Sixteen addresses a gateway: its other interfaces count up from the first.
            Server = address, Tenant = line.Text("tenant"), Token = line.Text("token"), Fault = fault,
            Gateway = new HomeGateway(new HomeGatewayOptions { Serial = $"{line.Text("serial") ?? "SIM-W"}{i + 1:0000}", Mac = Mac(first + ((ulong)i * 16)), Seed = seed + i }, TimeProvider.System),
        })];
    }

    /// <summary>Forty-eight bits with colons.</summary>
    public static string Mac(ulong bits) => string.Join(':', BitConverter.GetBytes(bits).Take(6).Reverse().Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
}
