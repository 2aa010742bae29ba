namespace DeviceConsole.Core.Mibs;

/// <summary>What a module of an upload was to the library.</summary>
public enum MibUploadChange
{
    /// <summary>The first of its name.</summary>
    New,

    /// <summary>A revision that is in force now instead of another.</summary>
    Revision,

    /// <summary>A revision that is kept beside the one in force, which is newer or pinned.</summary>
    NotInForce,

    /// <summary>The same bytes as before.</summary>
    Same,
}

/// <summary>A module of an upload.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definitions">Names with an object identifier.</param>
/// <param name="Errors">Diagnostics that cost something.</param>
/// <param name="Warnings">Diagnostics that cost nothing.</param>
/// <param name="Missing">Imported modules that were not there.</param>
/// <param name="Change">What it was to the library.</param>
public sealed record MibUploadModule(string Name, int Definitions, int Errors, int Warnings, IReadOnlyList<string> Missing, MibUploadChange Change)
{
    /// <summary>The module as it is today; null where it is gone.</summary>
    public Guid? Id { get; init; }

    /// <summary>The first error as it stood in the file, with its line; null where there was none, and where it was not noted.</summary>
    public string? FirstError { get; init; }
}

/// <summary>A file of an upload.</summary>
/// <param name="Name">As it was uploaded, without folders.</param>
/// <param name="Size">Bytes, unpacked.</param>
/// <param name="Modules">What stood in it.</param>
/// <param name="Message">Why there is no module in it; null where there is one.</param>
public sealed record MibUploadFile(string Name, int Size, IReadOnlyList<MibUploadModule> Modules, string? Message)
{
    /// <summary>True while its turn has not come.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>True for a file of the library that was compiled again.</summary>
    public bool Again { get; init; }
}

/// <summary>One upload as the list shows it.</summary>
public sealed record MibUploadRow
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string By { get; init; }

    /// <summary>Files in it, unpacked.</summary>
    public required int Files { get; init; }

    /// <summary>Modules in those.</summary>
    public required int Modules { get; init; }

    /// <summary>Modules that were there before and were compiled again.</summary>
    public required int Recompiled { get; init; }

    /// <summary>Errors of all of them.</summary>
    public required int Errors { get; init; }

    /// <summary>Warnings of all of them.</summary>
    public required int Warnings { get; init; }

    /// <summary>The names of the first files.</summary>
    public required IReadOnlyList<string> FileNames { get; init; }

    /// <summary>Why nothing of it was stored, or not all of it; null where it was.</summary>
    public string? Refused { get; init; }

    /// <summary>How it stands.</summary>
    public MibUploadState State { get; init; } = MibUploadState.Done;

    /// <summary>What it is at while it runs.</summary>
    public MibUploadStep Step { get; init; }

    /// <summary>Files that are compiled, those of the library that are compiled again among them.</summary>
    public int Done { get; init; }

    /// <summary>Files without a module.</summary>
    public int WithoutModule { get; init; }

    /// <summary>Bytes as it was sent; 0 where that was not noted.</summary>
    public long Size { get; init; }

    /// <summary>True where somebody asked for its end.</summary>
    public bool IsStopping { get; init; }

    /// <summary>When it ended; null while it has not, and where that was not noted.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>True where a worker compiled it: its files are then asked for in pages, and <see cref="FileNames"/> are those that were sent.</summary>
    public bool IsPacked { get; init; }

    /// <summary>True while it is received, waits or runs.</summary>
    public bool IsOpen => State is MibUploadState.Receiving or MibUploadState.Queued or MibUploadState.Running;
}

/// <summary>One upload with all that came of it.</summary>
/// <param name="Upload">The row.</param>
/// <param name="Files">Its files, 500 at most.</param>
/// <param name="Recompiled">Names of modules that were compiled again.</param>
public sealed record MibUploadDetail(MibUploadRow Upload, IReadOnlyList<MibUploadFile> Files, IReadOnlyList<string> Recompiled);
