using System.Net;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// The product as a receiver of notifications sees it: datagrams that devices send by themselves, without a session. Whose device it is, is decided by the
/// address that it is reached at together with that device's credentials.
/// </summary>
public interface INotificationDesk
{
    /// <summary>
    /// The identity of a receiver towards devices: one for each receiving address, the same on every node and after every start.
    /// </summary>
    /// <param name="receiver">The address that devices send to.</param>
    /// <param name="proposed">The identity where there is none yet.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<ReceiverEngine> EngineAsync(string receiver, byte[] proposed, CancellationToken cancellationToken);

    /// <summary>The devices of all tenants that are reached at this address by this protocol, with their credentials.</summary>
    Task<IReadOnlyList<ProtocolTarget>> DevicesAtAsync(string protocol, IPAddress source, CancellationToken cancellationToken);

    /// <summary>The devices of all tenants that are said to have this engine, as lower-case hex digits, with their credentials.</summary>
    Task<IReadOnlyList<ProtocolTarget>> DevicesOfEngineAsync(string protocol, string engine, CancellationToken cancellationToken);

    /// <summary>Hands over what a device proved to have sent; false where more waits already than is kept. Returns at once.</summary>
    bool TryDeliver(ReceivedNotification notification);

    /// <summary>Counts what was not taken, with a sentence for the page "Connect a device"; without a tenant it is shown to platform administrators.</summary>
    void Refuse(Guid? tenant, DeviceCall call, string reason);
}

/// <summary>A receiver's identity and its clock.</summary>
/// <param name="Id">The identity's octets.</param>
/// <param name="Boots">How often its clock began anew.</param>
/// <param name="Age">Time since the clock last began.</param>
public sealed record ReceiverEngine(byte[] Id, int Boots, TimeSpan Age);

/// <summary>A notification whose sender is proved.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Oid">What is told: the object identifier of the notification.</param>
/// <param name="Form">How it came, for people: <c>SNMPv2c inform</c>.</param>
/// <param name="Values">What came with it.</param>
/// <param name="Remote">Where it came from.</param>
/// <param name="At">When.</param>
public sealed record ReceivedNotification(
    Guid TenantId, Guid DeviceId, string Protocol, string Oid, string Form, IReadOnlyList<ParameterValue> Values, IPAddress Remote, DateTimeOffset At)
{
    /// <summary>The device's time since its start, where it told it.</summary>
    public TimeSpan? UpTime { get; init; }
}
