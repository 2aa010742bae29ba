using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.Jobs;

/// <summary>A session-bound protocol of the tests: devices call in; it remembers whom it was asked to wake.</summary>
public sealed class CallInProtocol : ISessionProtocol
{
    /// <summary>Its id.</summary>
    public const string Id = "callin";

    /// <summary>Devices that were asked to call in.</summary>
    public ConcurrentQueue<Guid> Woken { get; } = new();

    /// <inheritdoc />
    public ProtocolDescriptor Descriptor { get; } = new(Id, "Call-in", "Devices of the tests that call in.", new PathSyntax("path", "a.b"), [],
        [new("password", "Password", FieldKind.Text)], [new("get", "Get", "Reads.", [new("path", "Path", FieldKind.Text)])]);

    /// <inheritdoc />
    public CertificateMatch MatchCertificate(DeviceCertificate certificate, string identity, JsonObject settings) =>
        certificate.CommonName.Length == 0 ? CertificateMatch.Silent : certificate.CommonName == identity ? CertificateMatch.Same : CertificateMatch.Other;

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) => [];

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [];

    /// <inheritdoc />
    public IdentityCheck CheckIdentity(string text) => text.Contains(' ', StringComparison.Ordinal) ? new(null, "An identity has no blanks.") : new(text.ToLowerInvariant(), null);

    /// <inheritdoc />
    public string Describe(string operation, JsonObject arguments) => $"{operation} {arguments["path"]}".Trim();

    /// <inheritdoc />
    public Task<string> WakeAsync(ProtocolTarget target, CancellationToken cancellationToken)
    {
        Woken.Enqueue(target.DeviceId);
        return Task.FromResult("The device was asked to call in.");
    }
}
