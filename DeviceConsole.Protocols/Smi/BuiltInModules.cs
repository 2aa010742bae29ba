using System.Reflection;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Resolving;

namespace DeviceConsole.Protocols.Smi;

/// <summary>
/// The modules that need no upload. They are written for this product: names, object identifiers, types, labels and
/// access, which are facts, in the language itself; the texts of the standards are not in them.
/// </summary>
internal static class BuiltInModules
{
    private const string Folder = ".Smi.BuiltIn.";

    private static readonly Lazy<IReadOnlyList<MibModule>> All = new(Compile);
    private static readonly Lazy<IReadOnlyDictionary<string, ISymbols>> Table = new(() => All.Value.ToDictionary(m => m.Name, ISymbols (m) => new CompiledSymbols(m), StringComparer.Ordinal));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MibModule> Modules => All.Value;

    /// <summary>The same, for looking names up.</summary>
    public static IReadOnlyDictionary<string, ISymbols> Symbols => Table.Value;

    private static IReadOnlyList<MibModule> Compile()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var sources = assembly.GetManifestResourceNames().Where(n => n.Contains(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(n => Read(assembly, n)).ToList();
        return Compilation.Run(sources, _ => null, new Dictionary<string, ISymbols>(), new MibLimits(), CancellationToken.None).Modules;
    }

    private static MibSource Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new MibSource(name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..], bytes);
    }
}
