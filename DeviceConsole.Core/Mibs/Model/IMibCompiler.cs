namespace DeviceConsole.Core.Mibs;

/// <summary>A file to compile: its name for diagnostics, and its bytes as they were uploaded.</summary>
public sealed record MibSource(string FileName, ReadOnlyMemory<byte> Bytes);

/// <summary>What a set of files gave.</summary>
/// <param name="Modules">Every module of every file, in order; a name may come twice.</param>
/// <param name="Diagnostics">About files without a module; a module's own are with the module.</param>
public sealed record MibCompilation(IReadOnlyList<MibModule> Modules, IReadOnlyList<MibDiagnostic> Diagnostics);

/// <summary>What a module says of itself before anything of it is compiled.</summary>
/// <param name="Name">The name before DEFINITIONS.</param>
/// <param name="Imports">The modules that it imports from, each once.</param>
/// <param name="LastUpdated">LAST-UPDATED as <c>yyyyMMddHHmm</c>; null where it has none.</param>
public sealed record MibHeader(string Name, IReadOnlyList<string> Imports, string? LastUpdated);

/// <summary>Bounds of one compilation; what exceeds them ends with a diagnostic.</summary>
public sealed record MibLimits
{
    /// <summary>Bytes of one file.</summary>
    public int FileBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Tokens of one file.</summary>
    public int Tokens { get; init; } = 4_000_000;

    /// <summary>Diagnostics kept of one module.</summary>
    public int Diagnostics { get; init; } = 200;

    /// <summary>Files that are read at the same time.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>Turns SMIv1 and SMIv2 text into modules. Pure: it reads nothing but its arguments.</summary>
public interface IMibCompiler
{
    /// <summary>The modules that need no upload, compiled.</summary>
    IReadOnlyList<MibModule> BuiltIn { get; }

    /// <summary>
    /// Compiles files that may import each other in any order and in circles. Never throws for what a file contains; a bad
    /// definition loses only itself.
    /// </summary>
    /// <param name="sources">The files.</param>
    /// <param name="library">Finds modules compiled before, by name; null where there is none. The built-in ones are known anyway.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="cancellationToken">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    MibCompilation Compile(IReadOnlyList<MibSource> sources, Func<string, MibModule?> library, MibLimits limits, CancellationToken cancellationToken);

    /// <summary>The modules of a file with what they import, without compiling them: it says in which order a large set is compiled. Never throws for what the file contains.</summary>
    IReadOnlyList<MibHeader> Headers(MibSource source, MibLimits limits, CancellationToken cancellationToken);
}
