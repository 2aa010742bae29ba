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
        ["crash-at-partial-path"] = new() { VanishesAtPartialPath = true },
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
        ["deflate"] = new() { Gzip = true, Deflate = true },
        ["cookie-quoted"] = new() { CookieForm = "session=\"{1}\"" },
        ["cookies-with-commas"] = new() { CookieForm = "$Version=1, {0}, other=x" },
        ["stale-cookie"] = new() { StaleCookie = true },
        ["expect-100-continue"] = new() { Expects = true },
        ["nine-thousand-two"] = new() { MaximumNames = 31, TooManyNames = 9002 },
        ["booleans-as-digits-only"] = new() { DigitsOnly = true },
        ["no-declaration"] = new() { Rewrite = text => text.Replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "", StringComparison.Ordinal) },
        ["types-without-a-name"] = new() { Rewrite = text => text.Replace("xsi:type=\"xsd:string\"", "xsi:type=\"xsd:\"", StringComparison.Ordinal) },
        ["values-missing"] = new() { Rewrite = text => EmptyValue().Replace(text, "") },
        ["id-with-markup"] = new() { Rewrite = text => text.Replace(">inform-1<", ">a&amp;b&lt;c%20<", StringComparison.Ordinal) },
        ["bare-ampersands"] = new() { Rewrite = text => text.Replace("&amp;", "&", StringComparison.Ordinal) },
        ["texts-in-pieces"] = new() { Rewrite = text => Values().Replace(text, m => $"{m.Groups[1].Value}<!-- a piece -->{m.Groups[2].Value}<?and another?></Value>") },
        ["times-without-zone"] = new() { Rewrite = text => Zone().Replace(text, "$1</Value>") },
        ["retries-in-the-thousands"] = new() { Rewrite = text => Retries().Replace(text, "<RetryCount>4711</RetryCount>") },
        ["objects-as-leaves"] = new() { Rewrite = text => text.Contains("GetParameterNamesResponse", StringComparison.Ordinal) ? text.Replace(".</Name>", "</Name>", StringComparison.Ordinal) : text },
        ["parents-missing"] = new() { Rewrite = text => text.Contains("GetParameterNamesResponse", StringComparison.Ordinal) ? Objects().Replace(text, "") : text },
        ["wrong-writable"] = new() { Rewrite = text => text.Replace("<Writable>1</Writable>", "<Writable>0</Writable>", StringComparison.Ordinal) },
        ["no-key-in-transfer-complete"] = new() { Rewrite = text => text.Contains("<cwmp:TransferComplete>", StringComparison.Ordinal) ? CommandKey().Replace(text, "<CommandKey/>") : text },
        ["control-characters"] = new() { Rewrite = text => Values().Replace(text, "$1$2\u0001</Value>") },
    };

    [GeneratedRegex("<Value[^>]*></Value>")]
    private static partial Regex EmptyValue();

    [GeneratedRegex(@"(\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)Z</Value>")]
    private static partial Regex Zone();

    [GeneratedRegex(@"<RetryCount>\d+</RetryCount>")]
    private static partial Regex Retries();

    [GeneratedRegex(@"<ParameterInfoStruct><Name>[^<]*\.</Name><Writable>\d</Writable></ParameterInfoStruct>")]
    private static partial Regex Objects();

    [GeneratedRegex("<CommandKey>[^<]*</CommandKey>")]
    private static partial Regex CommandKey();

    [GeneratedRegex(" xsi:type=\"[^\"]*\"")]
    private static partial Regex XsiType();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex ArrayCount();

    [GeneratedRegex(" soap-enc:arrayType=\"[^\"]*\"")]
    private static partial Regex ArrayType();

    [GeneratedRegex("(<Value[^>/]*>)([^<]+)</Value>")]
    private static partial Regex Values();
}
