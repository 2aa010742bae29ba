using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>
/// Which of the views of a device is asked: with SNMPv3 its contextName (RFC 3411 §3.3.1), with v1 and v2c what stands behind an @ in the community, as Cisco's switches have
/// the BRIDGE-MIB of each VLAN (<c>community@10</c>).
/// </summary>
internal static class SnmpContext
{
    private const string Argument = "context", IndexSetting = "communityIndex";
    private const int Maximum = 255;

    /// <summary>The field of operations.</summary>
    public static FieldDescriptor Field { get; } = new(Argument, "Context", FieldKind.Text)
    {
        Placeholder = "10",
        Help = "Leave empty for the device's own. SNMPv3: the name of the context. v1 and v2c: goes behind the community with an @, as Cisco switches want it for the bridge tables of one VLAN. What another context answers is shown and not stored.",
    };

    /// <summary>The setting of devices of v1 and v2c; those of v3 have their context's name.</summary>
    public static FieldDescriptor Setting { get; } = new(IndexSetting, "Community index", FieldKind.Text)
    {
        OnlyIf = SnmpUserFields.Community, Placeholder = "10", Help = "Goes behind the community with an @: community@10 is VLAN 10 of some Cisco switches. Leave empty for all else.",
    };

    /// <summary>What is wrong with an operation's context, or with the setting.</summary>
    public static IEnumerable<FieldError> Check(JsonObject values, bool isSetting)
    {
        var field = isSetting ? IndexSetting : Argument;
        if (Encoding.UTF8.GetByteCount(values.Text(field) ?? "") > Maximum) yield return new FieldError(field, $"A context has at most {Maximum} bytes.");
    }

    /// <summary>The context that an operation asks for; null for the device's own.</summary>
    public static string? Of(JsonObject arguments) => arguments.Text(Argument)?.Trim() is { Length: > 0 } context ? context : null;

    /// <summary>The community with its index: the operation's, else the device's.</summary>
    public static string Community(string community, JsonObject settings, string? context) =>
        (context ?? settings.Text(IndexSetting)?.Trim()) is { Length: > 0 } index ? $"{community}@{index}" : community;
}
