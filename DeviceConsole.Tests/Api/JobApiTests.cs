using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Api;

[Collection(ApiGroup.Name)]
public sealed class JobApiTests(ApiWorld world)
{
    [Fact]
    public async Task A_job_is_accepted_and_found_by_its_address()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();

        var (status, body, answer) = await world.Api.AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(device));

        status.Should().Be(202, body);
        var job = await world.Api.GetObjectAsync(answer.Headers.Location!.ToString());
        job["job"]!["id"]!.GetValue<string>().Should().Be(JsonNode.Parse(body)!["id"]!.GetValue<string>());
        job["job"]!["priority"]!.GetValue<string>().Should().Be("normal");
        job["arguments"]!["oids"]![0]!.GetValue<string>().Should().Be("1.3.6.1.2.1.1.1.0");
        job["transitions"]!.AsArray().Should().NotBeEmpty();
        (await world.Api.GetObjectAsync($"/api/v1/jobs?deviceId={device}&state=queued&state=running&state=failed&state=completed"))["items"]!.AsArray().Should().ContainSingle();
        (await world.Api.GetObjectAsync($"/api/v1/jobs/{job["job"]!["id"]}/results"))["values"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task The_same_key_makes_one_job()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.Api.AskAsync("POST", "/api/v1/jobs", ApiWorld.Job(device), ("Idempotency-Key", key))));

        answers.Should().OnlyContain(a => a.Status == 202);
        answers.Select(a => JsonNode.Parse(a.Body)!["id"]!.GetValue<string>()).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_queued_job_is_cancelled_and_run_again()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        var body = ApiWorld.Job(device);
        body["runAt"] = "2999-01-01T00:00:00Z";
        var id = JsonNode.Parse((await world.Api.AskAsync("POST", "/api/v1/jobs", body)).Body)!["id"]!.GetValue<string>();

        (await world.Api.AskAsync("POST", $"/api/v1/jobs/{id}/retry")).Status.Should().Be(409, "it has not ended");
        var cancelled = await world.Api.AskAsync("POST", $"/api/v1/jobs/{id}/cancel");
        cancelled.Status.Should().Be(202, cancelled.Body);
        JsonNode.Parse(cancelled.Body)!["state"]!.GetValue<string>().Should().Be("cancelled");

        var again = await world.Api.AskAsync("POST", $"/api/v1/jobs/{id}/retry");
        again.Status.Should().Be(202, again.Body);
        JsonNode.Parse(again.Body)!["retryOf"]!.GetValue<string>().Should().Be(id);
    }

    [Theory]
    [InlineData("""{"deviceId": "x", "protocol": "snmp", "operation": "get"}""", 400)]
    [InlineData("""{"deviceId": "01940f3c-6b7e-7c1a-9f0e-3a5d8c2b4e10", "protocol": "snmp", "operation": "get", "arguments": {"oids": ["1.3"]}}""", 0)]
    [InlineData("""{"deviceId": "01940f3c-6b7e-7c1a-9f0e-3a5d8c2b4e10", "protocol": "snmp", "operation": "fly"}""", 400)]
    [InlineData("""{"deviceId": "01940f3c-6b7e-7c1a-9f0e-3a5d8c2b4e10", "protocol": "snmp", "operation": "get", "priority": 2}""", 400)]
    [InlineData("""{"deviceId": "01940f3c-6b7e-7c1a-9f0e-3a5d8c2b4e10", "protocol": "snmp", "operation": "get", "timeoutSeconds": 0}""", 400)]
    public async Task A_request_that_cannot_become_a_job_is_refused_with_a_sentence(string body, int status)
    {
        var answer = await world.Api.AskAsync("POST", "/api/v1/jobs", body);

        answer.Status.Should().BeOneOf(status == 0 ? [400, 404] : [status]);
        JsonNode.Parse(answer.Body)!["detail"]!.GetValue<string>().Should().EndWith(".");
        answer.Body.Should().NotContain("DeviceConsole.");
    }

    [Theory]
    [InlineData("?state=done")]
    [InlineData("?after=x")]
    [InlineData("?limit=1000")]
    [InlineData("?deviceId=x")]
    public async Task A_list_that_cannot_be_meant_is_a_400(string query) => (await world.Api.AskAsync("GET", "/api/v1/jobs" + query)).Status.Should().Be(400);

    [Theory]
    [InlineData("61s")]
    [InlineData("soon")]
    [InlineData("-1")]
    public async Task A_wait_that_is_too_long_or_no_time_is_a_400(string wait) =>
        (await world.Api.AskAsync("POST", $"/api/v1/jobs?wait={wait}", ApiWorld.Job(Guid.NewGuid().ToString()))).Status.Should().Be(400);
}
