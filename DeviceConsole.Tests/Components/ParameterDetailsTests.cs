using System.Text.Json.Nodes;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Components.Devices.Parameters;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Tests.Components;

/// <summary>One parameter or object beside the tree: what is known of it, and what can be asked of the device.</summary>
public sealed class ParameterDetailsTests
{
    private static readonly ModelNode Channel = new("Device.WiFi.Radio.{i}.Channel", ModelNodeKind.Parameter)
    {
        Access = "readWrite",
        Description = "The current channel.\n\nMore of it.",
        Type = new ModelType("unsignedInt") { Ranges = [new ModelRange(1, 255, null)] },
    };

    private readonly List<ParameterRequest> requests = [];
    private readonly List<CollectedChange> collected = [];

    [Fact]
    public async Task A_wrong_value_is_told_at_the_field_and_not_sent_a_right_one_is()
    {
        using var host = await RenderAsync(Value("Device.WiFi.Radio.1.Channel", "6"), Channel, Roles.Operator);

        await TypeAsync(host, "300");
        host.Html.Should().Contain("The value is from 1 to 255.");
        await SubmitAsync(host);
        requests.Should().BeEmpty();

        await TypeAsync(host, "11");
        await SubmitAsync(host);
        requests.Should().ContainSingle().Which.Should().Be(new ParameterRequest(TreeRole.Write, "Device.WiFi.Radio.1.Channel") { Write = new TreeWrite("Device.WiFi.Radio.1.Channel", "11", "unsignedInt") });
    }

    [Fact]
    public async Task The_data_models_words_stand_beside_the_value()
    {
        using var host = await RenderAsync(Value("Device.WiFi.Radio.1.Channel", "6"), Channel, Roles.Operator);

        host.Html.Should().Contain(">The current channel.</p>").And.Contain(">More of it.</p>").And.Contain(">from 1 to 255</dd>").And.Contain("Device:2.16");
    }

    [Fact]
    public async Task An_enumeration_is_chosen_and_a_secret_is_not_shown_as_empty()
    {
        var mode = new ModelNode("Device.Mode", ModelNodeKind.Parameter) { Access = "readWrite", Type = new ModelType("string") { Choices = [new ModelChoice("On", ""), new ModelChoice("Off", "")], IsHidden = true } };
        using var host = await RenderAsync(Value("Device.Mode", ""), mode, Roles.Operator);

        host.Elements().Where(e => e.Name == "option").Select(e => e["value"]).Should().Equal("", "On", "Off");
        host.Html.Should().Contain("hidden by the device");
    }

    [Fact]
    public async Task Tables_take_instances_and_instances_are_deleted_where_the_device_allows()
    {
        var table = new ParameterNode("Device.NAT.PortMapping.", "PortMapping", true) { Writable = true };
        using (var host = await RenderAsync(table, null, Roles.Operator))
        {
            host.Html.Should().Contain("Add instance").And.NotContain("Delete instance");
        }

        using (var host = await RenderAsync(table with { Path = "Device.NAT.PortMapping.1.", Name = "1" }, null, Roles.Operator))
        {
            host.Html.Should().Contain("Delete instance").And.NotContain("Add instance");
        }

        using var owned = await RenderAsync(table with { Writable = false }, null, Roles.Operator);
        owned.Html.Should().NotContain("Add instance").And.Contain("Refresh subtree");
    }

    [Fact]
    public async Task Somebody_who_only_looks_is_offered_nothing_that_asks_the_device()
    {
        using var host = await RenderAsync(Value("Device.WiFi.Radio.1.Channel", "6"), Channel, Roles.Viewer);

        host.Html.Should().NotContain("Set value").And.NotContain("Read again");
    }

