using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>
/// The file types of transfers (TR-069 Amendment 6, A.3.2.8 and A.4.1.5): the form's choices, and a type in full for files with a number of the device's own
/// (<c>3 Vendor Configuration File 1</c>) and for vendors' types (<c>X 00D09E Crash dump</c>).
/// </summary>
internal static partial class TransferTypes
{
    /// <summary>The image that a device starts with.</summary>
    public const string Firmware = "1 Firmware Upgrade Image";

    /// <summary>What an Upload asks for where nothing is chosen.</summary>
    public const string Configuration = "1 Vendor Configuration File";

    /// <summary>What devices fetch; a firmware first.</summary>
    public static readonly string[] Downloads = [Firmware, "3 Vendor Configuration File", "2 Web Content", "4 Tone File", "5 Ringer File", "6 Stored Firmware Image"];

    // FileType is a string(64).
    private const int Longest = 64;
    private const string InFull = "ownFileType";

    /// <summary>The type that a job asks for, in TR-069's text.</summary>
    public static string Of(JsonObject arguments, string otherwise) => arguments.Text(InFull)?.Trim() is { Length: > 0 } own ? own : arguments.Text("fileType") ?? otherwise;

    /// <summary>The same for people: without its number.</summary>
    public static string Spoken(JsonObject arguments, string otherwise) => Words(Of(arguments, otherwise));

    /// <summary>The choices of a form.</summary>
    public static FieldDescriptor Choice(params string[] types) =>
        new("fileType", "File type", FieldKind.Choice) { Default = types[0], Choices = [.. types.Select(t => new FieldChoice(t, Words(t)))] };

    /// <summary>The field for a type in full.</summary>
    public static FieldDescriptor Own(string example, string more) =>
        new(InFull, "Or its type in full", FieldKind.Text) { Placeholder = example, Help = $"Takes the place of the type above. {more}A vendor's own: X, its OUI and its name for it." };

    /// <summary>What is wrong with a type in full.</summary>
    public static IEnumerable<FieldError> Check(JsonObject arguments)
    {
        if (arguments.Text(InFull)?.Trim() is not { Length: > 0 } own) yield break;
        if (own.Length > Longest) yield return new FieldError(InFull, $"A file type has at most {Longest} characters; this has {own.Length}.");
        else if (!Known().IsMatch(own)) yield return new FieldError(InFull, "A file type begins with its number, as in \"3 Vendor Configuration File 1\", or with X and the vendor's OUI, as in \"X 00D09E Crash dump\".");
    }

    private static string Words(string type) => type.Length > 2 && char.IsAsciiDigit(type[0]) && type[1] == ' ' ? type[2..] : type;

    [GeneratedRegex(@"^(?:[0-9]{1,2}|X [0-9A-Fa-f]{6}) [\x20-\x7E]*[\x21-\x7E]$")]
    private static partial Regex Known();
}
