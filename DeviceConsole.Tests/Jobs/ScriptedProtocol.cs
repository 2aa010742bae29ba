using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.Jobs;

/// <summary>A dial-out protocol whose execution is what the test says. The engine is real; only the device is not.</summary>
public sealed class ScriptedProtocol : IDialOutProtocol
{
    /// <summary>Its id.</summary>
    public const string Id = "scripted";

    /// <summary>What an execution does.</summary>
    public Func<ProtocolTarget, string, JsonObject, CancellationToken, Task<ProtocolOutcome>> Execute { get; set; } =
        (_, _, _, _) => Task.FromResult(ProtocolOutcome.Success([], "Done."));

    /// <inheritdoc />
    public ProtocolDescriptor Descriptor { get; } = new(Id, "Scripted", "A device of the tests.", new PathSyntax("path", "a.b"), [new("host", "Host", FieldKind.Text)], [],
    [
        new("get", "Get", "Reads.", [new("path", "Path", FieldKind.Text) { Required = true }]),
        new("set", "Set", "Writes.", [new("path", "Path", FieldKind.Text) { Required = true }, new("value", "Value", FieldKind.Text)]) { Writes = true },
        new("reboot", "Reboot", "Restarts.", []) { Writes = true, Idempotent = false },
    ]);

    /// <summary>The arguments of a get.</summary>
    public static JsonObject Path(string path = "a.b") => new() { ["path"] = path };

    /// <summary>An answer with one value.</summary>
    public static ProtocolOutcome Answer(string path, string value) => ProtocolOutcome.Success([new ParameterValue(path, value, "string")], "1 value.");

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) => [];

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) =>
        arguments["path"]?.GetValue<string>() == "bad" ? [new FieldError("path", "This path is bad.")] : [];

    /// <inheritdoc />
    public string Describe(string operation, JsonObject arguments) => $"{operation} {arguments["path"]}".Trim();

    /// <inheritdoc />
    public Task<ProtocolOutcome> ExecuteAsync(ProtocolTarget target, string operation, JsonObject arguments, CancellationToken cancellationToken) =>
        Execute(target, operation, arguments, cancellationToken);
}
