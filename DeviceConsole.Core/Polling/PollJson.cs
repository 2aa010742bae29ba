using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeviceConsole.Core.Polling;

/// <summary>Objects and thresholds as the database holds them.</summary>
internal static class PollJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    public static string Write<T>(IReadOnlyList<T> list) => JsonSerializer.Serialize(list, Options);

    public static IReadOnlyList<PollObject> Objects(string json) => JsonSerializer.Deserialize<PollObject[]>(json, Options) ?? [];

    public static IReadOnlyList<PollThreshold> Thresholds(string json) => JsonSerializer.Deserialize<PollThreshold[]>(json, Options) ?? [];
}
