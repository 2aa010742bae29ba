using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceConsole.Core.Listeners;

/// <summary>A certificate with its private key and those that vouch for it.</summary>
/// <param name="Leaf">The server's own, with its key.</param>
/// <param name="Others">The rest of the chain, from the leaf upwards.</param>
internal sealed record CertificateChain(X509Certificate2 Leaf, IReadOnlyList<X509Certificate2> Others)
{
    /// <summary>The chain as PEM, the leaf first.</summary>
    public string Pem => string.Join('\n', Others.Prepend(Leaf).Select(c => c.ExportCertificatePem())) + "\n";

    /// <summary>The private key as PKCS #8.</summary>
    public byte[] Key()
    {
        using AsymmetricAlgorithm key = Leaf.GetECDsaPrivateKey() as AsymmetricAlgorithm ?? Leaf.GetRSAPrivateKey() ?? throw new CryptographicException("The certificate has no private key of a known kind.");
        return key.ExportPkcs8PrivateKey();
    }
}

/// <summary>
/// Reads certificates as people bring them: PEM (RFC 7468) with the blocks in any order, or PKCS #12 (RFC 7292). What is wrong is one sentence.
/// </summary>
internal static class PemReader
{
    /// <summary>More text than any chain has.</summary>
    public const int MaximumText = 256 * 1024;

    private const int MaximumCertificates = 20, MinimumRsaBits = 2048;

    /// <summary>A chain and its key out of PEM.</summary>
    public static Result<CertificateChain> Chain(string text, string? password)
    {
        if (text.Length > MaximumText) return Problem.Invalid("pem", "That is more text than a certificate chain has; paste the certificates and the private key only.");
        var blocks = Blocks(text);
        var keys = blocks.Where(b => b.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)).ToList();
        if (Certificates(text) is not { } found) return Problem.Invalid("pem", "A certificate in the text cannot be read: it was cut or changed.");
        if (found.Count == 0) return Problem.Invalid("pem", "There is no certificate in the text; a block begins with -----BEGIN CERTIFICATE-----.");
        if (keys.Count == 0) return Problem.Invalid("pem", "The private key is missing; its block begins with -----BEGIN PRIVATE KEY-----. Paste it below the certificates.");
        if (keys.Count > 1) return Problem.Invalid("pem", "There is more than one private key in the text; leave the one that belongs to the certificate.");
        if (keys[0].Label == "ENCRYPTED PRIVATE KEY" && string.IsNullOrEmpty(password)) return Problem.Invalid("password", "The private key is locked; enter its password.");
        using var key = Key(keys[0], password);
        if (key is null) return Problem.Invalid(keys[0].Label == "ENCRYPTED PRIVATE KEY" ? "password" : "pem", "The private key cannot be read: it is cut, of an unknown kind, or the password is wrong. RSA and elliptic curve keys are taken.");
        foreach (var certificate in found)
            if (WithKey(certificate, key) is { } leaf) return Checked(leaf, found.Where(c => c != certificate), "pem");
        return Problem.Invalid("pem", "The private key belongs to none of the certificates.");
    }

    /// <summary>A chain and its key out of a PKCS #12 file.</summary>
    public static Result<CertificateChain> Chain(byte[] file, string? password)
    {
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(file, password ?? "", X509KeyStorageFlags.Exportable | X509KeyStorageFlags.EphemeralKeySet);
            if (all.FirstOrDefault(c => c.HasPrivateKey) is not { } leaf) return Problem.Invalid("pem", "The file holds no private key. Export it together with its key.");
            return Checked(leaf, all.Where(c => c != leaf), "pem");
        }
        catch (CryptographicException)
        {
            return Problem.Invalid("password", "The file cannot be opened: the password is wrong, or it is no PKCS #12 file.");
        }
    }

    /// <summary>Every certificate of a PEM text; null where one of them cannot be read.</summary>
    public static IReadOnlyList<X509Certificate2>? Certificates(string text)
    {
        var found = new List<X509Certificate2>();
        foreach (var block in Blocks(text).Where(b => b.Label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE"))
        {
            try
            {
                if (found.Count < MaximumCertificates) found.Add(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(block.Base64)));
            }
            catch (CryptographicException)
            {
                return null;
            }
        }
        return found;
    }

    /// <summary>The leaf of a stored chain with its stored key.</summary>
    public static CertificateChain Open(string pem, byte[] key)
    {
        var certificates = Certificates(pem)!;
        using AsymmetricAlgorithm algorithm = certificates[0].PublicKey.Oid.Value == "1.2.840.113549.1.1.1" ? RSA.Create() : ECDsa.Create();
        algorithm.ImportPkcs8PrivateKey(key, out _);
        return new CertificateChain(WithKey(certificates[0], algorithm) ?? throw new CryptographicException("The stored private key does not belong to its certificate."), [.. certificates.Skip(1)]);
    }

    private static Result<CertificateChain> Checked(X509Certificate2 leaf, IEnumerable<X509Certificate2> rest, string field)
    {
        using var rsa = leaf.GetRSAPublicKey();
        if (rsa?.KeySize < MinimumRsaBits) return Problem.Invalid(field, $"The certificate's RSA key has {rsa.KeySize} bits; devices and this server ask for {MinimumRsaBits} at least.");
        using var ec = leaf.GetECDsaPublicKey();
        if (rsa is null && ec is null) return Problem.Invalid(field, "The certificate's key is of a kind that TLS servers do not use here; RSA and elliptic curve keys are taken.");
        return new CertificateChain(leaf, Ordered(leaf, [.. rest]));
    }

    // From the leaf upwards, as TLS wants it (RFC 8446 §4.4.2); what does not belong to the chain is left out, a root too: devices have it or do not trust it.
    private static List<X509Certificate2> Ordered(X509Certificate2 leaf, List<X509Certificate2> rest)
    {
        var ordered = new List<X509Certificate2>();
        for (var top = leaf; top.Subject != top.Issuer && rest.Find(c => c.SubjectName.RawData.AsSpan().SequenceEqual(top.IssuerName.RawData)) is { } next; top = next)
        {
            rest.Remove(next);
            ordered.Add(next);
        }
        return ordered;
    }

    private static List<(string Label, string Base64, string Block)> Blocks(string text)
    {
        var blocks = new List<(string, string, string)>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            blocks.Add((rest[fields.Label].ToString(), rest[fields.Base64Data].ToString(), rest[fields.Location].ToString()));
            rest = rest[fields.Location.End..];
        }
        return blocks;
    }

    private static AsymmetricAlgorithm? Key((string Label, string Base64, string Block) block, string? password)
    {
        foreach (var make in (Func<AsymmetricAlgorithm>[])[RSA.Create, ECDsa.Create])
        {
            var key = make();
            try
            {
                if (block.Label == "ENCRYPTED PRIVATE KEY") key.ImportFromEncryptedPem(block.Block, password ?? "");
                else key.ImportFromPem(block.Block);
                return key;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // Of the other kind, or none; the caller says so.
                key.Dispose();
            }
        }
        return null;
    }

    private static X509Certificate2? WithKey(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        try
        {
            return (key, certificate.PublicKey.Oid.Value) switch
            {
                (RSA rsa, "1.2.840.113549.1.1.1") => certificate.CopyWithPrivateKey(rsa),
                (ECDsa ec, "1.2.840.10045.2.1") => certificate.CopyWithPrivateKey(ec),
                _ => null,
            };
        }
        catch (ArgumentException)
        {
            // It belongs to another certificate.
            return null;
        }
    }
}
