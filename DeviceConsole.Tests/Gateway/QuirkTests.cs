using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Protocols.Cwmp;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Simulator.Cwmp;

namespace DeviceConsole.Tests.Gateway;

/// <summary>How models want to be talked to: learnt from what their devices refuse, and entered by people.</summary>
public sealed class QuirkTests : IAsyncLifetime
{
    private CwmpWorld world = null!;
    private QuirkService service = null!;

    public async Task InitializeAsync()
    {
        world = await CwmpWorld.CreateAsync();
        service = world.Quirks;
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task What_one_device_refuses_is_not_asked_of_the_next_one_of_its_model()
    {
        var (first, _) = await world.StartAsync(new CpeQuirks { OneLevelOnly = true, MaximumNames = 60 });
        (await world.RunAsync(first, "refresh")).Job.State.Should().Be(Core.Jobs.JobState.Completed);

        var learnt = (await service.ListAsync(world.Admin, default)).Value.Should().ContainSingle().Subject;
        (learnt.Model.Model, learnt.Model.Firmware, learnt.UpdatedBy).Should().Be(("HG-5400", "3.4.1", "learnt"));
        learnt.Learnt["listing"]!.GetValue<string>().Should().Be("levels");
        learnt.Learnt["skipEmptyPath"]!.GetValue<bool>().Should().BeTrue();
        learnt.Learnt["maximumNames"]!.GetValue<int>().Should().BeInRange(8, 60);

        var (second, cpe) = await world.StartAsync(new CpeQuirks { OneLevelOnly = true, MaximumNames = 60 });
        (await world.RunAsync(second, "refresh")).Job.State.Should().Be(Core.Jobs.JobState.Completed);
        await JobWorld.UntilAsync(async () => (await world.TracesAsync(second)).Contains("GetParameterValuesResponse", StringComparison.Ordinal), "the trace is written");
        (await world.TracesAsync(second)).Should().NotContain("Fault 9", "nothing is asked that the model does not take");
    }

    [Theory]
    [InlineData("cwmp", "HG-1", "*", "maximumNames", 12, null)]
    [InlineData("cwmp", "", "*", "maximumNames", 12, "model")]
    [InlineData("cwmp", "HG-1", "", "maximumNames", 12, "firmware")]
    [InlineData("cwmp", "HG-1", "*", "maximumNames", 0, "maximumNames")]
    [InlineData("cwmp", "HG-1", "*", "unheard", 1, "unheard")]
    public async Task What_is_entered_is_checked(string protocol, string model, string firmware, string field, int value, string? wrong)
    {
        var saved = await service.SaveAsync(world.Admin, protocol, new DeviceModel("Homegate", model, firmware), new JsonObject { [field] = value }, default);
        saved.Problem?.Errors.Select(e => e.Field).FirstOrDefault().Should().Be(wrong);
        saved.IsSuccess.Should().Be(wrong is null);
    }

    [Fact]
    public async Task What_is_entered_wins_over_what_was_learnt_and_a_firmware_over_all_of_them()
    {
        (await service.SaveAsync(world.Admin, "cwmp", new DeviceModel("Homegate", "HG-5400", "*"), new JsonObject { ["maximumNames"] = 7, ["booleans"] = "words" }, default)).IsSuccess.Should().BeTrue();
        (await service.SaveAsync(world.Admin, "cwmp", new DeviceModel("Homegate", "HG-5400", "3.4.1"), new JsonObject { ["maximumNames"] = 20 }, default)).IsSuccess.Should().BeTrue();
        var (device, cpe) = await world.StartAsync();
        var names = new JsonArray([.. CwmpWorld.LastingPaths(cpe).Take(45).Select(p => (JsonNode?)p)]);

        (await world.RunAsync(device, "get", new JsonObject { ["names"] = names })).Job.State.Should().Be(Core.Jobs.JobState.Completed);

        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Requests.Count(r => r == "GetParameterValues") == 3), "45 names go in threes of at most 20");
        (await service.DeleteAsync(world.Admin, "cwmp", new DeviceModel("Homegate", "HG-5400", "3.4.1"), default)).IsSuccess.Should().BeTrue();
        (await service.DeleteAsync(world.Admin, "cwmp", new DeviceModel("Homegate", "HG-5400", "3.4.1"), default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }
}
