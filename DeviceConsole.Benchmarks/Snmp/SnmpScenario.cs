namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>
/// A bulk walk of 20,000 OIDs and single GETs against one snmpd, in SNMPv2c and in SNMPv3 with SHA-256 and AES; product and baselines in turns.
/// </summary>
internal sealed class SnmpScenario : IScenario
{
    public string Name => "snmp";

    public string Description => "bulk walk of 20,000 OIDs from snmpd, and single GETs with 64 in flight: v2c, and v3 with SHA-256 and AES";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        var node = new NodeNetSnmp();
        var problem = await node.InstallAsync(cancellationToken);
        if (problem is not null) report.Note($"  {SnmpContest.Node} could not be installed, so it is missing from the comparison: {problem.Split('\n')[0]}");
        await using var agent = await SteadySnmpd.StartAsync(cancellationToken);
        await new SnmpContest(Name, agent, problem is null ? node : null, false).RunAsync(report, cancellationToken);
        await new SnmpContest(Name, agent, problem is null ? node : null, true).RunAsync(report, cancellationToken);
    }
}
