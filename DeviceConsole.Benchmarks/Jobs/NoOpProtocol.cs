using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Benchmarks.Jobs;

/// <summary>A device that answers at once and with nothing: what is left is the engine.</summary>
internal sealed class NoOpProtocol : IDialOutProtocol
{
    public const string Id = "noop";

    public ProtocolDescriptor Descriptor { get; } =
        new(Id, "No-op", "Does nothing.", new PathSyntax("path", "x"), [], [], [new OperationDescriptor("nothing", "Nothing", "Does nothing.", [])]);

    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) => [];

    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [];

    public string Describe(string operation, JsonObject arguments) => "Nothing";

    public Task<ProtocolOutcome> ExecuteAsync(ProtocolTarget target, string operation, JsonObject arguments, CancellationToken cancellationToken) =>
        Task.FromResult(ProtocolOutcome.Success([], "Nothing done."));
}
