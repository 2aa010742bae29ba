using System.Text;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Diagnostics;

namespace DeviceConsole.Tests.Cluster;

/// <summary>
/// The built application under another version: its files are links to the build's, but for the assembly that names the version, in which the
/// text was exchanged for one of the same length. A build per version would take minutes.
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
        File.Delete(assembly);
        await File.WriteAllBytesAsync(assembly, bytes);
        return folder;
    }

    // The attribute's value, ECMA-335 II.23.3: a prolog, the text's length in one byte, the text.
    private static byte[] Marked(string version)
    {
        var text = Encoding.UTF8.GetBytes(BuildInfo.Revision.Length > 0 ? $"{version}+{BuildInfo.Revision}" : version);
        return [1, 0, (byte)text.Length, .. text];
    }
}
