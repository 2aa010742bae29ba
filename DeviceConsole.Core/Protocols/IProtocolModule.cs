using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// A protocol. A module is found at start-up in the container; a fifth protocol is one new folder that registers one more.
/// </summary>
public interface IProtocolModule
{
    /// <summary>What the rest of the product knows of this protocol.</summary>
    ProtocolDescriptor Descriptor { get; }

    /// <summary>
    /// Checks a device's endpoint settings beyond what the descriptor says (a host name's form, combinations that exclude each other).
    /// Called after the descriptor's own checks; empty when all is well.
    /// </summary>
    IReadOnlyList<FieldError> CheckSettings(JsonObject settings);

    /// <summary>Checks a credential template's settings beyond what the descriptor says; empty when all is well.</summary>
    IReadOnlyList<FieldError> CheckTemplate(JsonObject settings) => [];

    /// <summary>
    /// Checks an operation's arguments beyond what the descriptor says (OID syntax, types that fit values).
    /// Called before a job is queued, so that a wrong request never becomes one.
    /// </summary>
    IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments);

    /// <summary>The request in words, for the job's page, for example "Walk 1.3.6.1.2.1.1". No secrets.</summary>
    string Describe(string operation, JsonObject arguments);
}

/// <summary>
/// A protocol in which the product calls the device (SNMP, an XMiDT cluster): any worker may execute.
/// </summary>
public interface IDialOutProtocol : IProtocolModule
{
    /// <summary>
    /// Executes one request. Expected failures are faults in the outcome; an exception is a defect and becomes an
    /// <see cref="FaultClass.Internal"/> fault. Cancellation (operator, time-out, shutdown) throws <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <param name="target">The device.</param>
    /// <param name="operation">An id of <see cref="ProtocolDescriptor.Operations"/>.</param>
    /// <param name="arguments">Arguments that passed <see cref="IProtocolModule.CheckArguments"/>.</param>
    /// <param name="cancellationToken">Ends the execution; nothing is sent after it.</param>
    Task<ProtocolOutcome> ExecuteAsync(ProtocolTarget target, string operation, JsonObject arguments, CancellationToken cancellationToken);
}

/// <summary>
/// A protocol in which the device calls (CWMP, USP, direct WebPA): only the node that holds the device's session claims its jobs,
/// through <see cref="IDeviceGateway"/>. Workers never call gateways.
/// </summary>
public interface ISessionProtocol : IProtocolModule
{
    /// <summary>
    /// Brings an identity that a person typed or a device sent into the one form that is stored and looked up
    /// (a MAC address in any spelling becomes <c>mac:112233445566</c>), or says what is wrong with it.
    /// </summary>
    IdentityCheck CheckIdentity(string text);

    /// <summary>Whether a certificate is the device's own, by the names in it or by the endpoint's settings. The same proves the identity; another's refuses the call.</summary>
    CertificateMatch MatchCertificate(DeviceCertificate certificate, string identity, JsonObject settings);

    /// <summary>
    /// Asks an absent device to call in (a CWMP connection request). Returns why the job waits, in a sentence for its <c>wait_reason</c>.
    /// </summary>
    Task<string> WakeAsync(ProtocolTarget target, CancellationToken cancellationToken);

    /// <summary>Does the same, and says of each way whether it worked: a protocol with ways of its own overrides it.</summary>
    async Task<WakeReport> AskAsync(ProtocolTarget target, CancellationToken cancellationToken) => new(await WakeAsync(target, cancellationToken), []);

    /// <summary>Parameters that hold the seconds from one call of the device to the next; empty where it does not call by itself.</summary>
    IReadOnlyList<string> IntervalPaths => [];

    /// <summary>Parameters that hold the device's firmware, by which quirks of its model are found before it calls; empty where it has none.</summary>
    IReadOnlyList<string> FirmwarePaths => [];
}

/// <summary>An identity in its stored form, or a sentence that says what is wrong with it.</summary>
public sealed record IdentityCheck(string? Identity, string? Error);
