using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>What is wrong with the arguments of scheduled transfers, software modules, vouchers and vendors' methods, in sentences.</summary>
internal static partial class CwmpOtherArguments
{
    private const int MaximumModules = 16;
    private const int MaximumVouchers = 64;
    private const int MaximumKey = 32;

    // TR-069 A.4.1.8: one or two windows, the second not before the first's end.
    public static IEnumerable<FieldError> Windows(JsonObject arguments)
    {
        var rows = arguments.Rows("windows");
        if (rows.Count is 0 or > 2) yield return new FieldError("windows", "Enter one or two windows; TR-069 knows no more.");
        long before = 0;
        foreach (var row in rows.Take(2))
        {
            var (start, end) = (row.Number("start") ?? 0, row.Number("end") ?? 0);
            if (end <= start) yield return new FieldError("windows", $"The window from {start} to {end} min has no length: it ends after it begins.");
            else if (start < before) yield return new FieldError("windows", $"The second window begins at {start} min, before the first one ends at {before} min.");
            before = Math.Max(before, end);
        }
    }

    public static IEnumerable<FieldError> Transfer(JsonObject arguments)
    {
        if (arguments.Text("transfer")?.Trim() is not { Length: > 0 } key) yield return new FieldError("transfer", "Enter the command key of the transfer, or the id of its job.");
        else if (!Guid.TryParse(key, out _) && key.Length > MaximumKey) yield return new FieldError("transfer", $"A command key has at most {MaximumKey} characters.");
    }

    public static IEnumerable<FieldError> Modules(JsonObject arguments)
    {
        var rows = arguments.Rows("operations");
        if (rows.Count == 0) yield return new FieldError("operations", "Enter at least one operation.");
        if (rows.Count > MaximumModules) yield return new FieldError("operations", $"Enter at most {MaximumModules} operations.");
        for (var i = 0; i < Math.Min(rows.Count, MaximumModules); i++)
            if (Module(rows[i], arguments.Text("file") is not null) is { } wrong) yield return new FieldError("operations", $"Row {i + 1}: {wrong}");
    }

    public static IEnumerable<FieldError> Vouchers(JsonObject arguments)
    {
        var vouchers = arguments.List("vouchers");
        if (vouchers.Count is 0 or > MaximumVouchers) yield return new FieldError("vouchers", $"Enter 1 to {MaximumVouchers} vouchers, one a line.");
        for (var i = 0; i < Math.Min(vouchers.Count, MaximumVouchers); i++)
            if (!Convert.TryFromBase64String(vouchers[i], new byte[vouchers[i].Length], out _)) yield return new FieldError("vouchers", $"Line {i + 1} is not base64.");
    }

    public static IEnumerable<FieldError> Vendor(JsonObject arguments)
    {
        var method = arguments.Text("method")?.Trim() ?? "";
        if (!method.StartsWith(VendorMessage.Prefix, StringComparison.Ordinal) || !XmlName().IsMatch(method))
            yield return new FieldError("method", "A manufacturer's method begins with X_ and has letters, digits, hyphens and underscores, for example X_00D09E_Locate.");
        foreach (var name in arguments.Rows("arguments").Select(r => r.Text("name")?.Trim() ?? ""))
            if (!XmlName().IsMatch(name)) yield return new FieldError("arguments", $"\"{name}\" is no name of an argument: use letters, digits, hyphens and underscores, with a letter first.");
    }

    private static string? Module(JsonObject row, bool hasFile)
    {
        if (row.Text("uuid") is { } uuid && !Guid.TryParseExact(uuid.Trim(), "D", out _)) return $"\"{uuid}\" is no UUID, which has the form c0c4328b-18a4-4b3b-b1da-e8ea8d8f457d.";
        switch (row.Text("operation"))
        {
            case "uninstall":
                if (row.Text("url") is not null) return "Nothing is fetched to remove a module; leave the address empty.";
                return row.Text("uuid") is null ? "Enter the UUID of the module to remove." : null;
            case "update" when row.Text("uuid") is null && row.Text("url") is null:
                return "Enter the UUID of the module to update, or its address, or both.";
            case "install" when row.Text("url") is null && !hasFile:
                return "Enter the address of the module, or choose a file of the library.";
            default:
                return row.Text("url") is { } url ? CwmpArguments.CheckUrl(url) : null;
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]{0,63}$")]
    private static partial Regex XmlName();
}
