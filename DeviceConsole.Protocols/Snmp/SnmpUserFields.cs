using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>The fields of an SNMPv3 user, and what they stand for.</summary>
internal static class SnmpUserFields
{
    private const int MinimumPassword = 8, MaximumContextName = 255;
    private const string None = "none";

    private static readonly Dictionary<string, AuthProtocol> Hashes = new()
    {
        [None] = AuthProtocol.None, ["md5"] = AuthProtocol.Md5, ["sha1"] = AuthProtocol.Sha1, ["sha224"] = AuthProtocol.Sha224,
        ["sha256"] = AuthProtocol.Sha256, ["sha384"] = AuthProtocol.Sha384, ["sha512"] = AuthProtocol.Sha512,
    };

    private static readonly Dictionary<string, PrivProtocol> Ciphers = new()
    {
        [None] = PrivProtocol.None, ["des"] = PrivProtocol.Des, ["3des"] = PrivProtocol.TripleDes, ["aes128"] = PrivProtocol.Aes128,
        ["aes192"] = PrivProtocol.Aes192, ["aes256"] = PrivProtocol.Aes256, ["aes192c"] = PrivProtocol.Aes192Reeder, ["aes256c"] = PrivProtocol.Aes256Reeder,
    };

    /// <summary>Fields of v1 and v2c.</summary>
    public static FieldCondition Community { get; } = new("version", ["v2c", "v1"]);

    private static FieldCondition V3 { get; } = new("version", ["v3"]);

    private static FieldCondition Authenticated { get; } = new("authProtocol", [.. Hashes.Keys.Where(k => k != None)]);

    private static FieldCondition Private { get; } = new("privProtocol", [.. Ciphers.Keys.Where(k => k != None)]);

    public static FieldDescriptor[] Settings() =>
    [
        new("user", "User", FieldKind.Text) { Required = true, InTemplate = true, OnlyIf = V3, Help = "The SNMPv3 security name." },
        new("authProtocol", "Authentication", FieldKind.Choice)
        {
            Default = "sha256",
            InTemplate = true,
            OnlyIf = V3,
            Choices =
            [
                new("sha512", "SHA-512"), new("sha384", "SHA-384"), new("sha256", "SHA-256"), new("sha224", "SHA-224"), new("sha1", "SHA-1"), new("md5", "MD5"),
                new(None, "None"),
            ],
        },
        new("privProtocol", "Privacy", FieldKind.Choice)
        {
            Default = "aes128",
            InTemplate = true,
            OnlyIf = Authenticated,
            Choices =
            [
                new("aes256", "AES-256"), new("aes192", "AES-192"), new("aes128", "AES-128"), new("aes256c", "AES-256 (Cisco, Reeder keys)"),
                new("aes192c", "AES-192 (Cisco, Reeder keys)"), new("3des", "3DES"), new("des", "DES"), new(None, "None"),
            ],
            Help = "AES-192 and AES-256 come in two forms that do not understand each other; try the other one where the device stays silent.",
        },
        new("contextName", "Context", FieldKind.Text) { OnlyIf = V3, Help = "Leave empty for the default context." },
        new("contextEngineId", "Context engine ID", FieldKind.Text) { OnlyIf = V3, Placeholder = "80001f88…", Help = "Only for a proxy: hex digits of the engine behind it." },
        new("engineId", "Engine ID", FieldKind.Text) { OnlyIf = V3, Placeholder = "80001f88…", Help = "Leave empty: the device tells it." },
    ];

    public static FieldDescriptor[] Credentials() =>
    [
        new("authPassword", "Authentication password", FieldKind.Text) { Required = true, MinimumLength = MinimumPassword, OnlyIf = Authenticated },
        new("privPassword", "Privacy password", FieldKind.Text) { Required = true, MinimumLength = MinimumPassword, OnlyIf = Private },
    ];

    /// <summary>What the form cannot know.</summary>
    public static IEnumerable<FieldError> Check(JsonObject settings)
    {
        if (Encoding.UTF8.GetByteCount(settings.Text("user") ?? "") > UsmParameters.MaximumUserName) yield return new FieldError("user", "A user name has at most 32 bytes.");
        if (Encoding.UTF8.GetByteCount(settings.Text("contextName") ?? "") > MaximumContextName) yield return new FieldError("contextName", "A context has at most 255 bytes.");
        foreach (var field in (string[])["contextEngineId", "engineId"])
        {
            if (!TryReadEngineId(settings.Text(field), out _))
                yield return new FieldError(field, "An engine ID is 5 to 32 pairs of the digits 0-9 and a-f, for example 80001f8880e9630000d61ff449.");
        }
    }

    /// <summary>The user; what is missing goes to <paramref name="missing"/> as a sentence.</summary>
    public static UsmUser? User(JsonObject settings, IReadOnlyDictionary<string, string> secrets, out string? missing)
    {
        missing = null;
        var auth = Hashes.GetValueOrDefault(settings.Text("authProtocol") ?? "sha256");
        var priv = auth == AuthProtocol.None ? PrivProtocol.None : Ciphers.GetValueOrDefault(settings.Text("privProtocol") ?? "aes128");
        var authPassword = secrets.GetValueOrDefault("authPassword");
        var privPassword = secrets.GetValueOrDefault("privPassword");
        if (string.IsNullOrEmpty(settings.Text("user"))) missing = "The device has no SNMPv3 user. Enter one in its connection settings.";
        else if (auth != AuthProtocol.None && string.IsNullOrEmpty(authPassword)) missing = "The authentication password of the SNMPv3 user is missing. Enter it in the device's connection settings.";
        else if (priv != PrivProtocol.None && string.IsNullOrEmpty(privPassword)) missing = "The privacy password of the SNMPv3 user is missing. Enter it in the device's connection settings.";
        return missing is null ? new UsmUser(settings.Text("user")!, auth, authPassword, priv, privPassword) : null;
    }

    /// <summary>An engine ID as hex digits; true and empty where there is none.</summary>
    public static bool TryReadEngineId(string? text, out byte[] engineId)
    {
        var digits = new string([.. (text ?? "").Where(c => c is not (' ' or ':' or '-'))]);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        var valid = digits.Length == 0 || (digits.Length is >= 10 and <= 2 * UsmParameters.MaximumEngineId && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit));
        engineId = valid ? Convert.FromHexString(digits) : [];
        return valid;
    }
}
