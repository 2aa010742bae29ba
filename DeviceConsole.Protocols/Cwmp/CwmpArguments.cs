using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>What is wrong with the arguments of an operation, in sentences.</summary>
internal static class CwmpArguments
{
    // TR-106 allows paths of 256 characters, with numbers in them; an alias may be longer.
    private const int MaximumPath = 256, MaximumAliasPath = 1024;
    private const int MaximumNames = 2_000;
    private const int MaximumSet = 500;

    public static IEnumerable<FieldError> Check(string operation, JsonObject arguments) => operation switch
    {
        CwmpOperations.Get or CwmpOperations.GetAttributes => CheckNames(arguments),
        CwmpOperations.GetNames => CheckOptional(arguments, mustBeObject: false),
        CwmpOperations.Refresh => CheckOptional(arguments, mustBeObject: true),
        CwmpOperations.Set => CheckValues(arguments),
        CwmpOperations.SetAttributes => CheckAttributes(arguments),
        CwmpOperations.AddObject => CheckTable(arguments),
        CwmpOperations.DeleteObject => CheckInstance(arguments),
        CwmpOperations.Download => CheckSource(arguments).Concat(TransferTypes.Check(arguments)),
        CwmpOperations.ScheduleDownload => CheckSource(arguments).Concat(TransferTypes.Check(arguments)).Concat(CwmpOtherArguments.Windows(arguments)),
        CwmpOperations.CancelTransfer => CwmpOtherArguments.Transfer(arguments),
        CwmpOperations.ChangeModules => CwmpOtherArguments.Modules(arguments),
        CwmpOperations.SetVouchers => CwmpOtherArguments.Vouchers(arguments),
        CwmpOperations.Vendor => CwmpOtherArguments.Vendor(arguments),
        CwmpOperations.Diagnose => DiagnosticForm.Check(arguments),
        CwmpOperations.Upload => (arguments.Text("url") is null ? [] : CheckUrl(arguments)).Concat(TransferTypes.Check(arguments)),
        CwmpOperations.Bulk => Guid.TryParse(arguments.Text(Jobs.BulkJobs.Profile), out _) ? [] : [new FieldError(Jobs.BulkJobs.Profile, "The profile is named by its id. Make it under Bulk data of the device.")],
        CwmpOperations.Setup => arguments.IsOn(Jobs.SetupJob.Password) || arguments.IsOn(Jobs.SetupJob.Xmpp) ? [] : [new FieldError(Jobs.SetupJob.Password, "Choose what to set up: passwords, XMPP or both.")],
        CwmpOperations.Reboot or CwmpOperations.FactoryReset or CwmpOperations.ScheduleInform or CwmpOperations.GetMethods or CwmpOperations.QueuedTransfers or CwmpOperations.GetOptions or CwmpOperations.Neighbours => [],
        _ => [new FieldError("", $"TR-069 has no operation \"{operation}\".")],
    };

    private static IEnumerable<FieldError> CheckNames(JsonObject arguments)
    {
        var names = arguments.List("names");
        if (names.Count == 0) yield return new FieldError("names", "Enter at least one path.");
        if (names.Count > MaximumNames) yield return new FieldError("names", $"Enter at most {MaximumNames:N0} paths; use Refresh to read whole objects.");
        foreach (var name in names.Take(MaximumNames))
            if (CheckPath(name) is { } wrong) yield return new FieldError("names", wrong);
    }

    private static IEnumerable<FieldError> CheckOptional(JsonObject arguments, bool mustBeObject)
    {
        if (arguments.Text("path")?.Trim() is not { Length: > 0 } path) yield break;
        if (CheckPath(path) is { } wrong) yield return new FieldError("path", wrong);
        else if (mustBeObject && !path.EndsWith('.')) yield return new FieldError("path", $"\"{path}\" is no object: an object's path ends with a dot. Use Get for a single parameter.");
    }

