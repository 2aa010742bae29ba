using System.Text.Json.Nodes;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Tests.Api;

[Collection(ApiGroup.Name)]
public sealed class DeviceApiTests(ApiWorld world)
{
    [Fact]
    public async Task A_device_lives_through_create_get_put_and_delete()
    {
        var created = await world.CreateDeviceAsync(ApiWorld.Device("life"));
        var address = $"/api/v1/devices/{created["id"]}";
        created["address"]!.GetValue<string>().Should().Be("127.0.0.1");
        created["endpoints"]![0]!["secretsSet"]!.AsArray().Should().ContainSingle();

        var (_, read, got) = await world.Api.AskAsync("GET", address);
        read.Should().NotContain("canary");
        got.Headers.ETag!.Tag.Should().Be("\"1\"");
        (await world.Api.AskAsync("GET", address, null, ("If-None-Match", "\"1\""))).Status.Should().Be(304);

        var put = await world.Api.AskAsync("PUT", address, new JsonObject { ["name"] = "renamed" }, ("If-Match", "\"1\""));
        put.Status.Should().Be(200, put.Body);
        put.Answer.Headers.ETag!.Tag.Should().Be("\"2\"");
        (await world.Api.AskAsync("PUT", address, new JsonObject { ["name"] = "late" }, ("If-Match", "\"1\""))).Status.Should().Be(412);
        (await world.Api.AskAsync("PUT", address, new JsonObject { ["name"] = "weak" }, ("If-Match", "W/\"2\""))).Status.Should().Be(412, "If-Match compares strongly");

        (await world.Api.AskAsync("DELETE", address, null, ("If-Match", "\"1\""))).Status.Should().Be(412);
        (await world.Api.AskAsync("DELETE", address)).Status.Should().Be(204);
        (await world.Api.AskAsync("GET", address)).Status.Should().Be(404);
    }

    [Fact]
    public async Task Pages_are_followed_by_their_next_address()
    {
        foreach (var i in Enumerable.Range(0, 7)) await world.CreateDeviceAsync(ApiWorld.Device($"paged-{i}"));
        var names = new List<string>();
        for (string? next = "/api/v1/devices?search=paged-&sort=-name&limit=3"; next is not null;)
        {
            var page = await world.Api.GetObjectAsync(next);
            names.AddRange(page["items"]!.AsArray().Select(d => d!["name"]!.GetValue<string>()));
            next = page["next"]?.GetValue<string>();
        }

        names.Should().Equal("paged-6", "paged-5", "paged-4", "paged-3", "paged-2", "paged-1", "paged-0");
    }

