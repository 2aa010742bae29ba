namespace DeviceConsole.Core.Mibs;

/// <summary>An uploaded module as lists show it.</summary>
public sealed record MibModuleRow
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The module's name.</summary>
    public required string Name { get; init; }

    /// <summary>The file that it stands in.</summary>
    public required string FileName { get; init; }

    /// <summary>SMIv1 or SMIv2.</summary>
    public required MibLanguage Language { get; init; }

    /// <summary>LAST-UPDATED as <c>yyyyMMddHHmm</c> (UTC); null where the module has none.</summary>
    public string? LastUpdated { get; init; }

    /// <summary>Names with an object identifier.</summary>
    public required int Definitions { get; init; }

    /// <summary>Textual conventions and types.</summary>
    public required int Types { get; init; }

    /// <summary>Diagnostics that cost something.</summary>
    public required int Errors { get; init; }

    /// <summary>Diagnostics that cost nothing.</summary>
    public required int Warnings { get; init; }

    /// <summary>Modules that it imports and that are not there.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>True for the revision that counts, where there are several of a name.</summary>
    public required bool Active { get; init; }

    /// <summary>True where somebody chose this revision over a newer one.</summary>
    public required bool Pinned { get; init; }

    /// <summary>Who uploaded it.</summary>
    public required string UploadedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset UploadedAt { get; init; }
}

/// <summary>An uploaded module with what its page shows.</summary>
/// <param name="Module">The row.</param>
/// <param name="Imports">Modules that it imports.</param>
/// <param name="Diagnostics">What was wrong, in the order of the file.</param>
/// <param name="Organization">ORGANIZATION.</param>
/// <param name="Description">The module's description.</param>
/// <param name="Identity">The object identifier of its MODULE-IDENTITY, or of its first definition.</param>
public sealed record MibModuleDetail(MibModuleRow Module, IReadOnlyList<string> Imports, IReadOnlyList<MibDiagnostic> Diagnostics, string? Organization, string? Description, string? Identity);

/// <summary>What an upload gave.</summary>
/// <param name="Id">The upload.</param>
/// <param name="Files">Files in it.</param>
/// <param name="Modules">The modules of those files.</param>
/// <param name="Recompiled">Names of modules that were there before and were compiled again because of these.</param>
/// <param name="Diagnostics">About files without a module.</param>
public sealed record MibUploadResult(Guid Id, int Files, IReadOnlyList<MibModuleRow> Modules, IReadOnlyList<string> Recompiled, IReadOnlyList<MibDiagnostic> Diagnostics);

/// <summary>How far an upload is.</summary>
/// <param name="Step">What is being done, in a word or two.</param>
/// <param name="Files">Files in the upload; 0 while that is not known.</param>
public readonly record struct MibProgress(string Step, int Files)
{
    /// <summary>How many of them are done; 0 where that is not counted.</summary>
    public int Done { get; init; }
}
