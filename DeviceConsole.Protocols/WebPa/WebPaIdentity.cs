using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>
/// How a WebPA device names itself (X-WebPA-Device-Name; the schemes of WRP locators): <c>mac:</c> and twelve hexadecimal digits in lower case,
/// <c>uuid:</c>, <c>serial:</c> or <c>dns:</c>.
/// </summary>
internal static class WebPaIdentity
{
    private const int MaximumLength = 128;

    /// <summary>The identity in the form that is stored, or a sentence that says what is wrong with the text.</summary>
    public static IdentityCheck Check(string text)
    {
        text = text.Trim();
        // A destination of WRP has the service behind a slash; the name alone is the device.
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : text[..colon].ToLowerInvariant();
        var rest = text[(colon + 1)..].Trim();
        return scheme switch
        {
            "mac" => Mac(rest),
            "uuid" => Guid.TryParse(rest, out var uuid) ? Good($"uuid:{uuid:D}") : Bad("What follows \"uuid:\" is no UUID; it looks like uuid:123e4567-e89b-12d3-a456-426614174000."),
            "serial" => Plain("serial:", rest, rest),
            "dns" => Plain("dns:", rest, rest.ToLowerInvariant()),
            // A bare MAC address is what stands on the device's label.
            _ when Digits(text) is { Length: 12 } => Mac(text),
            _ => Bad("A device's name begins with mac:, uuid:, serial: or dns:, for example mac:14cfe2142142."),
        };
    }

    private static IdentityCheck Mac(string text) => Digits(text) is { Length: 12 } digits
        ? Good("mac:" + digits)
        : Bad("A MAC address has twelve hexadecimal digits, for example mac:14cfe2142142 or mac:14:cf:e2:14:21:42.");

    private static IdentityCheck Plain(string scheme, string rest, string stored) =>
        rest.Length is > 0 and <= MaximumLength && rest.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? Good(scheme + stored)
            : Bad($"What follows \"{scheme}\" has 1 to {MaximumLength} letters, digits, dots, dashes and underscores.");

    // Null where there is anything else than digits and the usual separators between them.
    private static string? Digits(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiHexDigit)).ToLowerInvariant();
        return text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '-' or '.') ? digits : null;
    }

    private static IdentityCheck Good(string identity) => new(identity, null);

    private static IdentityCheck Bad(string error) => new(null, error);
}
