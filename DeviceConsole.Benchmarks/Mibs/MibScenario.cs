using System.Diagnostics;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Benchmarks.Mibs;

/// <summary>
/// The compiler over generated modules and over a folder of real ones, beside smidump and snmptranslate; the tree of 60,000 objects; a walk of 80,000 values as
/// pages show it; and all of it once in Chromium.
/// </summary>
internal sealed class MibScenario : IScenario
{
    private const int Rows = 80_000;
    private const string Set = "DEVICECONSOLE_MIB_SET";

    public string Name => "mib";

    public string Description => "MIB compiler against smidump and snmptranslate; a tree of 60,000 objects and a walk of 80,000 values";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        var modules = Generated(report);
        await RealAsync(report, cancellationToken);
        MibUpload.Compile(report);
        var tree = Tree(report, modules);
        Walk(report, tree);
        await MibPages.RunAsync(report, cancellationToken);
    }

    private MibCompilation Generated(BenchReport report)
    {
        var sources = GeneratedMibs.Make();
        var compiler = new MibCompiler();
        Compile(compiler, sources);
        var (wall, cpu, result) = Timed(() => Compile(compiler, sources));
        var definitions = result.Modules.Sum(m => m.Definitions.Count);
        report.Note($"  generated: {sources.Count} modules, {definitions:N0} definitions, {sources.Sum(s => s.Bytes.Length) / 1048576.0:0.0} MB, {result.Modules.Sum(m => m.Diagnostics.Count)} diagnostics");
        report.Absolute(Name, "generated set, wall", "s", Better.Lower, wall, null);
        report.Absolute(Name, "generated set, CPU", "µs/def", Better.Lower, cpu / definitions * 1e6, null);
        return result;
    }

    // Real modules may not be handed on: the folder is named from outside, as the tests' is.
    private async Task RealAsync(BenchReport report, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Set) is not { Length: > 0 } set || !Directory.Exists(Path.Combine(set, "modules")))
        {
            report.Note($"  {Set} names no folder with modules/: the compiler was not compared with smidump and snmptranslate");
            return;
        }
        var folder = Path.Combine(set, "modules");
        var sources = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(f => new MibSource(Path.GetFileName(f), File.ReadAllBytes(f))).ToList();
        var names = string.Join(' ', sources.Select(s => Path.GetFileNameWithoutExtension(s.FileName)));
        var compiler = new MibCompiler();
        Compile(compiler, sources);
        var ours = new List<(double Wall, double Cpu)>();
        var (smidump, translate) = (new List<(double Wall, double Cpu)>(), new List<(double Wall, double Cpu)>());
        for (var round = 0; round < 3; round++)
        {
            var (wall, cpu, _) = Timed(() => Compile(compiler, sources));
            ours.Add((wall, cpu));
            smidump.Add(await ChildProcess.TimeAsync($"env SMIPATH='{folder}' smidump -c /dev/null -q -k -f identifiers {names} 2> /dev/null", cancellationToken));
            translate.Add(await ChildProcess.TimeAsync($"snmptranslate -M '{folder}' -m ALL -Pu -Tz 2> /dev/null", cancellationToken));
        }
        var best = ours.MinBy(o => o.Cpu);
        report.Note($"  real: {sources.Count} files, {sources.Sum(s => s.Bytes.Length) / 1048576.0:0.0} MB; best of 3, in turns");
        report.Compare(Name, "real set, CPU", "ms/file", Better.Lower, best.Cpu / sources.Count * 1000, "smidump", smidump.Min(s => s.Cpu) / sources.Count * 1000, 1);
        report.Compare(Name, "real set, CPU", "ms/file", Better.Lower, best.Cpu / sources.Count * 1000, "snmptranslate", translate.Min(s => s.Cpu) / sources.Count * 1000, null);
        var slowest = sources.Max(s => Timed(() => Compile(compiler, [s])).Wall);
        report.Absolute(Name, "slowest single module", "ms", Better.Lower, slowest * 1000, 2_000);
    }

    private MibTree Tree(BenchReport report, MibCompilation compiled)
    {
        var compiler = new MibCompiler();
        var before = GC.GetTotalMemory(true);
        var (wall, _, tree) = Timed(() => new MibTree(compiled.Modules.Concat(compiler.BuiltIn), _ => true));
        report.Note($"  tree: {tree.Count:N0} definitions");
        report.Absolute(Name, "tree, built", "ms", Better.Lower, wall * 1000, null);
        report.Absolute(Name, "tree, heap", "MB", Better.Lower, (GC.GetTotalMemory(true) - before) / 1048576.0, null);
        tree.Search("warm", 100);
        string[] words = ["p", "po", "port", "b12optical", "Col17", "queue3Col2", "nothing at all", "1.3.6.1.4.1.99999.1017", "threshold"];
        report.Absolute(Name, "search by name or OID, slowest", "ms", Better.Lower, words.Max(w => Best(() => tree.Search(w, 100))), 50);
        return tree;
    }

    private void Walk(BenchReport report, MibTree tree)
    {
        var columns = tree.ByName("BENCH-00-MIB", "b0queue1Entry")!.Children.Take(20).ToList();
        var values = columns.SelectMany((c, i) => Enumerable.Range(1, Rows / 20).Select(r => new ParameterValue($"{c.Oid}.{r}", i % 3 == 2 ? $"name of {r}" : $"{(r * 7919L) % 1_000_003}", i % 3 == 2 ? "OCTET STRING" : "Integer32"))).ToList();
        var before = GC.GetTotalMemory(true);
        var stored = StoredValues.Of(values);
        report.Absolute(Name, "80,000 values on the server", "B/value", Better.Lower, (double)(GC.GetTotalMemory(true) - before) / Rows, null);
        report.Absolute(Name, "a window of 40 values with names", "ms", Better.Lower, Best(() => Enumerable.Range(40_000, 40).Select(i => ParameterNames.Describe(tree, stored[i])).Count(n => n.Name is not null)), 10);
        MibTable? table = null;
        report.Absolute(Name, "80,000 values as a table", "ms", Better.Lower, Best(() => table = MibTable.Of(tree, stored)), 1_000);
        report.Absolute(Name, "table sorted by a column", "ms", Better.Lower, Best(() => MibTableOrder.Rows(table!, tree, stored, new MibTableView(table!.Columns[4].Oid, true, ""))), 1_000);
        report.Absolute(Name, "table filtered by a word", "ms", Better.Lower, Best(() => MibTableOrder.Rows(table!, tree, stored, new MibTableView(null, false, "3999"))), 1_000);
        var changed = StoredValues.Of([.. values.Select((v, i) => i % 10 == 0 ? v with { Value = v.Value + "1" } : v)]);
        report.Absolute(Name, "difference of two walks of 80,000", "ms", Better.Lower, Best(() => WalkDiff.Of(stored, changed, true)), 1_000);
    }

    private static MibCompilation Compile(MibCompiler compiler, IReadOnlyList<MibSource> sources) => compiler.Compile(sources, _ => null, new MibLimits(), CancellationToken.None);

    private static (double Wall, double Cpu, T Result) Timed<T>(Func<T> run)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var result = run();
        var wall = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return (wall, (process.TotalProcessorTime - cpu).TotalSeconds, result);
    }

    private static double Best<T>(Func<T> run) => Enumerable.Range(0, 5).Min(_ => Timed(run).Wall) * 1000;
}
