using System.Text.RegularExpressions;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>
/// What devices in the field do on the wire, by name: each of them an ACS has to survive. <c>cwmp --behaviours all</c> has a fleet play them one after the other.
/// </summary>
public static partial class CpeBehaviours
{
    /// <summary>The behaviours by their names.</summary>
    public static IReadOnlyDictionary<string, CpeQuirks> All { get; } = new Dictionary<string, CpeQuirks>(StringComparer.Ordinal)
    {
        ["chunked"] = new() { Chunked = true },
        ["gzip"] = new() { Gzip = true },
        ["cookie-dropped"] = new() { DropsCookie = true },
        ["new-connection-per-post"] = new() { NewConnections = true },
        ["cookie-dropped-basic"] = new() { DropsCookie = true, Basic = true },
        ["challenge-without-qop"] = new() { NoQop = true },
        ["text-html"] = new() { ContentType = "text/html" },
        ["no-header-no-id"] = new() { NoHeader = true },
        ["nine-thousand-four"] = new() { MaximumNames = 32 },
        ["one-level-only"] = new() { OneLevelOnly = true },
        ["unknown-omitted"] = new() { OmitsUnknown = true },
        ["empty-post-for-answer"] = new() { EmptyAt = "GetParameterValues" },
        ["empty-empty-empty"] = new() { EmptyPostsAtEnd = 3 },
        ["closes-after-challenge"] = new() { ClosesAfterChallenge = true },
        ["no-content-in-answer-to-connection-request"] = new() { ConnectionRequestStatus = 204 },
        ["xsd-1999"] = new() { Rewrite = text => text.Replace("http://www.w3.org/2001/XMLSchema", "http://www.w3.org/1999/XMLSchema", StringComparison.Ordinal) },
        ["other-prefixes"] = new() { Rewrite = text => text.Replace("soap-env:", "SOAP-ENV:", StringComparison.Ordinal).Replace("xmlns:soap-env", "xmlns:SOAP-ENV", StringComparison.Ordinal).Replace("cwmp:", "c:", StringComparison.Ordinal).Replace("xmlns:cwmp", "xmlns:c", StringComparison.Ordinal) },
        ["unknown-cwmp-version"] = new() { Rewrite = text => text.Replace("urn:dslforum-org:cwmp-1-2", "urn:dslforum-org:cwmp-1-9", StringComparison.Ordinal) },
        ["no-types"] = new() { Rewrite = text => XsiType().Replace(text, "") },
        ["wrong-array-count"] = new() { Rewrite = text => ArrayCount().Replace(text, "[999]") },
        ["no-array-type"] = new() { Rewrite = text => ArrayType().Replace(text, "") },
        ["cdata"] = new() { Rewrite = text => Values().Replace(text, m => m.Groups[2].Value.Contains('&', StringComparison.Ordinal) ? m.Value : $"{m.Groups[1].Value}<![CDATA[{m.Groups[2].Value}]]></Value>") },
        ["control-characters"] = new() { Rewrite = text => Values().Replace(text, "$1$2\u0001</Value>") },
    };

    [GeneratedRegex(" xsi:type=\"[^\"]*\"")]
    private static partial Regex XsiType();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex ArrayCount();

    [GeneratedRegex(" soap-enc:arrayType=\"[^\"]*\"")]
    private static partial Regex ArrayType();

    [GeneratedRegex("(<Value[^>/]*>)([^<]+)</Value>")]
    private static partial Regex Values();
}
