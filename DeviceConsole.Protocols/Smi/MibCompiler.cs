using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Protocols.Smi;

/// <inheritdoc cref="IMibCompiler"/>
public sealed class MibCompiler : IMibCompiler
{
    /// <inheritdoc/>
    public IReadOnlyList<MibModule> BuiltIn => BuiltInModules.Modules;

    /// <inheritdoc/>
    public MibCompilation Compile(IReadOnlyList<MibSource> sources, Func<string, MibModule?> library, MibLimits limits, CancellationToken cancellationToken) =>
        Compilation.Run(sources, library, BuiltInModules.Symbols, limits, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<MibHeader> Headers(MibSource source, MibLimits limits, CancellationToken cancellationToken) => Parsing.HeaderScan.Read(source, limits, cancellationToken);
}
