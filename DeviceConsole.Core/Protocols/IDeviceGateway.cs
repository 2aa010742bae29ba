using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// The engine as a session-bound protocol sees it: a device called in, what now? One implementation lives in Core;
/// protocol modules call it from their listeners and know nothing of jobs, tables or tenants' rights.
/// </summary>
public interface IDeviceGateway
{
    /// <summary>
    /// Finds the device that calls. The credential was looked up within the listener's tenant; <paramref name="verify"/>
    /// compares it in the protocol's own way (Basic, Digest, token, certificate) and is called exactly once, also for an
    /// unknown identity (with no credentials), so that both take the same time and give the same null.
    /// </summary>
    /// <param name="tenantSlug">The tenant of the address that the device called.</param>
    /// <param name="protocol">The protocol's id.</param>
    /// <param name="identity">The identity in the protocol's own words: <c>OUI-ProductClass-Serial</c>, endpoint ID, <c>mac:…</c>.</param>
    /// <param name="verify">True where the credentials prove the identity.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    Task<ProtocolTarget?> AuthenticateAsync(string tenantSlug, string protocol, string identity, Func<IReadOnlyDictionary<string, string>, bool> verify, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the device's session for this node. The higher epoch wins: whoever held it before finds its calls refused.
    /// </summary>
    Task<DeviceSession> OpenSessionAsync(ProtocolTarget target, string protocol, CancellationToken cancellationToken);

    /// <summary>The device's next job, now running, or null when there is none or the session was superseded.</summary>
    Task<SessionWork?> NextWorkAsync(DeviceSession session, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the work, fenced: false where the attempt is no longer the live one (cancelled, timed out, rescued), and then nothing was written.
    /// </summary>
    Task<bool> CompleteAsync(DeviceSession session, SessionWork work, ProtocolOutcome outcome, CancellationToken cancellationToken);

    /// <summary>Stores values that the device reported by itself (Inform parameters, ValueChange, SYNC_NOTIFICATION).</summary>
    Task StoreValuesAsync(DeviceSession session, IReadOnlyList<ParameterValue> values, CancellationToken cancellationToken);

    /// <summary>Records something that the device told (boot, transfer complete, a trap) in its event log.</summary>
    Task RaiseEventAsync(DeviceSession session, string kind, string message, JsonObject? detail, CancellationToken cancellationToken);

    /// <summary>Prolongs the session's lease; false where another node took the device over.</summary>
    Task<bool> RenewSessionAsync(DeviceSession session, CancellationToken cancellationToken);

    /// <summary>Gives the session up. Work that was handed out and not completed returns to the queue without a burnt attempt.</summary>
    Task CloseSessionAsync(DeviceSession session, string reason, CancellationToken cancellationToken);
}

/// <summary>A device's session as held by one node. <paramref name="Epoch"/> grows with each take-over.</summary>
public sealed record DeviceSession(Guid TenantId, Guid DeviceId, string Protocol, Guid Node, long Epoch);

/// <summary>A job handed to a session. <paramref name="Attempt"/> fences its completion.</summary>
public sealed record SessionWork(Guid JobId, int Attempt, string Operation, JsonObject Arguments, DateTimeOffset Deadline);
