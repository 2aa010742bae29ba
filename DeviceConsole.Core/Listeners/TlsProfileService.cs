using System.Security.Cryptography.X509Certificates;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Listeners;

/// <summary>How TLS is spoken with devices. Platform administrators only.</summary>
public sealed class TlsProfileService(DataSources dataSources)
{
    /// <summary>All of them, by name.</summary>
    public async Task<Result<IReadOnlyList<TlsProfileView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("see the TLS profiles");
        await using var command = dataSources.App.CreateCommand(
            """
            SELECT p.id, p.name, p.certificate_id, p.minimum_version, p.client_certificates, p.client_authorities, p.client_tenant, c.name,
                   array(SELECT d.port FROM device_ports d WHERE d.tls_profile_id = p.id UNION SELECT n.port FROM device_port_names n WHERE n.tls_profile_id = p.id ORDER BY 1)
            FROM tls_profiles p JOIN certificates c ON c.id = p.certificate_id ORDER BY p.name
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(r => new TlsProfileView(Read(r), r.GetString(7), r.GetFieldValue<int[]>(8)), cancellationToken);
    }

    /// <summary>Adds or changes one; new connections follow it at once.</summary>
    public async Task<Result<Done>> SaveAsync(Caller caller, TlsProfile profile, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("change the TLS profiles");
        var name = profile.Name.Trim();
        if (name.Length is 0 or > 100) return Problem.Invalid("name", "Enter a name of 1 to 100 characters.");
        if (!TlsTexts.Versions.Contains(profile.MinimumVersion)) return Problem.Invalid("minimumVersion", "The lowest version of TLS is 1.2 or 1.3.");
        var asks = profile.ClientCertificates != ClientCertificates.None;
        if (asks && CheckAuthorities(profile.ClientAuthorities) is { } wrong) return Problem.Invalid("clientAuthorities", wrong);
        try
        {
            await PlatformWork.RunAsync(dataSources, caller,
                new AuditEntry("tls-profile.save", "tls_profile", profile.Id.ToString(), $"TLS profile \"{name}\": TLS {profile.MinimumVersion} or newer, certificates of devices {profile.ClientCertificates.Text()}."),
                "SELECT sys.platform_save_tls_profile($1, $2, $3, $4, $5, $6, $7)",
                [
                    Sql.Uuid(profile.Id), Sql.Text(name), Sql.Uuid(profile.CertificateId), Sql.Text(profile.MinimumVersion), Sql.Text(profile.ClientCertificates.Text()),
                    Sql.Text(asks ? profile.ClientAuthorities : ""), Sql.Uuid(asks ? profile.ClientTenant : null),
                ], cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Problem.Invalid("name", "There is a TLS profile of this name already.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Problem.Invalid("certificateId", "Choose a certificate; add one first where there is none.");
        }
        return new Done();
    }

    /// <summary>Removes one that no port uses.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("remove TLS profiles");
        try
        {
            var found = await PlatformWork.RunAsync(dataSources, caller, new AuditEntry("tls-profile.delete", "tls_profile", id.ToString(), "Removed a TLS profile."),
                "SELECT sys.platform_delete_tls_profile($1)", [Sql.Uuid(id)], cancellationToken);
            return found ? new Done() : Problem.NotFound("TLS profile");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Problem.Conflict("A port uses this TLS profile. Give the port another one first.");
        }
    }

    /// <summary>A row whose first columns are id, name, certificate, lowest version, choice, authorities and tenant.</summary>
    internal static TlsProfile Read(NpgsqlDataReader r) =>
        new(r.GetGuid(0), r.GetString(1), r.GetGuid(2), r.GetString(3), TlsTexts.Parse(r.GetString(4))!.Value, r.GetString(5), r.UuidOrNull(6));

    // A chain is followed to a root, so an intermediate alone would vouch for nobody.
    private static string? CheckAuthorities(string pem)
    {
        if (pem.Length > PemReader.MaximumText) return "That is more text than a bundle of authorities has.";
        return PemReader.Certificates(pem) switch
        {
            null => "A certificate in the text cannot be read: it was cut or changed.",
            { Count: 0 } => "Paste the certificates of the authorities that sign the devices' certificates; a block begins with -----BEGIN CERTIFICATE-----.",
            var all when all.Any(c => !IsAuthority(c)) => $"{all.First(c => !IsAuthority(c)).Subject} is the certificate of no authority. Paste those that sign the devices' certificates, not the devices' own.",
            var all when all.All(c => c.Subject != c.Issuer) => "The root is missing: paste the whole chain of the authority, up to the certificate that is signed by itself.",
            _ => null,
        };
    }

    // Version 1 certificates have no extensions; some old device authorities are such.
    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault()?.CertificateAuthority ?? certificate.Subject == certificate.Issuer;
}
