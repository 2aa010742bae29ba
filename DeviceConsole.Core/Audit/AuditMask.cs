using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Audit;

/// <summary>Takes secrets out of what the audit log keeps: by the names under which they stand, at any depth.</summary>
public static class AuditMask
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Masked = "********";

    // "secrets" as a list of field names (which credentials are set) is no secret itself; its own name ends otherwise.
    private static readonly string[] Names = ["password", "secret", "community", "passphrase", "token", "privatekey", "private_key", "authkey", "privkey", "apikey", "api_key", "hash", "stamp", "credential"];

    /// <summary>A copy without secrets; null stays null.</summary>
    public static JsonObject? Of(JsonObject? values)
    {
        if (values is null) return null;
        var copy = values.DeepClone().AsObject();
        Mask(copy);
        return copy;
    }

    private static void Mask(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject values:
                foreach (var name in values.Select(v => v.Key).ToList())
                {
                    if (IsSecret(name)) values[name] = values[name] is null ? null : Masked;
                    else Mask(values[name]);
                }
                break;
            case JsonArray items:
                foreach (var item in items) Mask(item);
                break;
        }
    }

    private static bool IsSecret(string name) => Names.Any(n => name.Contains(n, StringComparison.OrdinalIgnoreCase));
}