    private static IEnumerable<FieldError> CheckValues(JsonObject arguments)
    {
        var rows = arguments.Rows("values");
        if (rows.Count == 0) yield return new FieldError("values", "Enter at least one value to set.");
        if (rows.Count > MaximumSet) yield return new FieldError("values", $"Set at most {MaximumSet} values at once: they travel in one message.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(rows.Count, MaximumSet); i++)
        {
            if ((CheckParameter(rows[i].Text("path")) ?? CheckValue(rows[i])) is { } wrong) yield return new FieldError("values", $"Row {i + 1}: {wrong}");
            else if (!seen.Add(rows[i].Text("path")!.Trim())) yield return new FieldError("values", $"Row {i + 1}: {rows[i].Text("path")} stands here twice.");
        }
    }

    private static string? CheckValue(JsonObject row)
    {
        var (type, value) = (row.Text("type"), row.Text("value") ?? "");
        if (type is not null && !CwmpOperationForms.IsType(type)) return $"\"{type}\" is not a type that can be set.";
        if (value.Any(c => c < ' ' && c is not ('\t' or '\n' or '\r'))) return "The value holds control characters, which TR-069 cannot carry.";
        var invariant = CultureInfo.InvariantCulture;
        return type switch
        {
            "boolean" when value is not ("0" or "1") && !bool.TryParse(value, out _) => $"\"{value}\" is neither true nor false.",
            "int" when !int.TryParse(value, invariant, out _) => $"\"{value}\" is not a whole number from -2147483648 to 2147483647.",
            "unsignedInt" when !uint.TryParse(value, invariant, out _) => $"\"{value}\" is not a whole number from 0 to 4294967295.",
            "long" when !long.TryParse(value, invariant, out _) => $"\"{value}\" is not a whole number.",
            "unsignedLong" when !ulong.TryParse(value, invariant, out _) => $"\"{value}\" is not a whole number from 0 on.",
            "dateTime" when value != CwmpText.UnknownTime && CwmpText.ReadTime(value) is null => $"\"{value}\" is not a time like 2026-01-31T12:00:00Z.",
            "base64" when !Convert.TryFromBase64String(value, new byte[value.Length], out _) => "The value is not base64.",
            "hexBinary" when value.Length % 2 != 0 || !value.All(char.IsAsciiHexDigit) => "The value is not made of pairs of hexadecimal digits.",
            _ => null,
        };
    }

    private static IEnumerable<FieldError> CheckAttributes(JsonObject arguments)
    {
        var rows = arguments.Rows("attributes");
        if (rows.Count == 0) yield return new FieldError("attributes", "Enter at least one parameter.");
        for (var i = 0; i < rows.Count; i++)
        {
            if (CheckPath(rows[i].Text("path")) is { } wrong) yield return new FieldError("attributes", $"Row {i + 1}: {wrong}");
            else if (rows[i].Text("notification") is null && rows[i].Text("accessList") is null) yield return new FieldError("attributes", $"Row {i + 1}: choose a notification or who may write.");
        }
    }

    private static IEnumerable<FieldError> CheckTable(JsonObject arguments)
    {
        if (CheckPath(arguments.Text("path")) is { } wrong) yield return new FieldError("path", wrong);
        else if (LastPart(arguments.Text("path")!).All(char.IsAsciiDigit)) yield return new FieldError("path", "This is an instance; enter the path of its table, for example Device.NAT.PortMapping.");
    }

    private static IEnumerable<FieldError> CheckInstance(JsonObject arguments)
    {
        if (CheckPath(arguments.Text("path")) is { } wrong) yield return new FieldError("path", wrong);
        else if (LastPart(arguments.Text("path")!) is var last && !InstancePath.IsInstance(last))
            yield return new FieldError("path", "Enter the path of one instance, which ends with its number or its alias, for example Device.NAT.PortMapping.3. or Device.NAT.PortMapping.[web].");
    }

    private static IEnumerable<FieldError> CheckSource(JsonObject arguments) => (arguments.Text("file"), arguments.Text("url")) switch
    {
        (null, null) => [new FieldError("file", "Choose a file of the library, or enter the address of one elsewhere.")],
        ({ }, { }) => [new FieldError("url", "Either a file of the library or the address of one elsewhere, not both.")],
        (null, _) => CheckUrl(arguments),
        _ => [],
    };

    private static IEnumerable<FieldError> CheckUrl(JsonObject arguments) => CheckUrl(arguments.Text("url")) is { } wrong ? [new FieldError("url", wrong)] : [];

    /// <summary>What is wrong with a file's address; null where nothing is.</summary>
    internal static string? CheckUrl(string? text)
    {
        if (!Uri.TryCreate(text?.Trim() ?? "", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https" or "ftp" or "sftp" or "tftp"))
            return "Enter a whole address, for example http://files.example.net/image.bin.";
        return url.UserInfo.Length > 0 ? "The address holds a user or password, which everybody would see in the job. Give the device an address that needs none." : null;
    }

    private static string? CheckParameter(string? path) =>
        CheckPath(path) ?? (path!.Trim().EndsWith('.') ? $"\"{path}\" is an object; a value belongs to a parameter, whose path does not end with a dot." : null);

    private static string? CheckPath(string? path)
    {
        path = path?.Trim();
        if (string.IsNullOrEmpty(path)) return "Enter a path.";
        var maximum = InstancePath.HasAlias(path) ? MaximumAliasPath : MaximumPath;
        if (path.Length > maximum) return $"A path has at most {maximum} characters.";
        if (!path.Contains('.', StringComparison.Ordinal) || path.StartsWith('.') || path.Contains("..", StringComparison.Ordinal) || path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return $"\"{path}\" is not a path: use names with dots between them, for example Device.WiFi.SSID.1.SSID.";
        return InstancePath.Check(path);
    }

    private static string LastPart(string path)
    {
        path = path.Trim().TrimEnd('.');
        return path[(path.LastIndexOf('.') + 1)..];
    }
}
