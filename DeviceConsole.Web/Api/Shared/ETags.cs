using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>Versions of a resource as entity tags (RFC 9110, 8.8.3): the number in quotes.</summary>
public static class ETags
{
    /// <summary>Sets the answer's tag.</summary>
    public static void Set(HttpResponse response, int version) => response.Headers.ETag = Of(version);

    /// <summary>The tag of a version.</summary>
    public static string Of(int version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>
    /// The version that If-Match asks for: null for any (no header, or <c>*</c>); 0, which no resource has, for what can match none.
    /// </summary>
    public static int? Expected(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (StringValues.IsNullOrEmpty(header) || header == "*") return null;
        return EntityTagHeaderValue.TryParseList(header!, out var tags) && tags is [{ IsWeak: false } tag]
            && int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    /// <summary>True where If-None-Match names this version, so that 304 is the answer.</summary>
    public static bool IsKnown(HttpRequest request, int version)
    {
        var header = request.Headers.IfNoneMatch;
        if (StringValues.IsNullOrEmpty(header)) return false;
        return header == "*" || (EntityTagHeaderValue.TryParseList(header!, out var tags) && tags.Any(t => t.Tag == Of(version)));
    }
}
