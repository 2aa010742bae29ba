using System.Reflection;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Tests.Protocols;

/// <summary>The parameter browser's jobs, made from what descriptors say.</summary>
public sealed class TreeUseTests
{
    private static readonly OperationDescriptor Text = new("add", "Add", "", [new("table", "Table", FieldKind.Text) { Required = true }])
    {
        Tree = new TreeUse(TreeRole.Add, "table"),
    };

    private static readonly OperationDescriptor List = new("names", "Names", "",
        [
            new("paths", "Paths", FieldKind.List) { Required = true },
            new("nextLevel", "Next level", FieldKind.Toggle) { Default = "false" },
            new("depth", "Depth", FieldKind.Number) { Default = "0" },
            new("note", "Note", FieldKind.Text),
        ])
    {
        Tree = new TreeUse(TreeRole.Refresh, "paths"),
    };

    private static readonly OperationDescriptor Write = new("set", "Set", "",
        [
            new("values", "Values", FieldKind.Rows)
            {
                Required = true,
                Columns =
                [
                    new("name", "Name", FieldKind.Text) { Required = true },
                    new("type", "Type", FieldKind.Choice) { Default = "string", Choices = [new("string", "string"), new("boolean", "boolean")] },
                    new("text", "Value", FieldKind.Text),
                ],
            },
        ])
    {
        Tree = new TreeUse(TreeRole.Write, "values") { PathColumn = "name", ValueColumn = "text", TypeColumn = "type" },
    };

    [Fact]
    public void Every_operation_of_the_tree_names_fields_that_exist_and_a_role_has_one_operation()
    {
        foreach (var descriptor in Modules().Select(m => m.Descriptor))
        {
            var used = descriptor.Operations.Where(o => o.Tree is not null).ToList();
            used.Select(o => o.Tree!.Role).Should().OnlyHaveUniqueItems(descriptor.Id);
            foreach (var operation in used)
            {
                var arguments = operation.Tree!.Role == TreeRole.Write
                    ? operation.Arguments([new TreeWrite("Device.X.Y", "1", "unsignedInt")])
                    : operation.Arguments([operation.Tree.Role == TreeRole.Read ? "Device.X.Y" : "Device.X.Y.1."]);
                DescriptorValidator.Check(operation.Fields, arguments).Should().BeEmpty($"{descriptor.Id} {operation.Id}");
                operation.Writes.Should().Be(operation.Tree.Role is TreeRole.Write or TreeRole.Add or TreeRole.Delete, $"{descriptor.Id} {operation.Id}");
            }
        }
    }

    [Fact]
    public void Paths_go_into_the_path_field_and_the_other_fields_keep_their_defaults()
    {
        Text.Capacity().Should().Be(1);
        Json(Text.Arguments(["Device.NAT.PortMapping."])).Should().Be("""{"table":"Device.NAT.PortMapping."}""");
        List.Capacity().Should().BeGreaterThan(100);
        Json(List.Arguments(["Device.A.", "Device.B."])).Should().Be("""{"nextLevel":false,"depth":0,"paths":["Device.A.","Device.B."]}""");
    }

    [Fact]
    public void Values_go_into_rows_with_the_type_where_the_protocol_knows_it()
    {
        Json(Write.Arguments([new TreeWrite("Device.A", "true", "boolean"), new TreeWrite("Device.B", "x", "hexBinary"), new TreeWrite("Device.C", "", null)]))
            .Should().Be("""{"values":[{"type":"boolean","name":"Device.A","text":"true"},{"type":"string","name":"Device.B","text":"x"},{"type":"string","name":"Device.C","text":""}]}""");
    }

    private static string Json(JsonObject arguments) => arguments.ToJsonString();

    private static List<IProtocolModule> Modules()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton(DispatchProxy.Create<IDeviceGateway, Uncalled>()).AddProtocols();
        using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<IProtocolModule>()];
    }

    /// <summary>Descriptors need no gateway.</summary>
    public class Uncalled : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException("A descriptor called the gateway.");
    }
}
