namespace DeviceConsole.Web.Api.OpenApi;

/// <summary>What each status means, in the words of the document.</summary>
internal static class Responses
{
    /// <summary>The sentence of a status.</summary>
    public static string DescriptionOf(string status, string? otherwise) => status switch
    {
        "200" => "Here it is.",
        "201" => "It was created; Location is its address.",
        "202" => "It was accepted and goes on in the background; Location is its address.",
        "204" => "It is done; there is nothing to say.",
        "304" => "The version that If-None-Match names is still the newest.",
        "400" => "A field, a parameter or the JSON is wrong; `errors` says where.",
        "401" => "There is no token, or it is not valid any more.",
        "403" => "The caller's role does not cover this.",
        "404" => "There is no such thing in the caller's tenant and among its devices.",
        "409" => "It clashes with what is there; `detail` says with what.",
        "412" => "The version that If-Match names is no longer the newest.",
        "413" => "The body is larger than this address accepts.",
        "429" => "Too many requests; Retry-After says how many seconds to wait.",
        "500" => "Something went wrong on the server; `detail` has the number to find it by in the log.",
        _ => otherwise ?? "",
    };
}
