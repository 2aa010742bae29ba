using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.Protocols;

/// <summary>An operation of a protocol with its arguments.</summary>
public sealed record ComplianceRequest(string Operation, JsonObject Arguments);

/// <summary>The devices that every protocol must cope with.</summary>
public enum ComplianceDevice
{
    /// <summary>A real peer that answers.</summary>
    Healthy,

    /// <summary>It takes everything and answers nothing.</summary>
    Silent,

    /// <summary>A real peer, reached with credentials that it does not accept.</summary>
    WrongCredentials,

    /// <summary>It answers bytes that are none of the protocol's messages.</summary>
    Garbage,

    /// <summary>It answers well at first, and not at all after a while.</summary>
    GoneMidSession,
}

/// <summary>
/// What the rest of the product relies on, whatever the protocol. Each protocol's tests inherit this and give the devices.
/// </summary>
public abstract class ProtocolComplianceSuite
{
    /// <summary>No execution against a broken device may take longer than this, its time-outs included.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The module under test.</summary>
    protected abstract IProtocolModule Module { get; }

    /// <summary>Settings of the healthy device, as an operator typed them.</summary>
    protected abstract JsonObject HealthySettings { get; }

    /// <summary>Reads the value that <see cref="Write"/> writes.</summary>
    protected abstract ComplianceRequest Read { get; }

    /// <summary>Reads a subtree of many values, in several exchanges where the protocol has them.</summary>
    protected abstract ComplianceRequest Walk { get; }

    /// <summary>Arguments that no module may accept.</summary>
    protected abstract ComplianceRequest Malformed { get; }

    /// <summary>The class of fault by which this protocol can tell wrong credentials.</summary>
    protected abstract FaultClass WrongCredentialsFault { get; }

    /// <summary>Writes a text to a value that can be written.</summary>
    protected abstract ComplianceRequest Write(string text);

    /// <summary>Executes as the engine would.</summary>
    protected abstract Task<ProtocolOutcome> ExecuteAsync(ComplianceDevice device, ComplianceRequest request, CancellationToken cancellationToken);

    [Fact]
    public void The_descriptor_can_build_forms_without_knowing_the_protocol()
    {
        var descriptor = Module.Descriptor;

        descriptor.Id.Should().MatchRegex("^[a-z][a-z0-9]*$");
        descriptor.Operations.Select(o => o.Id).Should().OnlyHaveUniqueItems();
        descriptor.Operations.Should().OnlyContain(o => o.Name.Length > 0 && o.Description.EndsWith('.'));
        var fields = descriptor.Settings.Concat(descriptor.Credentials).Concat(descriptor.Operations.SelectMany(o => o.Fields)).ToList();
        fields.Where(f => f.Kind == FieldKind.Choice).Should().OnlyContain(f => f.Choices.Count > 0 && (f.Default == null || f.Choices.Any(c => c.Value == f.Default)));
        fields.Where(f => f.Kind == FieldKind.Rows).Should().OnlyContain(f => f.Columns.Count > 0);
        descriptor.Settings.Concat(descriptor.Credentials).Select(f => f.Id).Should().OnlyHaveUniqueItems();
        descriptor.Operations.Where(o => o.Writes).Should().NotBeEmpty();
    }

    [Fact]
    public void Good_settings_and_arguments_have_no_errors_and_wrong_ones_have_sentences()
    {
        Module.CheckSettings(HealthySettings).Should().BeEmpty();
        foreach (var request in (ComplianceRequest[])[Read, Walk, Write("x")])
        {
            Module.CheckArguments(request.Operation, request.Arguments).Should().BeEmpty();
            Module.Describe(request.Operation, request.Arguments).Should().NotBeNullOrWhiteSpace();
        }

        Module.CheckArguments(Malformed.Operation, Malformed.Arguments).Should().NotBeEmpty().And.OnlyContain(e => IsSentence(e.Message));
        Module.CheckSettings([]).Should().NotBeEmpty().And.OnlyContain(e => IsSentence(e.Message));
    }

    [Fact]
    public async Task A_read_gives_the_value()
    {
        var outcome = await ExecuteAsync(ComplianceDevice.Healthy, Read, CancellationToken.None);

        outcome.Fault.Should().BeNull();
        outcome.Values.Should().ContainSingle().Which.Value.Should().NotBeNull();
        outcome.Summary.Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task A_write_is_read_back()
    {
        var text = $"written {Guid.NewGuid():N}";

        (await ExecuteAsync(ComplianceDevice.Healthy, Write(text), CancellationToken.None)).Fault.Should().BeNull();

        var outcome = await ExecuteAsync(ComplianceDevice.Healthy, Read, CancellationToken.None);
        outcome.Values.Should().ContainSingle().Which.Value.Should().Be(text);
    }

    [Fact]
    public async Task A_walk_gives_many_values_each_path_once()
    {
        var outcome = await ExecuteAsync(ComplianceDevice.Healthy, Walk, CancellationToken.None);

        outcome.Fault.Should().BeNull();
        outcome.Values.Should().HaveCountGreaterThan(20);
        outcome.Values.Select(v => v.Path).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_silent_device_is_a_time_out_that_is_worth_a_retry()
    {
        var fault = await FaultOfAsync(ComplianceDevice.Silent, Read);

        fault.Class.Should().Be(FaultClass.Timeout);
        fault.IsWorthARetry.Should().BeTrue();
    }

    [Fact]
    public async Task Wrong_credentials_are_named_in_the_sentence()
    {
        var fault = await FaultOfAsync(ComplianceDevice.WrongCredentials, Read);

        fault.Class.Should().Be(WrongCredentialsFault);
        fault.Message.Should().ContainAny("community", "password", "credential", "token", "key");
    }

    [Fact]
    public async Task Garbage_is_called_garbage()
    {
        var fault = await FaultOfAsync(ComplianceDevice.Garbage, Read);

        fault.Class.Should().Be(FaultClass.Garbage);
    }

    [Fact]
    public async Task A_device_that_goes_in_the_middle_of_a_walk_is_a_fault_and_what_came_is_kept()
    {
        var outcome = await ExecuteAsync(ComplianceDevice.GoneMidSession, Walk, CancellationToken.None).WaitAsync(Patience);

        outcome.Fault.Should().NotBeNull();
        outcome.Fault!.Class.Should().BeOneOf(FaultClass.Timeout, FaultClass.Unreachable);
        outcome.Values.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Cancelling_ends_a_request_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var run = ExecuteAsync(ComplianceDevice.Silent, Read, cancel.Token);
        run.IsCompleted.Should().BeFalse();

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => run.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>("whoever waits for its own time-out ends with a fault");
    }

    [Fact]
    public async Task Nothing_is_executed_after_a_cancellation()
    {
        var execution = () => ExecuteAsync(ComplianceDevice.Healthy, Read, new CancellationToken(canceled: true));

        await execution.Should().ThrowAsync<OperationCanceledException>();
    }

    private async Task<ProtocolFault> FaultOfAsync(ComplianceDevice device, ComplianceRequest request)
    {
        var outcome = await ExecuteAsync(device, request, CancellationToken.None).WaitAsync(Patience);
        outcome.Fault.Should().NotBeNull();
        outcome.Values.Should().BeEmpty();
        var fault = outcome.Fault!;
        fault.Code.Should().StartWith(Module.Descriptor.Id + ".");
        fault.Message.Should().Match(m => IsSentence(m));
        return fault;
    }

    private static bool IsSentence(string text) => text.Length > 10 && (char.IsUpper(text[0]) || text[0] is '"' || char.IsDigit(text[0])) && text.EndsWith('.');
}
