using DeviceConsole.Core.Listeners;

namespace DeviceConsole.Web.Api.Listeners;

/// <summary>A certificate as it is sent: PEM with the private key in it, or PKCS #12 as base64.</summary>
public sealed record CertificateBody
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Certificates and private key, PEM, in any order.</summary>
    public string? Pem { get; init; }

    /// <summary>A PKCS #12 file, base64.</summary>
    public byte[]? Pkcs12 { get; init; }

    /// <summary>What the file or its key is locked with.</summary>
    public string? Password { get; init; }

    /// <summary>The same for the service.</summary>
    internal CertificateInput Input(Guid id) => new(id, Name ?? "") { Pem = Pem, Pkcs12 = Pkcs12, Password = Password };

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"certificate {Name}";
}

/// <summary>A self-signed certificate that is asked for.</summary>
public sealed record SelfSignedBody
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Host names and addresses that devices call.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>1 to 825.</summary>
    public int Days { get; init; } = 365;
}

/// <summary>The id of what was made.</summary>
public sealed record MadeResource(Guid Id);

/// <summary>A TLS profile as it is sent.</summary>
public sealed record TlsProfileBody
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The certificate that devices are shown.</summary>
    public Guid CertificateId { get; init; }

    /// <summary>1.2 or 1.3.</summary>
    public string MinimumVersion { get; init; } = "1.2";

    /// <summary>Certificates of devices: none, optional or required.</summary>
    public string ClientCertificates { get; init; } = "none";

    /// <summary>PEM: who may have signed those, the roots included.</summary>
    public string? ClientAuthorities { get; init; }

    /// <summary>The only tenant whose devices these authorities vouch for.</summary>
    public Guid? ClientTenant { get; init; }

    /// <summary>The same for the service; null where the choice is none.</summary>
    internal TlsProfile? Profile(Guid id) => TlsTexts.Parse(ClientCertificates) is { } choice
        ? new TlsProfile(id, Name ?? "", CertificateId, MinimumVersion ?? "", choice, ClientAuthorities ?? "", ClientTenant) : null;
}

/// <summary>A TLS profile.</summary>
public sealed record TlsProfileResource(Guid Id, string Name, Guid CertificateId, string MinimumVersion, string ClientCertificates, string ClientAuthorities, Guid? ClientTenant, IReadOnlyList<int> Ports)
{
    /// <summary>Of a view.</summary>
    public static TlsProfileResource Of(TlsProfileView view)
    {
        var p = view.Profile;
        return new(p.Id, p.Name, p.CertificateId, p.MinimumVersion, p.ClientCertificates.Text(), p.ClientAuthorities, p.ClientTenant, view.Ports);
    }
}

/// <summary>A port of devices as it is sent.</summary>
public sealed record DevicePortBody
{
    /// <summary>The TLS profile; none: no TLS.</summary>
    public Guid? ProfileId { get; init; }

    /// <summary>Trusted balancers begin each connection with a PROXY header.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>What it is for.</summary>
    public string? Note { get; init; }

    /// <summary>Host names with a TLS profile of their own.</summary>
    public IReadOnlyList<DevicePortName>? Names { get; init; }
}

/// <summary>A secret of the installation, without what it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Help">What it is for.</param>
/// <param name="Setting">The environment variable that counts where none is stored.</param>
/// <param name="StoredAt">When it was stored; null where none is.</param>
/// <param name="StoredBy">By whom.</param>
public sealed record PlatformSecretResource(string Id, string Name, string Help, string Setting, DateTimeOffset? StoredAt, string? StoredBy)
{
    /// <summary>Of a view.</summary>
    public static PlatformSecretResource Of(PlatformSecretView view) => new(view.Secret.Id, view.Secret.Name, view.Secret.Help, view.Secret.Setting, view.StoredAt, view.StoredBy);
}

/// <summary>A secret to store.</summary>
public sealed record PlatformSecretBody
{
    /// <summary>1 to 1,024 characters on one line.</summary>
    public required string Value { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => "secret";
}
