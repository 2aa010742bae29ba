namespace DeviceConsole.Core.Gateway;

/// <summary>In what two places of one identity differ.</summary>
public enum CollisionKind
{
    /// <summary>Two addresses within a short time.</summary>
    Address,

    /// <summary>Two names of users, or one whose credentials are wrong.</summary>
    Credentials,

    /// <summary>Two certificates, or one that is another's.</summary>
    Certificate,

    /// <summary>Another manufacturer or version of hardware.</summary>
    Hardware,
}

/// <summary>What became of a collision.</summary>
public enum CollisionState
{
    /// <summary>Nobody decided yet.</summary>
    Open,

    /// <summary>The known one is the device; the other one is not let in.</summary>
    Blocked,

    /// <summary>The other one is the device now.</summary>
    Moved,

    /// <summary>Both are the device, or nobody has to care: it is counted and not told again.</summary>
    Ignored,
}

/// <summary>Their names in the database, the API and addresses: lower case.</summary>
public static class CollisionWords
{
    private static readonly string[] Kinds = ["address", "credentials", "certificate", "hardware"];
    private static readonly string[] States = ["open", "blocked", "moved", "ignored"];

    /// <summary>The kind's name.</summary>
    public static string Text(this CollisionKind kind) => Kinds[(int)kind];

    /// <summary>The state's name.</summary>
    public static string Text(this CollisionState state) => States[(int)state];

    /// <summary>The state of that name, or null.</summary>
    public static CollisionState? ParseState(string? text) => Array.IndexOf(States, text) is >= 0 and var i ? (CollisionState)i : null;

    internal static CollisionKind Kind(string text) => (CollisionKind)Array.IndexOf(Kinds, text);
}

/// <summary>One identity that two places claimed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="DeviceId">Whose identity.</param>
/// <param name="DeviceName">Its name.</param>
/// <param name="Identity">The identity in the protocol's words.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Kind">In what they differ.</param>
/// <param name="Known">The one that was there before.</param>
/// <param name="Other">The other one.</param>
/// <param name="Refused">The other one did not prove the identity and was not let in.</param>
/// <param name="Calls">How often the two were seen.</param>
/// <param name="FirstAt">The first time.</param>
/// <param name="LastAt">The last time.</param>
/// <param name="State">What became of it.</param>
/// <param name="ResolvedAt">Since when.</param>
/// <param name="ResolvedBy">By whom.</param>
public sealed record IdentityCollision(
    Guid Id, Guid DeviceId, string DeviceName, string? Identity, string Protocol, CollisionKind Kind, IdentityPlace Known, IdentityPlace Other, bool Refused, int Calls,
    DateTimeOffset FirstAt, DateTimeOffset LastAt, CollisionState State, DateTimeOffset? ResolvedAt, string? ResolvedBy);

/// <summary>Two places that do not go together, as they are found.</summary>
internal sealed record FoundCollision(CollisionKind Kind, IdentityPlace Known, IdentityPlace Other, string KnownMark, string OtherMark)
{
    /// <summary>For people.</summary>
    public string Message => Kind switch
    {
        CollisionKind.Address =>
            $"A device of this identity called from {Other.Remote} shortly after one that had called from {Known.Remote}. If both are real, they have the same OUI and serial number: give one of them another, or credentials of its own.",
        CollisionKind.Credentials =>
            $"A device of this identity called from {Other.Remote} as \"{Other.User}\" shortly after one that had called from {Known.Remote} as \"{Known.User}\". Look at Identity collisions and say which is the device.",
        CollisionKind.Certificate =>
            $"A device of this identity called from {Other.Remote} with another certificate than the one that had called from {Known.Remote}. Look at Identity collisions and say which is the device.",
        _ => $"What calls as this device is now {Named(Other)}, and was {Named(Known)}. If it was exchanged, accept the move under Identity collisions; otherwise something else uses its identity.",
    };

    /// <summary>For people, where the other one was not let in.</summary>
    public string RefusedMessage => Kind == CollisionKind.Certificate
        ? $"Something calls as this device from {Other.Remote} with another device's certificate, while the device itself calls from {Known.Remote}. It is not let in."
        : $"Something calls as this device from {Other.Remote} with wrong credentials, while the device itself calls from {Known.Remote}. It is not let in.";

    private static string Named(IdentityPlace place) =>
        string.Join(' ', new[] { place.Manufacturer, place.Model, place.Hardware is null ? null : $"(hardware {place.Hardware})" }.OfType<string>());
}
