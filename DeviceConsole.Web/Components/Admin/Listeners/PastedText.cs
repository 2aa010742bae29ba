using DeviceConsole.Core;
using Microsoft.AspNetCore.Components.Forms;

namespace DeviceConsole.Web.Components.Admin.Listeners;

/// <summary>Certificates as they come in: chosen files of a bounded size, or text that fits into one message of the circuit.</summary>
internal static class PastedText
{
    /// <summary>The longest text of a form's field; what is longer comes as a file.</summary>
    public const int Maximum = 200_000;

    private const int LargestFile = 256 * 1024;

    /// <summary>A chosen file, or what is wrong with it.</summary>
    public static async Task<(byte[]? Bytes, Problem? Problem)> ReadAsync(IBrowserFile file)
    {
        if (file.Size > LargestFile) return (null, Problem.Invalid("pem", $"{file.Name} is larger than any certificate file: at most {LargestFile / 1024} KiB."));
        try
        {
            using var content = new MemoryStream();
            await using var stream = file.OpenReadStream(LargestFile);
            await stream.CopyToAsync(content);
            return (content.ToArray(), null);
        }
        catch (IOException)
        {
            return (null, Problem.Invalid("pem", "The upload broke off. Check the connection and choose the file again."));
        }
    }

    /// <summary>True for PEM, else it is taken for PKCS #12.</summary>
    public static bool IsPem(ReadOnlySpan<byte> file) => file.IndexOf("-----BEGIN "u8) >= 0;
}
