using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Parsing;
using DeviceConsole.Protocols.Smi.Resolving;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi;

/// <summary>One compilation: read every file, then resolve every module against all the others.</summary>
internal static class Compilation
{
    /// <summary>Runs it.</summary>
    public static MibCompilation Run(IReadOnlyList<MibSource> sources, Func<string, MibModule?> library, IReadOnlyDictionary<string, ISymbols> builtIn, MibLimits limits, CancellationToken cancellationToken)
    {
        var about = new List<MibDiagnostic>[sources.Count];
        var parsed = new List<ParsedModule>[sources.Count];
        Each(sources.Count, limits.Threads, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            parsed[i] = Parse(sources[i], limits, about[i] = [], cancellationToken);
        }, cancellationToken);
        var table = new SymbolTable(library, builtIn);
        var scopes = parsed.SelectMany(p => p).Select(p => new ModuleScope(p, table)).ToList();
        foreach (var scope in scopes) table.Add(scope);
        return new MibCompilation(scopes.ConvertAll(s => new ModuleBuilder(s).Build(cancellationToken)), [.. about.SelectMany(a => a)]);
    }

    // Files are read without each other: on several processors where the caller has them.
    private static void Each(int count, int threads, Action<int> run, CancellationToken cancellationToken)
    {
        if (threads > 1 && count > 1) Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, run);
        else for (var i = 0; i < count; i++) run(i);
    }

    private static List<ParsedModule> Parse(MibSource source, MibLimits limits, List<MibDiagnostic> about, CancellationToken cancellationToken)
    {
        if (source.Bytes.Length > limits.FileBytes)
        {
            about.Add(new MibDiagnostic(source.FileName, 0, 0, MibSeverity.Error, $"The file has more than {limits.FileBytes / 1024 / 1024} MB; a MIB module has a few hundred kilobytes. Upload the module alone."));
            return [];
        }
        using var text = SmiText.Decode(source.FileName, source.Bytes.Span);
        var diagnostics = new SmiDiagnostics(text, limits.Diagnostics);
        text.FindLines();
        var tokens = new SmiLexer(text, diagnostics, limits.Tokens).Read(cancellationToken);
        var modules = new SmiParser(text, tokens, diagnostics, cancellationToken).Read();
        // Not where reading is cancelled: the array is then left to the collector.
        tokens.Return();
        if (modules.Count == 0) about.Add(new MibDiagnostic(source.FileName, 0, 0, MibSeverity.Error, "There is no module in this file: a MIB begins with \"NAME DEFINITIONS ::= BEGIN\". Check that the download is a MIB and not a web page or an archive."));
        return modules;
    }
}
