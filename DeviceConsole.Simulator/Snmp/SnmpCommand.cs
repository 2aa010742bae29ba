using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>The sub-command <c>snmp</c>: a fleet of simulated agents on consecutive ports.</summary>
public static class SnmpCommand
{
    /// <summary>What the sub-command takes.</summary>
    public const string Usage = """
        snmp --count N --port BASE [--bind 127.0.0.1] [--addresses N] [--seed N] [--fault [INDEX=]FAULT]…
            N agents on UDP ports BASE to BASE+N-1, SNMP v1 and v2c; community public reads, private writes.
            With --addresses they take turns on so many consecutive IPv4 addresses from --bind on, and use so many times fewer ports.
            FAULT: slow:500ms, silent, garbage, nonincreasing, toobig or none. With INDEX (from 0) for that agent alone.
        """;

    /// <summary>Runs the fleet until it is cancelled.</summary>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var fleet = Read(line);
        var agents = new List<SimulatedSnmpAgent>();
        try
        {
            foreach (var options in fleet) agents.Add(SimulatedSnmpAgent.Start(options));
            var last = agents[^1].EndPoint;
            Console.WriteLine($"{agents.Count} SNMP agents listen on {agents[0].EndPoint} to {(last.Address.Equals(agents[0].EndPoint.Address) ? $"port {last.Port}" : last)}.");
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        catch (SocketException e)
        {
            var wanted = fleet[agents.Count].Listen;
            await Console.Error.WriteLineAsync($"The agent cannot listen on {wanted}: {e.Message}. Choose another --port or --bind.");
            return 1;
        }
        finally
        {
            foreach (var agent in agents) await agent.DisposeAsync();
        }
    }

    /// <summary>The options of every agent.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static IReadOnlyList<SimulatedAgentOptions> Read(CommandLine line)
    {
        line.Allow("count", "port", "bind", "addresses", "seed", "fault");
        if (line.Text("port") is null) throw new UsageException("--port is missing.");
        var count = line.Number("count", 1, 1, 60_000);
        var port = line.Number("port", 0, 1, 65_535);
        var bind = line.Address("bind", IPAddress.Loopback);
        var addresses = line.Number("addresses", 1, 1, 60_000);
        if (addresses > 1 && bind.AddressFamily != AddressFamily.InterNetwork) throw new UsageException("--addresses needs an IPv4 address in --bind.");
        var ports = (count + addresses - 1) / addresses;
        if (port + ports - 1 > 65_535) throw new UsageException($"{ports} ports from {port} on do not exist.");
        var seed = line.Number("seed", 1, 0, int.MaxValue);
        var faults = ReadFaults(line.All("fault"), count);
        return [.. Enumerable.Range(0, count).Select(i => new SimulatedAgentOptions
        {
            Index = i,
            Seed = seed,
            Listen = new IPEndPoint(addresses == 1 ? bind : Later(bind, i % addresses), port + (i / addresses)),
            Fault = faults[i],
        })];
    }

    private static IPAddress Later(IPAddress first, int by)
    {
        Span<byte> bytes = stackalloc byte[4];
        first.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + (uint)by);
        return new IPAddress(bytes);
    }

    private static AgentFault[] ReadFaults(IEnumerable<string> options, int count)
    {
        var faults = new AgentFault[count];
        foreach (var option in options)
        {
            var parts = option.Split('=', 2);
            if (parts.Length == 1)
            {
                Array.Fill(faults, AgentFault.Parse(option));
                continue;
            }

            if (!int.TryParse(parts[0], CultureInfo.InvariantCulture, out var index) || index < 0 || index >= count)
                throw new UsageException($"--fault {option}: there is no agent {parts[0]}; they are numbered from 0 to {count - 1}.");
            faults[index] = AgentFault.Parse(parts[1]);
        }

        return faults;
    }
}
