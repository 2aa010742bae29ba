using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.Devices;

/// <summary>A protocol with one field of each kind that devices can have, which never speaks.</summary>
internal sealed class TestProtocol(string id = "test") : IProtocolModule
{
    public ProtocolDescriptor Descriptor { get; } = new(
        id, "Test", "A protocol for tests.", new PathSyntax("path", "a.b"),
        [
            new FieldDescriptor("host", "Host", FieldKind.Text) { Required = true },
            new FieldDescriptor("port", "Port", FieldKind.Number) { Default = "161", Minimum = 1, Maximum = 65535 },
            new FieldDescriptor("version", "Version", FieldKind.Choice) { InTemplate = true, Default = "v2c", Choices = [new("v1", "Version 1"), new("v2c", "Version 2c")] },
        ],
        [
            new FieldDescriptor("community", "The community", FieldKind.Text) { Required = true },
            new FieldDescriptor("writeCommunity", "The write community", FieldKind.Text),
        ],
        []);

    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) =>
        settings["host"]!.GetValue<string>().Contains(' ', StringComparison.Ordinal) ? [new FieldError("host", "A host name has no blanks.")] : [];

    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [];

    public string Describe(string operation, JsonObject arguments) => operation;
}
