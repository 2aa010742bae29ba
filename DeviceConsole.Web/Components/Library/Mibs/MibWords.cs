using System.Globalization;
using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>The library's enums and times in words.</summary>
public static class MibWords
{
    /// <summary>A kind of definition.</summary>
    public static string Of(MibKind kind) => kind switch
    {
        MibKind.Module => "module",
        MibKind.Scalar => "scalar",
        MibKind.Table => "table",
        MibKind.Row => "row",
        MibKind.Column => "column",
        MibKind.Notification => "notification",
        MibKind.Group => "group",
        MibKind.Compliance => "compliance",
        MibKind.Capabilities => "capabilities",
        _ => "node",
    };

    /// <summary>A base type as the SMI writes it.</summary>
    public static string Of(MibBaseType type) => type switch
    {
        MibBaseType.Enumeration => "INTEGER",
        MibBaseType.OctetString => "OCTET STRING",
        MibBaseType.ObjectIdentifier => "OBJECT IDENTIFIER",
        MibBaseType.Bits => "BITS",
        MibBaseType.Row => "SEQUENCE",
        MibBaseType.Table => "SEQUENCE OF",
        MibBaseType.None => "unknown type",
        _ => type.ToString(),
    };

    /// <summary>A type with its base and its ranges.</summary>
    public static string Of(MibSyntax syntax)
    {
        var name = syntax.TypeName is null || syntax.TypeName == Of(syntax.BaseType) ? Of(syntax.BaseType)
            : syntax.BaseType == MibBaseType.Table ? $"SEQUENCE OF {syntax.TypeName}" : $"{syntax.TypeName} ({Of(syntax.BaseType)})";
        if (syntax.Ranges.Count == 0) return name;
        var sizes = syntax.BaseType is MibBaseType.OctetString or MibBaseType.Opaque or MibBaseType.Bits;
        return $"{name}, {(sizes ? "length " : "")}{string.Join(" or ", syntax.Ranges)}";
    }

    /// <summary>LAST-UPDATED as a date.</summary>
    public static string Date(string? lastUpdated) =>
        DateTime.TryParseExact(lastUpdated, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "–";

    /// <summary>What a module of an upload was to the library.</summary>
    public static string Of(MibUploadChange change) => change switch
    {
        MibUploadChange.New => "new",
        MibUploadChange.Revision => "new revision, in force",
        MibUploadChange.NotInForce => "kept, not in force",
        _ => "as it was",
    };

    /// <summary>The files of an upload in a few words.</summary>
    public static string Files(MibUploadRow upload) => upload.FileNames.Count switch
    {
        _ when upload.IsPacked => Sent(upload),
        0 => $"{Count(upload.Files)} files",
        _ when upload.Files <= 2 => string.Join(", ", upload.FileNames),
        _ => $"{upload.FileNames[0]} and {Count(upload.Files - 1)} more",
    };

    /// <summary>What was sent, by the names of the first files.</summary>
    public static string Sent(MibUploadRow upload) => upload.FileNames.Count switch
    {
        0 => "The upload",
        1 or 2 => string.Join(" and ", upload.FileNames),
        _ => $"{upload.FileNames[0]}, {upload.FileNames[1]} and others",
    };

    /// <summary>A number of things.</summary>
    public static string Many(int count, string what) => $"{Count(count)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>Numbers in groups.</summary>
    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
