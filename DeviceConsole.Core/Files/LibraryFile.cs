namespace DeviceConsole.Core.Files;

/// <summary>A file of the library, or one that a device sent.</summary>
public sealed record LibraryFile
{
    /// <summary>The file.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, as TR-069 has it.</summary>
    public required string FileType { get; init; }

    /// <summary>The software version that a device has after it took it.</summary>
    public required string Version { get; init; }

    /// <summary>Whose devices it is for; empty for any.</summary>
    public required string Manufacturer { get; init; }

    /// <summary>The model that it is for; empty for any.</summary>
    public required string Model { get; init; }

    /// <summary>A person's remark.</summary>
    public required string Note { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of its bytes in hexadecimal, lower case.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The device that sent it; null for a file of the library.</summary>
    public Guid? DeviceId { get; init; }

    /// <summary>The job that asked for it.</summary>
    public Guid? JobId { get; init; }

    /// <summary>Who put it there.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What is said of a file that is put into the library.</summary>
/// <param name="Name">Its name; a path's last part counts.</param>
/// <param name="FileType">One of <see cref="FileTypes"/>.</param>
public sealed record FileInput(string Name, string FileType)
{
    /// <summary>The software version that a device has after it took it. A firmware needs it: by it a job knows that the device runs it.</summary>
    public string Version { get; init; } = "";

    /// <summary>Whose devices it is for; empty for any.</summary>
    public string Manufacturer { get; init; } = "";

    /// <summary>The model that it is for; empty for any.</summary>
    public string Model { get; init; } = "";

    /// <summary>A remark.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A file with its bytes. Dispose nothing: they are read piece by piece.</summary>
public sealed record FileContent(LibraryFile File, IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces);
