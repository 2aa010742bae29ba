namespace DeviceConsole.Core.Mibs;

/// <summary>A batch of an upload that is compiled and packed, with what was true of the library meanwhile.</summary>
/// <param name="Planned">What it consists of.</param>
/// <param name="Files">The files with what came of them.</param>
/// <param name="Documents">The modules as they are stored, file by file.</param>
/// <param name="Before">Names of its modules that the library had, with their files and whether they are pinned.</param>
/// <param name="InForce">The file and name of every module that others saw as the one of its name.</param>
internal sealed record PreparedBatch(
    IReadOnlyList<PlannedFile> Planned, IReadOnlyList<UploadedFile> Files, IReadOnlyList<StoredDocument> Documents, IReadOnlyList<(string Name, Guid File, bool Pinned)> Before, HashSet<(Guid, string)> InForce);

/// <summary>A file of an upload while it is compiled.</summary>
internal sealed class UploadedFile(int no, string name, byte[] packed, bool again, Guid fileId, bool wasThere)
{
    /// <summary>Its number in the upload.</summary>
    public int No { get; } = no;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its text, compressed.</summary>
    public byte[] Packed { get; } = packed;

    /// <summary>True for a file of the library that is compiled again.</summary>
    public bool Again { get; } = again;

    /// <summary>The file of the library that it is or becomes.</summary>
    public Guid FileId { get; } = fileId;

    /// <summary>True where the library had the same bytes before.</summary>
    public bool WasThere { get; } = wasThere;

    /// <summary>Bytes of its text.</summary>
    public int Size { get; set; }

    /// <summary>What came of it.</summary>
    public IReadOnlyList<MibModule> Modules { get; set; } = [];

    /// <summary>Why there is no module in it.</summary>
    public string? Message { get; set; }
}