    [Fact]
    public async Task A_value_is_put_aside_only_where_it_is_right()
    {
        using var host = await RenderAsync(Value("Device.WiFi.Radio.1.Channel", "6"), Channel, Roles.Operator);

        await TypeAsync(host, "300");
        await host.RaiseAsync(host.One(e => e.Name == "button" && e["title"]?.StartsWith("Puts it aside", StringComparison.Ordinal) == true), "onclick", EventArgs.Empty);
        collected.Should().BeEmpty();
        await TypeAsync(host, "11");
        await host.RaiseAsync(host.One(e => e.Name == "button" && e["title"]?.StartsWith("Puts it aside", StringComparison.Ordinal) == true), "onclick", EventArgs.Empty);

        collected.Should().Equal(new CollectedChange(new TreeWrite("Device.WiFi.Radio.1.Channel", "11", "unsignedInt"), ""));
        requests.Should().BeEmpty();
    }

    [Fact]
    public async Task What_nobody_calls_writable_or_not_is_left_to_the_device()
    {
        var table = new ParameterNode("Device.NAT.PortMapping.", "PortMapping", true);

        using (var host = await RenderAsync(table, null, Roles.Operator, looksLikeTable: true)) host.Html.Should().Contain("Add instance");
        using (var host = await RenderAsync(table, null, Roles.Operator)) host.Html.Should().NotContain("Add instance");
        using var row = await RenderAsync(table with { Path = "Device.NAT.PortMapping.1.", Name = "1" }, null, Roles.Operator);
        row.Html.Should().Contain("Delete instance");
    }

    private static Task TypeAsync(ComponentHost host, string value) =>
        host.RaiseAsync(host.One(e => e["id"] == "new-value"), "oninput", new ChangeEventArgs { Value = value });

    private static Task SubmitAsync(ComponentHost host) => host.RaiseAsync(host.One(e => e.Name == "form"), "onsubmit", EventArgs.Empty);

    private async Task<ComponentHost> RenderAsync(ParameterNode node, ModelNode? described, string role, bool looksLikeTable = false)
    {
        var catalog = new ProtocolCatalog([new TreeProtocol()]);
        var device = new DeviceDetail(
            new DeviceRow { Id = Guid.NewGuid(), Name = "gw", SerialNumber = "", Manufacturer = "", Model = "", Address = "", Site = "", Tags = [], Protocols = ["tree"], CreatedAt = default, Version = 1 },
            "", [new DeviceEndpoint("tree", null, [], [], null)], default);
        return await ComponentHost.RenderAsync<ParameterDetails>(ComponentHost.Services(),
            ("Node", node), ("Described", described), ("ModelName", "Device:2.16"), ("Protocols", new TreeProtocols(device, catalog, Roles.RightsOf(role))),
            ("LooksLikeTable", looksLikeTable), ("OnCollect", EventCallback.Factory.Create<CollectedChange>(this, collected.Add)),
            ("OnRun", EventCallback.Factory.Create<ParameterRequest>(this, requests.Add)));
    }

    private static ParameterNode Value(string path, string value) => new(path, path.Split('.')[^1], false) { Value = value, Type = "unsignedInt", Writable = true };

    private sealed class TreeProtocol : IProtocolModule
    {
        public ProtocolDescriptor Descriptor { get; } = new("tree", "Tree", "", new PathSyntax("path", "Device."), [], [],
        [
            Operation("read", TreeRole.Read), Operation("refresh", TreeRole.Refresh), Operation("add", TreeRole.Add) with { Writes = true }, Operation("delete", TreeRole.Delete) with { Writes = true },
            new("set", "Set", "", [new FieldDescriptor("values", "Values", FieldKind.Rows)]) { Writes = true, Tree = new TreeUse(TreeRole.Write, "values") },
        ]);

        public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) => [];

        public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [];

        public string Describe(string operation, JsonObject arguments) => operation;

        private static OperationDescriptor Operation(string id, TreeRole role) => new(id, id, "", [new FieldDescriptor("paths", "Paths", FieldKind.List)]) { Tree = new TreeUse(role, "paths") };
    }
}
