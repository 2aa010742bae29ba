namespace DeviceConsole.Core.Accounts;

/// <summary>A service account in a list. Its secret is not kept, only a hash of it.</summary>
/// <param name="Devices">The devices that it is limited to; null for all of the tenant.</param>
public sealed record ClientView(Guid Id, string ClientId, string Name, string Role, IReadOnlyList<Guid>? Devices, bool Disabled, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>A service account as it is entered.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Role">Viewer, operator or tenant admin; never above the maker's own rights.</param>
/// <param name="Devices">Limits it to these devices; null for all that the maker may see.</param>
public sealed record ClientInput(string Name, string Role, IReadOnlyList<Guid>? Devices = null);

/// <summary>A service account with its secret, which is shown this once.</summary>
public sealed record ClientWithSecret(ClientView Client, string Secret)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"client {Client.ClientId}";
}
