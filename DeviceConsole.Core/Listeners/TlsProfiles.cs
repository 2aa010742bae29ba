namespace DeviceConsole.Core.Listeners;

/// <summary>Whether devices show certificates of their own.</summary>
public enum ClientCertificates
{
    /// <summary>They are not asked.</summary>
    None,

    /// <summary>They are asked. One that nobody vouches for counts as none.</summary>
    Optional,

    /// <summary>Without a good one there is no connection.</summary>
    Required,
}

/// <summary>The choices' names in the database and the API.</summary>
public static class TlsTexts
{
    private static readonly string[] Names = ["none", "optional", "required"];

    /// <summary>Versions of TLS that a profile may ask for at least.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["1.2", "1.3"];

    /// <summary>The choice's name.</summary>
    public static string Text(this ClientCertificates choice) => Names[(int)choice];

    /// <summary>The choice of that name, or null.</summary>
    public static ClientCertificates? Parse(string? text) => Array.IndexOf(Names, text) is >= 0 and var i ? (ClientCertificates)i : null;
}

/// <summary>How TLS is spoken with devices.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What people call it, 1 to 100 characters.</param>
/// <param name="CertificateId">The certificate that devices are shown.</param>
/// <param name="MinimumVersion">1.2 or 1.3.</param>
/// <param name="ClientCertificates">Whether devices show their own.</param>
/// <param name="ClientAuthorities">PEM: who may have signed those, the roots included; empty where they are not asked for.</param>
/// <param name="ClientTenant">The tenant whose devices these authorities vouch for; null for everybody's.</param>
public sealed record TlsProfile(Guid Id, string Name, Guid CertificateId, string MinimumVersion, ClientCertificates ClientCertificates, string ClientAuthorities, Guid? ClientTenant);

/// <summary>A profile with the ports that use it.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="CertificateName">Its certificate's name.</param>
/// <param name="Ports">The ports that use it, for one name or for all.</param>
public sealed record TlsProfileView(TlsProfile Profile, string CertificateName, IReadOnlyList<int> Ports);
