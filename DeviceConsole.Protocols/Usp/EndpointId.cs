using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Usp;

/// <summary>
/// Endpoint IDs (TR-369 §"Endpoint Identifier"): authority-scheme ":" [authority-id] ":" instance-id, for example
/// <c>os::012345-ABC123</c> or <c>proto::gateway-7</c>. Compared as they are written.
/// </summary>
internal static class EndpointId
{
    public const int MaximumLength = 200;

    /// <summary>The stored form, or what is wrong.</summary>
    public static IdentityCheck Check(string text)
    {
        text = text.Trim();
        if (text.Length == 0) return Wrong("Enter the agent's endpoint ID.");
        if (text.Length > MaximumLength) return Wrong($"An endpoint ID has at most {MaximumLength} characters.");
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && !"-._~%:@".Contains(c, StringComparison.Ordinal)) return Wrong("An endpoint ID holds letters, digits, colons and - . _ ~ % only.");
        var parts = text.Split(':', 3);
        return parts.Length == 3 && parts[0].Length > 0 && parts[0].All(char.IsAsciiLetterOrDigit) && parts[2].Length > 0
            ? new IdentityCheck(text, null)
            : Wrong("An endpoint ID has three parts with colons between them; the middle one may be empty, for example os::012345-ABC123.");
    }

    private static IdentityCheck Wrong(string sentence) => new(null, sentence);
}
