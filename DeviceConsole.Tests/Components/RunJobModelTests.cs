using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Components.Devices;

namespace DeviceConsole.Tests.Components;

public sealed class RunJobModelTests
{
    private static readonly DeviceDetail Device = new(
        new DeviceRow { Id = Guid.NewGuid(), Name = "sw-1", SerialNumber = "", Manufacturer = "", Model = "", Address = "", Site = "", Tags = [], Protocols = ["test"], CreatedAt = default, Version = 1 },
        "", [new DeviceEndpoint("test", null, [], [], null)], default);

    private readonly ProtocolCatalog catalog = new([new TestModule()]);

    [Fact]
    public void Operations_that_change_the_device_are_offered_only_to_those_who_may()
    {
        new RunJobModel(Device, catalog, Roles.RightsOf(Roles.Operator)).Operations.Select(o => o.Id).Should().Equal("get", "reboot");
        new RunJobModel(Device, catalog, Rights.View | Rights.RunReads).Operations.Select(o => o.Id).Should().Equal("get");
        new RunJobModel(Device, catalog, Rights.View).Operation.Should().BeNull();
    }

    [Fact]
    public void However_often_it_is_sent_it_is_the_same_job_and_the_next_opening_is_another()
    {
        var model = new RunJobModel(Device, catalog, Roles.RightsOf(Roles.Operator));

        model.ToRequest().Value.IdempotencyKey.Should().Be(model.ToRequest().Value.IdempotencyKey);
        new RunJobModel(Device, catalog, Roles.RightsOf(Roles.Operator)).IdempotencyKey.Should().NotBe(model.IdempotencyKey);
    }

    [Fact]
    public void What_was_typed_for_an_operation_is_still_there_after_looking_at_another()
    {
        var model = new RunJobModel(Device, catalog, Roles.RightsOf(Roles.Operator));
        model.Arguments!["path"] = "1.3.6";

        model.ChooseOperation("reboot");
        model.ChooseOperation("get");

        model.ToRequest().Value.Arguments.ToJsonString().Should().Be("""{"path":"1.3.6"}""");
    }

    [Fact]
    public void Something_dangerous_needs_the_devices_name()
    {
        var model = new RunJobModel(Device, catalog, Roles.RightsOf(Roles.Operator));
        model.ChooseOperation("reboot");

        model.ToRequest().Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("name");
        model.TypedName = "sw-1";
        model.ToRequest().IsSuccess.Should().BeTrue();
    }

    [Fact]
    public void Wrong_numbers_are_told_at_their_fields_and_right_ones_travel()
    {
        var model = new RunJobModel(Device, catalog, Roles.RightsOf(Roles.Operator)) { Timeout = "soon", Attempts = "0" };
        model.ToRequest().Problem!.Errors.Select(e => e.Field).Should().Equal("timeout", "maxAttempts");

        (model.Timeout, model.Attempts) = ("90", "");
        model.ToRequest().Value.Timeout.Should().Be(TimeSpan.FromSeconds(90));
        model.ToRequest().Value.MaxAttempts.Should().BeNull();
    }

    private sealed class TestModule : IProtocolModule
    {
        public ProtocolDescriptor Descriptor { get; } = new("test", "Test", "A protocol.", new PathSyntax("path", "a"), [], [],
        [
            new OperationDescriptor("get", "Get", "Reads.", [new FieldDescriptor("path", "Path", FieldKind.Text)]),
            new OperationDescriptor("reboot", "Reboot", "Restarts it.", []) { Writes = true, Dangerous = true },
        ]);

        public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) => [];

        public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [];

        public string Describe(string operation, JsonObject arguments) => operation;
    }
}
