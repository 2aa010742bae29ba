using System.IO.Compression;
using System.Text;
using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Tests.Protocols.BbfDataModel;

/// <summary>The published documents, and small ones of our own.</summary>
internal static class BbfFiles
{
    public static byte[] Zip(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Captures", "Bbf", name));

    public static IReadOnlyList<DataModelFile> Published(string name)
    {
        using var zip = new ZipArchive(new MemoryStream(Zip(name)));
        return [.. zip.Entries.Select(e =>
        {
            using var content = new MemoryStream();
            using (var stream = e.Open()) stream.CopyTo(content);
            return new DataModelFile(e.FullName, content.ToArray());
        })];
    }

    public static DataModelFile Document(string name, string spec, string inside) => new(name, Encoding.UTF8.GetBytes(
        $"""<?xml version="1.0"?><dm:document xmlns:dm="urn:broadband-forum-org:cwmp:datamodel-1-14" spec="{spec}">{inside}</dm:document>"""));
}
