using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// What a protocol needs to give a device credentials of its own: those that are stored, a change of them, and a job that carries it out. A credential's
/// companions have its field's id with a dot and a word behind it (<c>password.next</c>): they are the protocol's own notes, sealed like the
/// credential, listed nowhere, and they go when somebody enters the credential anew.
/// </summary>
public interface IDeviceProvisioning
{
    /// <summary>The endpoint's credentials with their companions, as they are stored now; null where they come from a credential template, which is not the device's own.</summary>
    Task<IReadOnlyDictionary<string, string>?> ReadAsync(DeviceSession session, CancellationToken cancellationToken);

    /// <summary>
    /// Merges changes into the endpoint's credentials; null removes one. The session goes on: what it proved itself with was good. False where the session is
    /// not the device's any more, or the credentials come from a template: nothing was written.
    /// </summary>
    Task<bool> ChangeAsync(DeviceSession session, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a job of this operation into the device's queue, in the name of the product, for this session or a later one. Not while one waits or runs, nor
    /// sooner than the pause after the last one was made.
    /// </summary>
    /// <returns>True where it was made.</returns>
    Task<bool> RequestAsync(DeviceSession session, string operation, JsonObject arguments, TimeSpan pause, CancellationToken cancellationToken);
}
