using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Web.Components.Schedules;

namespace DeviceConsole.Tests.Components;

public sealed class ScheduleFormModelTests
{
    private readonly ProtocolCatalog catalog = new([new PollModule()]);

    [Fact]
    public void A_new_schedule_starts_in_the_persons_time_zone_with_a_time_that_the_service_understands()
    {
        var model = ScheduleFormModel.New(catalog, "Europe/Berlin");

        model.ToInput().TimeZone.Should().Be("Europe/Berlin");
        model.ToInput().Protocol.Should().Be("poll");
        foreach (var preset in ScheduleFormModel.Presets)
            CronText.Parse(preset, TimeZoneInfo.Utc, DateTimeOffset.UnixEpoch, out _).Should().NotBeNull(preset);
    }

    [Fact]
    public void A_stored_schedule_comes_back_as_it_was()
    {
        var device = Guid.NewGuid();
        var stored = new ScheduleInput
        {
            Name = "Counters", Cron = "hourly", TimeZone = "UTC", Protocol = "poll", Operation = "read", DeviceIds = [device],
            Arguments = new JsonObject { ["path"] = "1.3.6" }, Priority = JobPriority.High, Enabled = false,
        };

        var model = ScheduleFormModel.From(stored, catalog, new Dictionary<Guid, string> { [device] = "sw-1" });

        model.Devices.Should().ContainSingle().Which.Name.Should().Be("sw-1");
        var again = model.ToInput();
        again.Arguments.ToJsonString().Should().Be("""{"path":"1.3.6"}""");
        (again with { Arguments = stored.Arguments, DeviceIds = stored.DeviceIds }).Should().Be(stored);
        again.DeviceIds.Should().Equal(device);
    }

    [Fact]
    public void Arguments_are_kept_while_another_operation_is_looked_at()
    {
        var model = ScheduleFormModel.New(catalog, "UTC");
        model.ChooseOperation("read");
        model.Arguments!["path"] = "1.3";

        model.ChooseOperation("ping");
        model.ChooseOperation("read");

        model.ToInput().Arguments.ToJsonString().Should().Be("""{"path":"1.3"}""");
    }

    private sealed class PollModule : IProtocolModule
    {
        public ProtocolDescriptor Descriptor { get; } = new("poll", "Poll", "A protocol.", new PathSyntax("path", "a"), [], [],
            [new OperationDescriptor("ping", "Ping", "Asks.", []), new OperationDescriptor("read", "Read", "Reads.", [new FieldDescriptor("path", "Path", FieldKind.Text)])]);

        public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) => [];

        public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [];

        public string Describe(string operation, JsonObject arguments) => operation;
    }
}
