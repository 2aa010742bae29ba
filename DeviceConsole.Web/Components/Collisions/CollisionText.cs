using DeviceConsole.Core.Gateway;

namespace DeviceConsole.Web.Components.Collisions;

/// <summary>Collisions in sentences.</summary>
public static class CollisionText
{
    /// <summary>What was seen.</summary>
    public static string What(IdentityCollision collision) => (collision.Kind, collision.Refused) switch
    {
        (CollisionKind.Certificate, true) => "Something calls as this device with another device's certificate, from elsewhere than the device itself.",
        (_, true) => "Something calls as this device with wrong credentials, from elsewhere than the device itself.",
        (CollisionKind.Address, _) => "This identity called from two addresses within a short time.",
        (CollisionKind.Credentials, _) => "This identity called with the names of two users within a short time.",
        (CollisionKind.Certificate, _) => "This identity called with two certificates within a short time.",
        _ => "What calls as this device says that it is of another make or hardware than before.",
    };

    /// <summary>What holds now.</summary>
    public static string Decided(IdentityCollision collision) => collision.State switch
    {
        CollisionState.Blocked => "The known one is the device; the other one is not let in.",
        CollisionState.Moved => "The other one is the device now.",
        CollisionState.Ignored => collision.Refused ? "It is counted, and not told again." : "Both are this device; it is counted, and not told again.",
        _ => "",
    };

    /// <summary>What a block goes by, to follow "what calls as this device".</summary>
    public static string Mark(IdentityCollision collision) => (collision.Kind, collision.Refused) switch
    {
        (CollisionKind.Hardware, false) => $"and says that it is {collision.Other.Manufacturer} {collision.Other.Model} {collision.Other.Hardware}".TrimEnd(),
        (CollisionKind.Credentials, false) => $"as the user {collision.Other.User}",
        (CollisionKind.Certificate, false) => $"with the certificate {collision.Other.Certificate?[..16]}…",
        _ => $"from {collision.Other.Remote}",
    };
}
