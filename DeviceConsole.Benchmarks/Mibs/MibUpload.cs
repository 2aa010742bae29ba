using System.Diagnostics;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols.Smi;
using DeviceConsole.Tests.EndToEnd;
using DeviceConsole.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Benchmarks.Mibs;

/// <summary>A collection of 8,454 real modules: compiled in memory, and uploaded as one archive to the running application until it is stored; then searched.</summary>
internal static class MibUpload
{
    private const string Scenario = "mib";
    private const int Seconds = 30;

    /// <summary>The compiler alone, in batches as uploads have them.</summary>
    public static void Compile(BenchReport report)
    {
        if (MibCollection.Folder is not { } folder) return;
        var (compiler, limits) = (new MibCompiler(), new MibLimits { Threads = Environment.ProcessorCount });
        var sources = MibCollection.Make(folder).ToList();
        _ = compiler.BuiltIn.Count;
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var (batches, _) = UploadPlan.Of([.. sources.Select((s, i) => new PlannedFile(i, s.Bytes.Length, compiler.Headers(s, limits, default)))]);
        var (shelf, definitions) = (new Dictionary<string, MibModule>(StringComparer.Ordinal), 0L);
        foreach (var batch in batches)
        {
            foreach (var module in compiler.Compile([.. batch.Select(p => sources[p.No])], shelf.GetValueOrDefault, limits, default).Modules)
            {
                definitions += module.Definitions.Count;
                shelf.TryAdd(module.Name, ModuleDocument.Outline(module));
            }
        }
        process.Refresh();
        report.Note($"  collection: {sources.Count:N0} files, {sources.Sum(s => (long)s.Bytes.Length) / 1048576.0:0} MB, {definitions:N0} definitions");
        report.Absolute(Scenario, "collection compiled in memory, wall", "s", Better.Lower, clock.Elapsed.TotalSeconds, Seconds);
        report.Absolute(Scenario, "collection compiled in memory, CPU", "ms/module", Better.Lower, (process.TotalProcessorTime - cpu).TotalMilliseconds / sources.Count, null);
    }

    /// <summary>From the first byte sent to the last module stored, by the application; and what is then found in it.</summary>
    public static async Task StoreAsync(BenchReport report, TestDatabase database, RunningApp app, Caller caller, CancellationToken cancellationToken)
    {
        if (MibCollection.Folder is not { } folder) return;
        var file = Path.Combine(Path.GetTempPath(), $"collection-{Environment.ProcessId}.zip");
        try
        {
            MibCollection.Pack(folder, file);
            var uploads = new MibUploads(database.Sources);
            var clock = Stopwatch.StartNew();
            var sent = await new MibUploadDesk(database.Sources, Options.Create(new MibOptions()), NullLogger<MibUploadDesk>.Instance).ReceiveAsync(caller, [new MibUploadPart("collection.zip", new FileInfo(file).Length, () => File.OpenRead(file))], null, cancellationToken);
            var received = clock.Elapsed.TotalSeconds;
            MibUploadRow row;
            do
            {
                await Task.Delay(50, cancellationToken);
                row = (await uploads.GetAsync(caller, sent.Value, cancellationToken)).Value.Upload;
            }
            while (row.IsOpen);
            report.Note($"  collection: {row.State}, {row.Modules:N0} modules, {row.Errors:N0} errors; {received:0.0} s of it until its {new FileInfo(file).Length / 1048576.0:0} MB were received; the application held {Peak(app.ProcessId) / 1024:N0} MB at most");
            report.Absolute(Scenario, "collection uploaded, compiled and stored", "s", Better.Lower, clock.Elapsed.TotalSeconds, Seconds);
        }
        finally
        {
            File.Delete(file);
        }
        var compiler = new MibCompiler();
        using var listener = new JobListener(database.Sources, NullLogger<JobListener>.Instance);
        using var cache = new MibCache(database.Sources, compiler, new ChangeFeed(listener));
        await SearchAsync(report, new MibBrowser(database.Sources, compiler, cache), caller, cancellationToken);
    }

    private static async Task SearchAsync(BenchReport report, MibBrowser browser, Caller caller, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await browser.TreeAsync(caller, cancellationToken);
        report.Absolute(Scenario, "collection, tree read anew", "ms", Better.Lower, clock.Elapsed.TotalMilliseconds, null);
        foreach (var words in new[] { "optical transceiver", "voltage tunnel", "spanning tree bridge priority", "interface", "no such words" })
        {
            clock.Restart();
            var found = (await browser.SearchDescriptionsAsync(caller, words, 100, cancellationToken)).Value.Count;
            report.Absolute(Scenario, $"collection, \"{words}\" in descriptions ({found})", "ms", Better.Lower, clock.Elapsed.TotalMilliseconds, 1_000);
        }
        foreach (var name in new[] { "ifIn", "1.3.6.1.4.1.9", "nothing at all" })
        {
            clock.Restart();
            await browser.SearchAsync(caller, name, 100, cancellationToken);
            report.Absolute(Scenario, $"collection, \"{name}\" by name or OID", "ms", Better.Lower, clock.Elapsed.TotalMilliseconds, 1_000);
        }
    }

    private static long Peak(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
