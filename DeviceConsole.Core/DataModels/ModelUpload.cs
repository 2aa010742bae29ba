using System.IO.Compression;

namespace DeviceConsole.Core.DataModels;

/// <summary>
/// The documents of an upload: one XML file, or a zip of such. Names in a zip are names and nothing else, nothing is written to a disk;
/// sizes are counted while unpacking, whatever the zip says of itself.
/// </summary>
internal static class ModelUpload
{
    public static Result<IReadOnlyList<DataModelFile>> Unpack(IReadOnlyList<DataModelFile> uploads, CancellationToken cancellationToken)
    {
        var files = new List<DataModelFile>();
        var budget = (long)DataModelLimits.Unpacked;
        foreach (var upload in uploads)
        {
            if (upload.Content.Length > DataModelLimits.Upload) return Wrong($"{NameOf(upload.Name)} is larger than the {DataModelLimits.Upload / (1024 * 1024)} MiB that an upload may have.");
            if (!upload.Content.Span.StartsWith("PK"u8))
            {
                budget -= upload.Content.Length;
                files.Add(upload with { Name = NameOf(upload.Name) });
            }
            else if (Zip(upload, files, ref budget, cancellationToken) is { } problem)
            {
                return problem;
            }

            if (files.Count > DataModelLimits.Files) return Wrong($"There are more than {DataModelLimits.Files} documents.");
            if (budget < 0) return Wrong($"The documents are larger than {DataModelLimits.Unpacked / (1024 * 1024)} MiB together.");
        }

        return files.Count == 0 ? Wrong("There is no XML document in it.") : files;
    }

    private static Problem? Zip(DataModelFile upload, List<DataModelFile> files, ref long budget, CancellationToken cancellationToken)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(upload.Content.ToArray(), writable: false), ZipArchiveMode.Read);
            // The schemas of the standard and read-me files lie beside the documents; they are passed over.
            var entries = zip.Entries.Where(e => e.FullName.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)).Take(DataModelLimits.Files + 1).ToList();
            if (entries.Count > DataModelLimits.Files) return Wrong($"{NameOf(upload.Name)} holds more than {DataModelLimits.Files} documents.");
            foreach (var entry in entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Unpack(entry, Math.Min(budget, DataModelLimits.File)) is not { } content)
                    return Wrong($"{NameOf(entry.FullName)} in {NameOf(upload.Name)} unpacks to more than is accepted ({DataModelLimits.File / (1024 * 1024)} MiB a document, {DataModelLimits.Unpacked / (1024 * 1024)} MiB together).");
                budget -= content.Length;
                files.Add(new DataModelFile(NameOf(entry.FullName), content));
            }

            return null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            return Wrong($"{NameOf(upload.Name)} is a damaged zip file, or one of a kind that cannot be read (encrypted, several parts).");
        }
    }

    private static byte[]? Unpack(ZipArchiveEntry entry, long most)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (content.Length + read > most) return null;
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static string NameOf(string path)
    {
        var name = new string([.. path[(path.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))]);
        return name.Length <= 200 ? name : name[^200..];
    }

    private static Problem Wrong(string message) => Problem.Invalid("file", message);
}
