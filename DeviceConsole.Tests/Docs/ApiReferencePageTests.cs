using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Docs;

/// <summary>The second part of docs/API_REFERENCE.md is made of the OpenAPI document that the running product gives.</summary>
[Collection(ApiGroup.Name)]
public sealed class ApiReferencePageTests(ApiWorld world)
{
    [Fact]
    public async Task The_page_is_up_to_date()
    {
        var document = await world.Anonymous.GetObjectAsync("/openapi.json");
        var operations = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Where(o => o.Value is JsonObject v && v.ContainsKey("operationId")).Select(o => (Method: o.Key.ToUpperInvariant(), Path: p.Key, Operation: o.Value!.AsObject())));
        var text = new StringBuilder("# Every address\n\nBesides the answers that are named, each may answer 400, 401, 403, 429 and 500 as under Errors.\n");
        foreach (var tag in operations.GroupBy(o => o.Operation["tags"]?[0]?.ToString() ?? "Other").OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Line(text, $"\n## {tag.Key}");
            foreach (var (method, path, operation) in tag.OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Method, StringComparer.Ordinal)) Operation(text, method, path, operation);
        }
        text.Append("\n# Every shape\n");
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject().OrderBy(s => s.Key, StringComparer.Ordinal)) Shape(text, name, schema!.AsObject());

        GeneratedPage.CheckBelow("docs/API_REFERENCE.md", text.ToString());
    }

    private static void Operation(StringBuilder text, string method, string path, JsonObject operation)
    {
        Line(text, $"\n### {method} {path}\n\n{operation["summary"]}. {OneLine(operation["description"])}".TrimEnd());
        if (operation["parameters"] is JsonArray { Count: > 0 } parameters)
        {
            Line(text, "\n| parameter | in | type | |\n| --- | --- | --- | --- |");
            foreach (var p in parameters) Line(text, $"| `{p!["name"]}` | {p["in"]} | {Type(p["schema"])} | {$"{(p["required"]?.GetValue<bool>() == true ? "required. " : "")}{OneLine(p["description"])}".Trim()} |");
        }
        text.Append('\n');
        if (operation["requestBody"]?["content"] is JsonObject body) Line(text, $"Body: {string.Join(", or ", body.Select(b => $"{b.Key}, {Type(b.Value!["schema"])}"))}.");
        Line(text, "Answers: " + string.Join("; ", operation["responses"]!.AsObject().Where(r => r.Key is not ("400" or "401" or "403" or "429" or "500")).OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key} {Answer(r.Value!)}")) + ".");
    }

    private static string Answer(JsonNode response) =>
        response["content"] is JsonObject { Count: > 0 } content && !content.ContainsKey("application/problem+json") ? string.Join(", ", content.Select(c => Type(c.Value!["schema"])).Distinct()) : OneLine(response["description"]).TrimEnd('.');

    private static void Shape(StringBuilder text, string name, JsonObject schema)
    {
        Line(text, $"\n### {name}\n");
        if (OneLine(schema["description"]) is { Length: > 0 } meaning) Line(text, meaning + "\n");
        if (schema["properties"] is not JsonObject { Count: > 0 } properties)
        {
            Line(text, Type(schema));
            return;
        }
        Line(text, "| field | type | |\n| --- | --- | --- |");
        foreach (var (field, property) in properties) Line(text, $"| `{field}` | {Type(property)} | {OneLine(property!["description"])} |");
    }

    private static string Type(JsonNode? schema)
    {
        if (schema is not JsonObject s) return "anything";
        if (s["$ref"] is { } reference) return reference.ToString().Split('/')[^1] is var name ? $"[{name}](#{name.ToLowerInvariant()})" : "";
        if (s["enum"] is JsonArray choices) return string.Join(", ", choices.Where(c => c is not null).Select(c => $"`{c}`"));
        foreach (var key in (string[])["oneOf", "anyOf", "allOf"])
            if (s[key] is JsonArray parts) return string.Join(" or ", parts.Select(Type).Where(t => t != "null"));
        var types = s["type"] is JsonArray several ? several.Select(t => t!.ToString()).ToList() : [s["type"]?.ToString() ?? "anything"];
        var kind = types.Contains("integer") ? "integer" : types.FirstOrDefault(t => t != "null") ?? "anything";
        var text = kind switch
        {
            "array" => $"array of {Type(s["items"])}",
            "object" when s["additionalProperties"] is JsonObject values => $"object of {Type(values)}",
            _ when s["format"] is { } format && kind == "string" => format.ToString(),
            _ => kind,
        };
        return types.Contains("null") && types.Count > 1 ? text + " or null" : text;
    }

    private static string OneLine(JsonNode? text) => string.Join(' ', (text?.ToString() ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("|", "\\|", StringComparison.Ordinal);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
