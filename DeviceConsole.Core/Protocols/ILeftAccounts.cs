namespace DeviceConsole.Core.Protocols;

/// <summary>An account that a deleted endpoint had at a server elsewhere.</summary>
/// <param name="Id">For <see cref="ILeftAccounts.DoneAsync"/>.</param>
/// <param name="Device">The device that is gone, or has the protocol no more.</param>
/// <param name="Account">What the endpoint's setting <see cref="ILeftAccounts.Setting"/> held.</param>
public sealed record LeftAccount(long Id, Guid Device, string Account);

/// <summary>
/// Accounts at servers elsewhere that are to be taken away because their endpoint was deleted, by whatever way. A protocol that makes accounts notes each in the
/// endpoint's setting <see cref="Setting"/>.
/// </summary>
public interface ILeftAccounts
{
    /// <summary>The id of the setting that holds an endpoint's account.</summary>
    const string Setting = "externalAccount";

    /// <summary>Some that are due, for a minute this node's alone; none where the database cannot be asked now.</summary>
    Task<IReadOnlyList<LeftAccount>> ClaimAsync(string protocol, int most, CancellationToken cancellationToken);

    /// <summary>It is taken away, or cannot ever be.</summary>
    Task DoneAsync(long id, CancellationToken cancellationToken);
}
