using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>
/// Credentials that the product gives a device in place of those that it came with. What was sent and is not confirmed is accepted beside the present one, and so are
/// the last few: a device whose answer was lost, or that went back to an older state of itself, still comes in.
/// </summary>
internal static class OwnCredentials
{
    /// <summary>The pair that was sent last and is not confirmed: JSON with the parts below.</summary>
    public const string Next = CwmpModuleDescriptor.Password + ".next";

    /// <summary>When the present one was confirmed, in ISO 8601.</summary>
    public const string Since = CwmpModuleDescriptor.Password + ".since";

    /// <summary>Set once the device has shown the present one.</summary>
    public const string Proved = CwmpModuleDescriptor.Password + ".proved";

    /// <summary>What the device came with before it had one of its own: perhaps the whole fleet's.</summary>
    public const string First = CwmpModuleDescriptor.Password + ".first";

    /// <summary>Its own ones before the present one, the newest first: a JSON array.</summary>
    public const string Earlier = CwmpModuleDescriptor.Password + ".earlier";

    /// <summary>The pair for connection requests before the present one: JSON as in <see cref="Next"/>.</summary>
    public const string EarlierRequest = CwmpModuleDescriptor.RequestPassword + ".earlier";

    /// <summary>When the XMPP account was set up last, in ISO 8601.</summary>
    public const string XmppSince = CwmpModuleDescriptor.XmppPassword + ".since";

    private const int Kept = 2, Length = 24;
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    /// <summary>A new random password, of letters and digits that every device takes.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>Passwords that prove the device, the present one first; never none, so that an unknown device takes as long.</summary>
    public static IEnumerable<(string Password, bool IsPresent)> Accepted(CallCredentials stored)
    {
        yield return (stored.Secrets.GetValueOrDefault(CwmpModuleDescriptor.Password) ?? "", true);
        if (NextPair(stored.Secrets) is { } next) yield return (next.Password, false);
        foreach (var password in EarlierOf(stored.Secrets)) yield return (password, false);
        // It may be the fleet's: only until the device has its own, unless somebody says otherwise.
        if (stored.Secrets.GetValueOrDefault(First) is { } first && (!stored.Secrets.ContainsKey(Proved) || stored.Settings.IsOn(CwmpModuleDescriptor.AcceptFirst))) yield return (first, false);
    }

    /// <summary>Pairs for connection requests that the device may have in place of the present one.</summary>
    public static IEnumerable<(string User, string Password)> OtherRequestPairs(IReadOnlyDictionary<string, string> secrets)
    {
        if (NextPair(secrets) is { } next) yield return (next.RequestUser, next.RequestPassword);
        if (Pair(secrets.GetValueOrDefault(EarlierRequest)) is { } earlier) yield return (earlier.RequestUser, earlier.RequestPassword);
    }

    /// <summary>What was sent and not confirmed.</summary>
    public static OwnPair? NextPair(IReadOnlyDictionary<string, string> secrets) => Pair(secrets.GetValueOrDefault(Next));

    /// <summary>The changes that make the sent one the present one.</summary>
    public static Dictionary<string, string?> Confirm(IReadOnlyDictionary<string, string> secrets, OwnPair sent, DateTimeOffset now)
    {
        var before = secrets.GetValueOrDefault(CwmpModuleDescriptor.Password) ?? "";
        var changes = new Dictionary<string, string?>
        {
            [CwmpModuleDescriptor.Password] = sent.Password,
            [CwmpModuleDescriptor.RequestUserName] = sent.RequestUser,
            [CwmpModuleDescriptor.RequestPassword] = sent.RequestPassword,
            [Next] = null, [Proved] = null, [Since] = now.ToString("O"),
            [EarlierRequest] = secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestPassword) is { Length: > 0 } request
                ? new OwnPair("", secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestUserName) ?? "", request).Write() : null,
        };
        if (!secrets.ContainsKey(Since)) changes[First] = before.Length > 0 ? before : null;
        else changes[Earlier] = JsonSerializer.Serialize(EarlierOf(secrets).Prepend(before).Where(p => p.Length > 0).Distinct().Take(Kept));
        return changes;
    }

    private static List<string> EarlierOf(IReadOnlyDictionary<string, string> secrets) => secrets.GetValueOrDefault(Earlier) is { } text ? JsonSerializer.Deserialize<List<string>>(text) ?? [] : [];

    private static OwnPair? Pair(string? text) => text is null ? null : OwnPair.Read(text);
}

/// <summary>The device's password towards this console, and this console's towards the device.</summary>
internal sealed record OwnPair(string Password, string RequestUser, string RequestPassword)
{
    /// <summary>As JSON.</summary>
    public string Write() => new JsonObject { ["password"] = Password, ["user"] = RequestUser, ["request"] = RequestPassword }.ToJsonString();

    /// <summary>Reads it.</summary>
    public static OwnPair Read(string text)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        return new OwnPair(json.Text("password") ?? "", json.Text("user") ?? "", json.Text("request") ?? "");
    }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => "credentials of a device";
}
