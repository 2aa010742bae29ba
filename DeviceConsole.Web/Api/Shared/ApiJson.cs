using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>How the API writes and reads JSON: camelCase, enums as lower-case words, no field that it does not know.</summary>
public static class ApiJson
{
    /// <summary>The options, for what is written outside of an endpoint's result.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Sets them.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 32;
        // Never part of a page (nosniff, application/json): quotes and letters stay what they are.
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }
}
