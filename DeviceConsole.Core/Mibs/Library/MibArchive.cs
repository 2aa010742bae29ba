namespace DeviceConsole.Core.Mibs;

/// <summary>Unpacks an upload that is small enough to be held in memory.</summary>
public static class MibArchive
{
    /// <summary>Bytes of one upload, packed.</summary>
    public const int MaximumUpload = 32 * 1024 * 1024;

    /// <summary>What such an upload unpacks to at most.</summary>
    public static readonly MibArchiveLimits Limits = new(100 * 1024 * 1024, 16 * 1024 * 1024, 10_000, 100);

    /// <summary>The files in an upload, or the sentence that says why it is refused as a whole.</summary>
    public static Result<IReadOnlyList<MibSource>> Unpack(IReadOnlyList<MibSource> uploaded, CancellationToken cancellationToken)
    {
        if (uploaded.Count == 0) return ArchiveRefusals.Nothing();
        if (uploaded.Sum(u => (long)u.Bytes.Length) > MaximumUpload) return ArchiveRefusals.Refuse($"The upload has more than {MaximumUpload / 1024 / 1024} MB. Upload fewer files at once, or pack them into a zip archive.");
        var files = new List<MibSource>();
        var reader = new MibArchiveReader(Limits, cancellationToken);
        foreach (var upload in uploaded)
        {
            using var content = new MemoryStream(upload.Bytes.ToArray(), writable: false);
            foreach (var (file, refusal) in reader.Read(upload.FileName, content))
            {
                if (refusal is not null) return refusal;
                files.Add(file!);
            }
        }
        return files;
    }

    /// <summary>A file's name without folders and control characters.</summary>
    internal static string NameOf(string path)
    {
        var name = path.Replace('\\', '/').Split('/')[^1];
        name = string.Concat(name.Where(c => !char.IsControl(c)));
        return name.Length == 0 ? "unnamed" : name.Length > 200 ? name[..200] : name;
    }
}
