using System.Text.Json;

namespace DeviceConsole.Core.BulkData;

/// <summary>Parameters of profiles as the table has them.</summary>
internal static class BulkJsonText
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static string Write(IReadOnlyList<BulkParameter> parameters) => JsonSerializer.Serialize(parameters, Web);

    public static IReadOnlyList<BulkParameter> Read(string json) => JsonSerializer.Deserialize<BulkParameter[]>(json, Web) ?? [];
}
