namespace DeviceConsole.Core.Accounts;

/// <summary>An account in a list.</summary>
public sealed record UserView(Guid Id, string UserName, string DisplayName, string? Email, string Role, bool Disabled, bool Locked, DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt);

/// <summary>An account as it is entered.</summary>
/// <param name="UserName">Log-in name, unique in the tenant: letters, digits and <c>-._@+</c>, up to 256.</param>
/// <param name="DisplayName">Name for people, up to 200 characters; may be empty.</param>
/// <param name="Role">One of <see cref="Tenancy.Roles"/>, never above the maker's.</param>
/// <param name="Password">12 to 256 characters.</param>
public sealed record UserInput(string UserName, string DisplayName, string Role, string Password)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"user {UserName}";
}

/// <summary>What may change about an account; its password has methods of its own.</summary>
public sealed record UserUpdate(string Role, string DisplayName, bool Disabled);
