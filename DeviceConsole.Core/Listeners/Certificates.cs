namespace DeviceConsole.Core.Listeners;

/// <summary>A certificate that devices are shown. Its private key is never read back.</summary>
/// <param name="Id">Its id; a renewal keeps it.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Subject">The distinguished name.</param>
/// <param name="Issuer">The distinguished name of whoever signed it.</param>
/// <param name="Fingerprint">SHA-256 in lower-case hexadecimal digits.</param>
/// <param name="Names">The host names and addresses that it is good for.</param>
/// <param name="NotBefore">From when on.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="UsedBy">Names of the TLS profiles that show it.</param>
public sealed record CertificateView(
    Guid Id, string Name, string Subject, string Issuer, string Fingerprint, IReadOnlyList<string> Names, DateTimeOffset NotBefore, DateTimeOffset NotAfter, IReadOnlyList<string> UsedBy)
{
    /// <summary>True where nobody but itself vouches for it.</summary>
    public bool IsSelfSigned => Subject == Issuer;
}

/// <summary>A certificate as it is brought in: PEM text (certificates and private key in any order) or a PKCS #12 file.</summary>
/// <param name="Id">A new one, or that of the certificate which it renews.</param>
/// <param name="Name">What people call it, 1 to 100 characters.</param>
public sealed record CertificateInput(Guid Id, string Name)
{
    /// <summary>PEM.</summary>
    public string? Pem { get; init; }

    /// <summary>PKCS #12, also known as PFX; taken where there is no PEM.</summary>
    public byte[]? Pkcs12 { get; init; }

    /// <summary>What the file or the key in it is locked with.</summary>
    public string? Password { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"certificate {Name}";
}

/// <summary>A certificate that this installation signs itself, for a trial.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Names">Host names and addresses that devices call, at least one.</param>
/// <param name="Days">How long it is good, 1 to 825.</param>
public sealed record SelfSignedInput(string Name, IReadOnlyList<string> Names, int Days = 365);
