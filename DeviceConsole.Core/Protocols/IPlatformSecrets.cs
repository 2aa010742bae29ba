namespace DeviceConsole.Core.Protocols;

/// <summary>A secret that a part of the installation needs, for example the password of its account at a server. Registered by whoever needs it.</summary>
/// <param name="Id">Lower-case letters, digits and hyphens; the row's key, so it never changes.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Help">What it is for, in a sentence.</param>
/// <param name="Setting">The setting that counts where nothing is stored, as an environment variable: <c>Cwmp__Xmpp__Password</c>.</param>
public sealed record PlatformSecret(string Id, string Name, string Help, string Setting);

/// <summary>Secrets of the installation that platform administrators have stored.</summary>
public interface IPlatformSecrets
{
    /// <summary>One of them may be another now.</summary>
    event Action? Changed;

    /// <summary>The stored one; null where none is stored, and the configuration's counts.</summary>
    /// <exception cref="IOException">It cannot be read now; the message says why.</exception>
    Task<string?> ReadAsync(string id, CancellationToken cancellationToken);
}
