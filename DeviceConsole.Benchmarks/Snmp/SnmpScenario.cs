namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>
/// A bulk walk of 20,000 OIDs and single GETs against one snmpd, product and baselines in turns; medians of the turns.
/// </summary>
internal sealed class SnmpScenario : IScenario
{
    private const int Turns = 7;
    private const double GetSeconds = 1.5;
    private const string BulkWalk = "snmpbulkwalk -Cr25";
    private const string Node = "npm net-snmp";

    public string Name => "snmp";

    public string Description => "v2c bulk walk of 20,000 OIDs from snmpd, and single GETs with 64 in flight";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        var node = new NodeNetSnmp();
        var problem = await node.InstallAsync(cancellationToken);
        if (problem is not null) report.Note($"  {Node} could not be installed, so it is missing from the comparison: {problem.Split('\n')[0]}");
        await using var agent = await SteadySnmpd.StartAsync(cancellationToken);
        using var product = new ProductSnmp(agent.EndPoint);
        for (var i = 0; i < 10; i++) await product.WalkAsync(null, cancellationToken);
        await product.GetAsync(GetSeconds, cancellationToken);

        List<SnmpFigures> walks = [], fixedWalks = [], gets = [], bulkWalks = [], nodeWalks = [], nodeGets = [];
        for (var turn = 0; turn < Turns; turn++)
        {
            walks.Add(await product.WalkAsync(null, cancellationToken));
            bulkWalks.Add(await BulkWalkAsync(agent, cancellationToken));
            fixedWalks.Add(await product.WalkAsync(25, cancellationToken));
            if (turn % 2 != 0) continue;
            gets.Add(await product.GetAsync(GetSeconds, cancellationToken));
            if (problem is not null) continue;
            var (walk, get) = await node.RunAsync(agent.EndPoint, GetSeconds, cancellationToken);
            nodeWalks.Add(walk);
            nodeGets.Add(get);
        }

        ReportWalks(report, SnmpFigures.Median(walks)!, SnmpFigures.Median(fixedWalks)!, SnmpFigures.Median(bulkWalks)!, SnmpFigures.Median(nodeWalks));
        ReportGets(report, SnmpFigures.Median(gets)!, SnmpFigures.Median(nodeGets));
    }

    // The program's own start, measured on a single value, is taken off: the walk is what is compared.
    private static async Task<SnmpFigures> BulkWalkAsync(SteadySnmpd agent, CancellationToken cancellationToken)
    {
        var command = $"snmpbulkwalk -v2c -c public -On -Cr25 {agent.EndPoint} {SteadySnmpd.Root}";
        var (startWall, startCpu) = await ChildProcess.TimeAsync($"{command}.1.1", cancellationToken);
        var (wall, cpu) = await ChildProcess.TimeAsync(command, cancellationToken);
        return new SnmpFigures(SteadySnmpd.Columns * SteadySnmpd.Rows, wall - startWall, cpu - startCpu);
    }

    private void ReportWalks(BenchReport report, SnmpFigures walk, SnmpFigures at25, SnmpFigures bulkWalk, SnmpFigures? node)
    {
        report.Compare(Name, "walk", "OID/s", Better.Higher, walk.PerSecond, BulkWalk, bulkWalk.PerSecond, 1);
        report.Compare(Name, "walk, max-repetitions fixed at 25", "OID/s", Better.Higher, at25.PerSecond, BulkWalk, bulkWalk.PerSecond, null);
        if (node is not null) report.Compare(Name, "walk", "OID/s", Better.Higher, walk.PerSecond, Node, node.PerSecond, 1);
        report.Absolute(Name, "walk", "OID/s", Better.Higher, walk.PerSecond, 170_000);
        report.Compare(Name, "walk CPU", "µs/OID", Better.Lower, walk.CpuMicroseconds, BulkWalk, bulkWalk.CpuMicroseconds, null);
        if (node is not null) report.Compare(Name, "walk CPU", "µs/OID", Better.Lower, walk.CpuMicroseconds, Node, node.CpuMicroseconds, null);
        report.Absolute(Name, "walk CPU", "µs/OID", Better.Lower, walk.CpuMicroseconds, 2);
        report.Absolute(Name, "walk allocations", "B/OID", Better.Lower, walk.BytesEach, 100);
    }

    private void ReportGets(BenchReport report, SnmpFigures get, SnmpFigures? node)
    {
        if (node is not null) report.Compare(Name, "GET", "1/s", Better.Higher, get.PerSecond, Node, node.PerSecond, 1);
        report.Absolute(Name, "GET", "1/s", Better.Higher, get.PerSecond, 25_000);
        if (node is not null) report.Compare(Name, "GET CPU", "µs", Better.Lower, get.CpuMicroseconds, Node, node.CpuMicroseconds, null);
        report.Absolute(Name, "GET CPU", "µs", Better.Lower, get.CpuMicroseconds, 15);
        report.Absolute(Name, "GET allocations", "B", Better.Lower, get.BytesEach, 1_024);
    }
}
