namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>Product and baselines in turns against one agent, in one version of SNMP; medians of the turns.</summary>
/// <param name="scenario">The scenario's name.</param>
/// <param name="agent">The agent.</param>
/// <param name="node">The baseline in Node; null where it is not there.</param>
/// <param name="secure">SNMPv3 with SHA-256 and AES; else SNMPv2c.</param>
internal sealed class SnmpContest(string scenario, SteadySnmpd agent, NodeNetSnmp? node, bool secure)
{
    /// <summary>The baseline in Node.</summary>
    public const string Node = "npm net-snmp";

    private const int Turns = 7;
    private const double GetSeconds = 1.5;
    private const string BulkWalk = "snmpbulkwalk -Cr25";

    private readonly string version = secure ? "v3 " : "";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        using var product = new ProductSnmp(agent.EndPoint, secure);
        for (var i = 0; i < 10; i++) await product.WalkAsync(null, cancellationToken);
        await product.GetAsync(GetSeconds, cancellationToken);

        List<SnmpFigures> walks = [], fixedWalks = [], gets = [], bulkWalks = [], nodeWalks = [], nodeGets = [];
        for (var turn = 0; turn < Turns; turn++)
        {
            walks.Add(await product.WalkAsync(null, cancellationToken));
            bulkWalks.Add(await BulkWalkAsync(cancellationToken));
            fixedWalks.Add(await product.WalkAsync(25, cancellationToken));
            if (turn % 2 != 0) continue;
            gets.Add(await product.GetAsync(GetSeconds, cancellationToken));
            if (node is null) continue;
            var (walk, get) = await node.RunAsync(agent.EndPoint, secure, GetSeconds, cancellationToken);
            nodeWalks.Add(walk);
            nodeGets.Add(get);
        }

        ReportWalks(report, SnmpFigures.Median(walks)!, SnmpFigures.Median(fixedWalks)!, SnmpFigures.Median(bulkWalks)!, SnmpFigures.Median(nodeWalks));
        ReportGets(report, SnmpFigures.Median(gets)!, SnmpFigures.Median(nodeGets));
    }

    // The program's own start, with v3 the making of the keys and the discovery, measured on a single value, is taken off: the walk is what is compared.
    private async Task<SnmpFigures> BulkWalkAsync(CancellationToken cancellationToken)
    {
        var credentials = secure
            ? $"-v3 -l authPriv -u {SteadySnmpd.User} -a SHA-256 -A {SteadySnmpd.AuthPassword} -x AES -X {SteadySnmpd.PrivPassword}"
            : "-v2c -c public";
        var command = $"snmpbulkwalk {credentials} -On -Cr25 {agent.EndPoint} {SteadySnmpd.Root}";
        var (startWall, startCpu) = await ChildProcess.TimeAsync($"{command}.1.1", cancellationToken);
        var (wall, cpu) = await ChildProcess.TimeAsync(command, cancellationToken);
        return new SnmpFigures(SteadySnmpd.Columns * SteadySnmpd.Rows, wall - startWall, cpu - startCpu);
    }

    private void ReportWalks(BenchReport report, SnmpFigures walk, SnmpFigures at25, SnmpFigures bulkWalk, SnmpFigures? other)
    {
        report.Compare(scenario, $"{version}walk", "OID/s", Better.Higher, walk.PerSecond, BulkWalk, bulkWalk.PerSecond, 1);
        report.Compare(scenario, $"{version}walk, max-repetitions fixed at 25", "OID/s", Better.Higher, at25.PerSecond, BulkWalk, bulkWalk.PerSecond, null);
        if (other is not null) report.Compare(scenario, $"{version}walk", "OID/s", Better.Higher, walk.PerSecond, Node, other.PerSecond, 1);
        if (!secure) report.Absolute(scenario, "walk", "OID/s", Better.Higher, walk.PerSecond, 170_000);
        report.Compare(scenario, $"{version}walk CPU", "µs/OID", Better.Lower, walk.CpuMicroseconds, BulkWalk, bulkWalk.CpuMicroseconds, null);
        if (other is not null) report.Compare(scenario, $"{version}walk CPU", "µs/OID", Better.Lower, walk.CpuMicroseconds, Node, other.CpuMicroseconds, null);
        report.Absolute(scenario, $"{version}walk CPU", "µs/OID", Better.Lower, walk.CpuMicroseconds, secure ? 4 : 2);
        report.Absolute(scenario, $"{version}walk allocations", "B/OID", Better.Lower, walk.BytesEach, secure ? null : 100);
    }

    private void ReportGets(BenchReport report, SnmpFigures get, SnmpFigures? other)
    {
        if (other is not null) report.Compare(scenario, $"{version}GET", "1/s", Better.Higher, get.PerSecond, Node, other.PerSecond, 1);
        if (!secure) report.Absolute(scenario, "GET", "1/s", Better.Higher, get.PerSecond, 25_000);
        if (other is not null) report.Compare(scenario, $"{version}GET CPU", "µs", Better.Lower, get.CpuMicroseconds, Node, other.CpuMicroseconds, null);
        report.Absolute(scenario, $"{version}GET CPU", "µs", Better.Lower, get.CpuMicroseconds, secure ? null : 15);
        report.Absolute(scenario, $"{version}GET allocations", "B", Better.Lower, get.BytesEach, secure ? null : 1_024);
    }
}
