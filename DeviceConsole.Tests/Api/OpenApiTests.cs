using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DeviceConsole.Tests.Api;

/// <summary>What the OpenAPI document promises, and what holds at every route that it names.</summary>
[Collection(ApiGroup.Name)]
public sealed partial class OpenApiTests(ApiWorld world)
{
    [Fact]
    public async Task The_document_is_open_api_3_1_and_describes_every_response()
    {
        var document = await world.Anonymous.GetObjectAsync("/openapi.json");

        document["openapi"]!.GetValue<string>().Should().StartWith("3.1");
        var operations = Operations(document).ToList();
        operations.Should().HaveCountGreaterThan(18);
        operations.Select(o => o.Operation["operationId"]!.GetValue<string>()).Should().OnlyHaveUniqueItems();
        foreach (var (method, path, operation) in operations)
        {
            operation["summary"]!.GetValue<string>().Should().NotBeEmpty($"{method} {path}");
            foreach (var (status, response) in operation["responses"]!.AsObject()) response!["description"]!.GetValue<string>().Should().NotBeNullOrWhiteSpace($"{method} {path} {status}");
            operation["responses"]!.AsObject().Should().ContainKeys("400", "401", "403", "429");
        }
        document["components"]!["securitySchemes"]!.AsObject().Should().ContainKeys("bearer", "oauth");
        References(document).Should().OnlyContain(r => Resolve(document, r) != null, "every reference leads somewhere");
    }

    [Fact]
    public async Task Without_a_token_every_route_is_a_401()
    {
        foreach (var (method, path, _) in Operations(await world.Anonymous.GetObjectAsync("/openapi.json")))
        {
            var (status, body, answer) = await world.Anonymous.AskAsync(method, Fill(path, Guid.NewGuid().ToString()), method is "POST" or "PUT" ? "{}" : null);
            status.Should().Be(401, $"{method} {path}: {body}");
            answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
            answer.Headers.WwwAuthenticate.Should().NotBeEmpty();
        }
    }

    [Fact]
    public async Task Another_tenants_id_is_not_found_at_every_route_as_if_it_did_not_exist()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        var job = (await world.CreateJobAsync(device))["id"]!.GetValue<string>();
        var schedule = (await world.Api.AskAsync("POST", "/api/v1/schedules", ApiWorld.Schedule(device))).Answer.Headers.Location!.ToString().Split('/')[^1];
        var session = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync(
            "INSERT INTO device_sessions (tenant_id, device_id, id, opened_at, protocol, transport, node) VALUES ($1, $2, $3, now(), 'snmp', 'test', $3)", world.Tenant, Guid.Parse(device), Guid.Parse(session));
        var account = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/service-accounts", new JsonObject { ["name"] = "mine", ["role"] = "viewer" })).Body)!["account"]!["id"]!.GetValue<string>();
        var dataModel = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync(
            """
            INSERT INTO data_models (tenant_id, id, name, spec, root, file_name, objects, parameters, commands, events, content, content_hash, imported_by)
            VALUES ($1, $2, 'Device:2.16', '', 'Device.', 'x.xml', 0, 0, 0, 0, '', sha256(''), 'test')
            """, world.Tenant, Guid.Parse(dataModel));
        var mib = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync(
            """
            WITH f AS (INSERT INTO mib_files (tenant_id, id, name, hash, size, source, uploaded_by) VALUES ($1, $2, 'a', sha256('a'), 1, '\x00', 'x'))
            INSERT INTO mib_modules (tenant_id, id, file_id, name, language, definitions, types, errors, warnings, imports, missing, diagnostics, outline, texts, active)
            VALUES ($1, $2, $2, 'A-MIB', 'smi_v2', 0, 0, 0, 0, '{}', '{}', '[]', '\x00', '\x00', false)
            """, world.Tenant, Guid.Parse(mib));
        var file = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync(
            "INSERT INTO files (tenant_id, id, origin, state, name, file_type, size, hash, created_by) VALUES ($1, $2, 'library', 'ready', 'f', '1 Firmware Upgrade Image', 0, sha256(''), 'x')", world.Tenant, Guid.Parse(file));
        var alarm = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync("INSERT INTO alarms (tenant_id, id, device_id, key, source, severity, text, state) VALUES ($1, $2, $3, 'k', 'x', 'minor', 'x', 'raised')", world.Tenant, Guid.Parse(alarm), Guid.Parse(device));
        var rule = new JsonObject { ["name"] = "mine", ["raiseOn"] = new JsonArray("boot"), ["severity"] = "minor", ["key"] = "k", ["text"] = "t" };
        var alarmRule = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/alarm-rules", rule)).Body)!["id"]!.GetValue<string>();
        var silence = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/alarm-suppressions", new JsonObject { ["key"] = "none", ["until"] = DateTimeOffset.UtcNow.AddHours(1) })).Body)!["id"]!.GetValue<string>();
        var quarantined = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync(
            "INSERT INTO task_quarantine (tenant_id, id, protocol, manufacturer, model, firmware, operation, arguments, description) VALUES ($1, $2, 'cwmp', 'm', 'x', '1', 'get', sha256('a'), 'Get')", world.Tenant, Guid.Parse(quarantined));
        var collision = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync(
            "INSERT INTO identity_collisions (tenant_id, id, device_id, protocol, kind, known_mark, other_mark, pair, known, other) VALUES ($1, $2, $3, 'cwmp', 'address', 'a', 'b', sha256('a'), '{}', '{}')",
            world.Tenant, Guid.Parse(collision), Guid.Parse(device));
        var poll = new JsonObject { ["name"] = "mine", ["objects"] = new JsonArray(new JsonObject { ["oid"] = "sysUpTime" }), ["tags"] = new JsonArray("none") };
        var bulk = Guid.CreateVersion7().ToString();
        await world.Database.ExecuteAsync(
            "INSERT INTO bulk_profiles (tenant_id, id, device_id, protocol, name, interval_s, encoding, parameters, secret, created_by) VALUES ($1, $2, $3, 'cwmp', 'n', 60, 'csv-rows', '[]', '\\x00', 'x')", world.Tenant, Guid.Parse(bulk), Guid.Parse(device));
        var pollProfile = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/poll-profiles", poll)).Body)!["id"]!.GetValue<string>();
        var template = new JsonObject { ["name"] = "mine", ["protocol"] = "snmp", ["secrets"] = new JsonObject { ["readCommunity"] = "canary-8812" } };
        var credentials = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/credential-templates", template)).Body)!["id"]!.GetValue<string>();
        var looked = new JsonObject { ["name"] = "mine", ["ranges"] = new JsonArray("127.0.0.254"), ["templateIds"] = new JsonArray(credentials), ["timeoutMs"] = 100, ["retries"] = 0, ["port"] = 1 };
        var scan = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/discovery-scans", looked)).Body)!["id"]!.GetValue<string>();
        var theirOwn = (await world.CreateDeviceAsync(client: world.Stranger))["id"]!.GetValue<string>();
        var routes = Operations(await world.Anonymous.GetObjectAsync("/openapi.json")).Where(o => o.Path.Contains("{id}", StringComparison.Ordinal)).ToList();
        routes.Should().HaveCountGreaterThan(10);