    [Theory]
    [InlineData("?after=x", "after")]
    [InlineData("?after=MGEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA", null)]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=201", "limit")]
    [InlineData("?limit=many", null)]
    [InlineData("?sort=name;drop", "sort")]
    [InlineData("?search=%00", "search")]
    public async Task A_query_that_cannot_be_meant_is_a_400_with_a_sentence_or_an_empty_match(string query, string? field)
    {
        var (status, body, answer) = await world.Api.AskAsync("GET", "/api/v1/devices" + query);

        if (query.Contains("MGEw", StringComparison.Ordinal))
        {
            status.Should().Be(200, "a cursor of this list with a place before everything is one");
            return;
        }
        status.Should().Be(400, body);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = JsonNode.Parse(body)!;
        problem["detail"]!.GetValue<string>().Should().EndWith(".");
        if (field is not null) problem["errors"]!.AsObject().Should().ContainKey(field);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"name": "x", "nmae": 1}""", "'nmae'")]
    [InlineData("""{"name": 7}""", "'name'")]
    [InlineData("""{}""", "name")]
    [InlineData("null", "body")]
    [InlineData("""{"name": "x", "endpoints": [null]}""", "protocol")]
    [InlineData("""{"name": "x", "endpoints": [{"protocol": "snmp", "settings": {"host": ["a"]}, "secrets": {"readCommunity": null}}]}""", "Community")]
    public async Task A_wrong_body_is_a_400_with_a_sentence_and_nothing_of_the_inside(string body, string mentions)
    {
        var (status, text, _) = await world.Api.AskAsync("POST", "/api/v1/devices", body);

        status.Should().Be(400, text);
        text.Should().Contain(mentions).And.NotContain("DeviceConsole.").And.NotContain("System.").And.NotContain("   at ");
        JsonNode.Parse(text)!["detail"]!.GetValue<string>().Should().EndWith(".");
    }

    [Fact]
    public async Task A_request_that_is_repeated_with_its_key_makes_one_device()
    {
        var (key, body) = (Guid.NewGuid().ToString(), ApiWorld.Device("once"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.Api.AskAsync("POST", "/api/v1/devices", body.DeepClone(), ("Idempotency-Key", key))));
        var other = await world.Api.AskAsync("POST", "/api/v1/devices", ApiWorld.Device("another"), ("Idempotency-Key", key));

        answers.Should().OnlyContain(a => a.Status == 201);
        answers.Select(a => JsonNode.Parse(a.Body)!["id"]!.GetValue<string>()).Distinct().Should().ContainSingle();
        other.Status.Should().Be(409);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM devices WHERE name = 'once'")).Should().Be(1);
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        var key = Guid.NewGuid().ToString();
        (await world.Api.AskAsync("POST", "/api/v1/devices", ApiWorld.Device(""), ("Idempotency-Key", key))).Status.Should().Be(400);

        (await world.Api.AskAsync("POST", "/api/v1/devices", ApiWorld.Device("corrected"), ("Idempotency-Key", key))).Status.Should().Be(201);
    }

    [Fact]
    public async Task A_serial_number_clash_names_its_field()
    {
        await world.CreateDeviceAsync(ApiWorld.Device(serial: "S-clash"));

        var (status, body, _) = await world.Api.AskAsync("POST", "/api/v1/devices", ApiWorld.Device(serial: "S-clash"));

        status.Should().Be(409);
        JsonNode.Parse(body)!["errors"]!.AsObject().Should().ContainKey("serialNumber");
        (await world.Stranger.AskAsync("POST", "/api/v1/devices", ApiWorld.Device(serial: "S-clash"))).Status.Should().Be(201);
    }

    [Fact]
    public async Task A_viewer_may_look_and_not_touch()
    {
        var id = (await world.CreateDeviceAsync())["id"];

        (await world.Viewer.AskAsync("GET", $"/api/v1/devices/{id}")).Status.Should().Be(200);
        (await world.Viewer.AskAsync("POST", "/api/v1/devices", ApiWorld.Device())).Status.Should().Be(403);
        (await world.Viewer.AskAsync("PUT", $"/api/v1/devices/{id}", ApiWorld.Device())).Status.Should().Be(403);
        (await world.Viewer.AskAsync("DELETE", $"/api/v1/devices/{id}")).Status.Should().Be(403);
        (await world.Viewer.AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(id!.ToString()))).Status.Should().Be(403);
    }

    [Fact]
    public async Task A_limited_service_account_finds_its_devices_only()
    {
        var mine = (await world.CreateDeviceAsync(ApiWorld.Device("scoped-mine")))["id"]!.GetValue<string>();
        var other = (await world.CreateDeviceAsync(ApiWorld.Device("scoped-other")))["id"]!.GetValue<string>();
        var limited = await world.ClientAsync(world.Tenant, Roles.Operator, [Guid.Parse(mine)]);

        var page = await limited.GetObjectAsync("/api/v1/devices");

        page["items"]!.AsArray().Select(d => d!["id"]!.GetValue<string>()).Should().Equal(mine);
        (await limited.AskAsync("GET", $"/api/v1/devices/{other}")).Status.Should().Be(404);
        (await limited.AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(other))).Status.Should().BeOneOf(400, 404);
    }

    [Fact]
    public async Task A_tenant_in_body_or_header_changes_nothing()
    {
        var body = ApiWorld.Device("mine-anyway");
        body["tenantId"] = world.OtherTenant.ToString();
        (await world.Api.AskAsync("POST", "/api/v1/devices", body)).Status.Should().Be(400, "there is no such field");

        var made = await world.Api.AskAsync("POST", "/api/v1/devices", ApiWorld.Device("mine-anyway"), ("X-Tenant", world.OtherTenant.ToString()), ("X-Tenant-Id", world.OtherTenant.ToString()));
        made.Status.Should().Be(201);
        (await world.Database.ScalarAsync<Guid>("SELECT tenant_id FROM devices WHERE name = 'mine-anyway'")).Should().Be(world.Tenant);
    }
}
