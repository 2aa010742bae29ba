using System.Text.Json.Nodes;
using DeviceConsole.Web.Api.Devices;
using DeviceConsole.Web.Api.Jobs;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DeviceConsole.Web.Api.OpenApi;

/// <summary>One example for what clients send, and one for what goes wrong.</summary>
internal static class Examples
{
    private static readonly Dictionary<Type, string> ByType = new()
    {
        [typeof(DeviceBody)] =
            """
            {"name": "ap-lobby-3", "serialNumber": "FCW2231L0AB", "manufacturer": "Cisco", "model": "C9120AXI", "site": "Berlin", "tags": ["lobby", "wifi"],
             "endpoints": [{"protocol": "snmp", "settings": {"host": "192.0.2.17", "port": 161, "version": "v2c"}, "secrets": {"readCommunity": "s3cret"}}]}
            """,
        [typeof(JobBody)] = """{"deviceId": "01940f3c-6b7e-7c1a-9f0e-3a5d8c2b4e10", "protocol": "snmp", "operation": "walk", "arguments": {"oid": "1.3.6.1.2.1.1"}, "timeoutSeconds": 60}""",
        [typeof(ApiProblem)] =
            """
            {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "A device needs a name.", "errors": {"name": ["A device needs a name."]}}
            """,
    };

    /// <summary>Adds the example of a type that has one.</summary>
    public static Task AddAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is null && ByType.TryGetValue(context.JsonTypeInfo.Type, out var json)) schema.Examples = [JsonNode.Parse(json)!];
        return Task.CompletedTask;
    }
}