        foreach (var (method, path, operation) in routes)
        {
            var (id, valid) = path.Split('/')[3] switch
            {
                "devices" when path.EndsWith("/bulk-profiles", StringComparison.Ordinal) => (device, new JsonObject { ["name"] = "mine", ["parameters"] = new JsonArray(new JsonObject { ["reference"] = "Device.WiFi." }) }),
                "devices" => (device, ApiWorld.Device()),
                "jobs" => (job, ApiWorld.Job(device)),
                "schedules" => (schedule, ApiWorld.Schedule(theirOwn)),
                "data-models" => (dataModel, new JsonObject()),
                "sessions" => (session, new JsonObject()),
                "service-accounts" => (account, new JsonObject()),
                "files" => (file, new JsonObject()),
                "poll-profiles" => (pollProfile, poll),
                "bulk-profiles" => (bulk, new JsonObject()),
                "discovery-scans" => (scan, new JsonObject()),
                "credential-templates" => (credentials, template),
                "alarms" => (alarm, new JsonObject()),
                "alarm-rules" => (alarmRule, rule),
                "alarm-suppressions" => (silence, new JsonObject()),
                "quarantine" => (quarantined, new JsonObject()),
                "identity-collisions" => (collision, new JsonObject { ["answer"] = "blocked" }),
                "mibs" => (mib, new JsonObject { ["pinned"] = true }),
                var other => throw new InvalidOperationException($"The test needs a thing of its own for {other}."),
            };
            var body = operation["requestBody"] is null ? null : valid;
            var theirs = await world.Stranger.AskAsync(method, Fill(path, id), body);
            var nowhere = await world.Stranger.AskAsync(method, Fill(path, Guid.CreateVersion7().ToString()), body);
            theirs.Status.Should().Be(404, $"{method} {path}: {theirs.Body}");
            theirs.Body.Should().Be(nowhere.Body, $"{method} {path}");
        }
        (await world.Api.AskAsync("GET", $"/api/v1/devices/{device}")).Status.Should().Be(200, "nothing happened to it");
        (await world.Database.ExecuteAsync("DELETE FROM files WHERE id = $1", Guid.Parse(file))).Should().Be(1, "nothing happened to it");
        (await world.Database.ExecuteAsync("DELETE FROM mib_files WHERE id = $1", Guid.Parse(mib))).Should().Be(1, "nothing happened to it");
    }

    [Fact]
    public async Task An_unknown_address_under_the_api_has_a_body_that_says_so()
    {
        var (status, body, answer) = await world.Api.AskAsync("GET", "/api/v1/nothing");

        status.Should().Be(404);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        JsonNode.Parse(body)!["detail"]!.GetValue<string>().Should().EndWith(".");
    }

    private static string Fill(string path, string id) => Parameter().Replace(path, m => m.Value == "{protocol}" ? "snmp" : id);

    private static IEnumerable<(string Method, string Path, JsonNode Operation)> Operations(JsonObject document) =>
        document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (o.Key.ToUpperInvariant(), p.Key, o.Value!)));

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p is { Key: "$ref", Value: JsonValue v } ? [v.GetValue<string>()] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Resolve(JsonNode document, string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)document, (node, part) => node is JsonObject o ? o[part.Replace("~1", "/", StringComparison.Ordinal)] : null);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
