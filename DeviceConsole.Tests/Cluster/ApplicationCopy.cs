using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using DeviceConsole.Core.Data;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Diagnostics;

namespace DeviceConsole.Tests.Cluster;

/// <summary>
/// The built application under another version: its files are links to the build's, but for the assembly that names the version, in which the
/// text was exchanged for one of the same length, and the one whose number is compared with what a schema needs. A build per version would take
/// minutes.
/// </summary>
internal static class ApplicationCopy
{
    /// <summary>A version of the same length as that of the build, which differs from it.</summary>
    public static string Other(char last = '9') => BuildInfo.Version[..^1] + last;

    /// <summary>Makes it in a folder; returns the folder.</summary>
    public static async Task<string> MakeAsync(string folder, string version)
    {
        version.Should().HaveLength(BuildInfo.Version.Length);
        var built = RunningApp.FindApplication();
        await Script.OutputAsync("/", "cp", "-as", Path.GetDirectoryName(built)! + "/.", folder);
        var assembly = Path.Combine(folder, Path.GetFileName(built));
        var bytes = await File.ReadAllBytesAsync(built);
        var (from, to) = (Marked(BuildInfo.Version), Marked(version));
        var changed = 0;
        for (var at = bytes.AsSpan().IndexOf(from); at >= 0; at = bytes.AsSpan().IndexOf(from), changed++) to.CopyTo(bytes.AsSpan(at));
        changed.Should().Be(1, "the version stands in the assembly once, as the attribute's value");
        await ReplaceAsync(assembly, bytes);
        await RenumberAsync(Path.Combine(folder, Path.GetFileName(typeof(DatabaseCheck).Assembly.Location)), Version.Parse(version));
        return folder;
    }

    // The row of the table Assembly, ECMA-335 II.22.2: four bytes for the hash, then major, minor and build.
    private static async Task RenumberAsync(string assembly, Version version)
    {
        var bytes = await File.ReadAllBytesAsync(assembly);
        using (var image = new PEReader(new MemoryStream(bytes)))
        {
            var row = bytes.AsSpan(image.PEHeaders.MetadataStartOffset + image.GetMetadataReader().GetTableMetadataOffset(TableIndex.Assembly) + 4);
            foreach (var (number, i) in new[] { version.Major, version.Minor, version.Build }.Select((n, i) => (n, i))) BinaryPrimitives.WriteUInt16LittleEndian(row[(i * 2)..], checked((ushort)number));
        }
        await ReplaceAsync(assembly, bytes);
        System.Reflection.AssemblyName.GetAssemblyName(assembly).Version!.ToString(3).Should().Be(version.ToString(3));
    }

    // What stands there is a link to the build's own file.
    private static async Task ReplaceAsync(string assembly, byte[] bytes)
    {
        File.Delete(assembly);
        await File.WriteAllBytesAsync(assembly, bytes);
    }

    // The attribute's value, ECMA-335 II.23.3: a prolog, the text's length in one byte, the text.
    private static byte[] Marked(string version)
    {
        var text = Encoding.UTF8.GetBytes(BuildInfo.Revision.Length > 0 ? $"{version}+{BuildInfo.Revision}" : version);
        return [1, 0, (byte)text.Length, .. text];
    }
}
