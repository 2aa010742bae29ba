using System.Net;
using System.Text.Json;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>The baseline in Node: net-snmp from npm, installed into the artifacts folder.</summary>
internal sealed class NodeNetSnmp
{
    private const string Package = "net-snmp@3";

    // One walk to warm up and one that counts; the same for GETs with 64 in flight.
    private const string Script = """
        const snmp = require("net-snmp");
        const [port, root, seconds] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
        const [user, authKey, privKey] = process.argv.slice(5);
        const session = user
          ? snmp.createV3Session("127.0.0.1", { name: user, level: snmp.SecurityLevel.authPriv, authProtocol: snmp.AuthProtocols.sha256, authKey, privProtocol: snmp.PrivProtocols.aes, privKey }, { port, version: snmp.Version3, timeout: 5000 })
          : snmp.createSession("127.0.0.1", "public", { port, version: snmp.Version2c, timeout: 5000 });
        const walk = () => new Promise((resolve, reject) => {
          let count = 0;
          session.subtree(root, 25, (varbinds) => { count += varbinds.length; }, (error) => error ? reject(error) : resolve(count));
        });
        const get = () => new Promise((resolve, reject) => session.get([root + ".1.1"], (error, v) => error ? reject(error) : resolve(v)));
        const measure = async (work) => {
          const cpu = process.cpuUsage(), start = process.hrtime.bigint();
          const count = await work();
          const used = process.cpuUsage(cpu);
          return { count, seconds: Number(process.hrtime.bigint() - start) / 1e9, cpu: (used.user + used.system) / 1e6 };
        };
        const gets = (limit) => measure(async () => {
          let count = 0;
          const end = Date.now() + limit * 1000;
          await Promise.all(Array.from({ length: 64 }, async () => { while (Date.now() < end) { await get(); count++; } }));
          return count;
        });
        (async () => {
          await walk();
          const w = await measure(walk);
          await gets(0.3);
          const g = await gets(seconds);
          console.log(JSON.stringify({ walk: w, get: g }));
          session.close();
        })().catch((e) => { console.error(e); process.exit(1); });
        """;

    private readonly string directory = RepositoryPaths.Artifacts("bench", "node");

    /// <summary>Installs the package where it is missing; null, or why that failed.</summary>
    public async Task<string?> InstallAsync(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "bench-net-snmp.js"), Script, cancellationToken);
        if (Directory.Exists(Path.Combine(directory, "node_modules", "net-snmp"))) return null;
        try
        {
            await ChildProcess.OutputAsync(directory, "npm", ["install", "--no-audit", "--no-fund", "--prefix", directory, Package], cancellationToken);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
    }

    /// <summary>One walk and one series of GETs.</summary>
    public async Task<(SnmpFigures Walk, SnmpFigures Get)> RunAsync(IPEndPoint agent, bool secure, double getSeconds, CancellationToken cancellationToken)
    {
        string[] user = secure ? [SteadySnmpd.User, SteadySnmpd.AuthPassword, SteadySnmpd.PrivPassword] : [];
        string[] arguments = ["bench-net-snmp.js", $"{agent.Port}", SteadySnmpd.Root, FormattableString.Invariant($"{getSeconds}"), .. user];
        using var result = JsonDocument.Parse(await ChildProcess.OutputAsync(directory, "node", arguments, cancellationToken));
        return (Read(result.RootElement.GetProperty("walk")), Read(result.RootElement.GetProperty("get")));
    }

    private static SnmpFigures Read(JsonElement e) =>
        new(e.GetProperty("count").GetInt32(), e.GetProperty("seconds").GetDouble(), e.GetProperty("cpu").GetDouble());
}
