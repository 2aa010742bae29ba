using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Api;

[Collection(ApiGroup.Name)]
public sealed class ScheduleApiTests(ApiWorld world)
{
    [Fact]
    public async Task A_schedule_lives_through_create_get_put_and_delete()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        var created = await world.Api.AskAsync("POST", "/api/v1/schedules", ApiWorld.Schedule(device));
        created.Status.Should().Be(201, created.Body);
        var address = created.Answer.Headers.Location!.ToString();

        var read = await world.Api.GetObjectAsync(address);
        read["nextRuns"]!.AsArray().Should().NotBeEmpty();
        (await world.Api.GetObjectAsync("/api/v1/schedules"))["items"]!.AsArray().Select(s => s!["id"]!.GetValue<string>()).Should().Contain(read["id"]!.GetValue<string>());

        var body = ApiWorld.Schedule(device);
        body["enabled"] = false;
        var changed = await world.Api.AskAsync("PUT", address, body);
        changed.Status.Should().Be(200, changed.Body);
        JsonNode.Parse(changed.Body)!["nextRuns"]!.AsArray().Should().BeEmpty();

        (await world.Viewer.AskAsync("DELETE", address)).Status.Should().Be(403);
        (await world.Api.AskAsync("DELETE", address)).Status.Should().Be(204);
        (await world.Api.AskAsync("GET", address)).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_clock_time_that_is_none_is_refused_at_its_field()
    {
        var body = ApiWorld.Schedule((await world.CreateDeviceAsync())["id"]!.GetValue<string>());
        body["cron"] = "now and then";

        var (status, text, _) = await world.Api.AskAsync("POST", "/api/v1/schedules", body);

        status.Should().Be(400);
        JsonNode.Parse(text)!["errors"]!.AsObject().Should().ContainKey("cron");
    }
}
