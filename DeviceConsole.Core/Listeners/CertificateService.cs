using System.Security.Cryptography;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Listeners;

/// <summary>The certificates that devices are shown. Platform administrators only; private keys are write-only.</summary>
public sealed class CertificateService(DataSources dataSources, MasterKey masterKey, TimeProvider time)
{
    private const int MaximumNames = 50;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(825);
    private readonly SecretBox box = new(masterKey, Purpose);

    /// <summary>What private keys are sealed for; the place is the row's id.</summary>
    internal const string Purpose = "certificates";

    /// <summary>All of them, by name.</summary>
    public async Task<Result<IReadOnlyList<CertificateView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("see the certificates");
        await using var command = dataSources.App.CreateCommand(
            """
            SELECT c.id, c.name, c.subject, c.issuer, encode(c.fingerprint, 'hex'), c.names, c.not_before, c.not_after,
                   array(SELECT p.name FROM tls_profiles p WHERE p.certificate_id = c.id ORDER BY p.name)
            FROM certificates c ORDER BY c.name
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(r => new CertificateView(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4),
            r.GetFieldValue<string[]>(5), r.Time(6), r.Time(7), r.GetFieldValue<string[]>(8)), cancellationToken);
    }

    /// <summary>Adds one, or renews the one of that id: whatever shows it shows the new one with the next connection.</summary>
    public async Task<Result<Done>> SaveAsync(Caller caller, CertificateInput input, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("change the certificates");
        var read = input.Pem is { Length: > 0 } pem ? PemReader.Chain(pem, input.Password)
            : input.Pkcs12 is { Length: > 0 } file ? PemReader.Chain(file, input.Password)
            : Problem.Invalid("pem", "Paste the certificate and its private key as PEM text, or choose a file.");
        if (read.Problem is { } problem) return problem;
        if (read.Value.Leaf.NotAfter.ToUniversalTime() <= time.GetUtcNow().UtcDateTime)
            return Problem.Invalid("pem", $"The certificate expired on {read.Value.Leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}; devices would refuse it. Renew it first.");
        return await StoreAsync(caller, input.Id, input.Name, read.Value, "Stored", cancellationToken);
    }

    /// <summary>Makes a self-signed one, for a trial; its id.</summary>
    public async Task<Result<Guid>> GenerateAsync(Caller caller, SelfSignedInput input, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("make certificates");
        var names = input.Names.Select(n => n.Trim().ToLowerInvariant()).Where(n => n.Length > 0).Distinct().ToList();
        if (names.Count is 0 or > MaximumNames) return Problem.Invalid("names", $"Enter 1 to {MaximumNames} host names or addresses that devices call.");
        if (names.Find(n => !HostNames.IsHost(n) && !HostNames.IsWildcard(n)) is { } wrong) return Problem.Invalid("names", $"\"{wrong}\" is neither a host name nor an address.");
        if (input.Days < 1 || input.Days > Longest.Days) return Problem.Invalid("days", $"A certificate is good for 1 to {Longest.Days} days.");
        var id = Guid.CreateVersion7();
        var stored = await StoreAsync(caller, id, input.Name, SelfSigned.Create(names, time.GetUtcNow(), input.Days), "Made a self-signed certificate,", cancellationToken);
        return stored.Problem is { } problem ? problem : id;
    }

    /// <summary>Removes one that no profile shows.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("remove certificates");
        try
        {
            var found = await PlatformWork.RunAsync(dataSources, caller, new AuditEntry("certificate.delete", "certificate", id.ToString(), "Removed a certificate."),
                "SELECT sys.platform_delete_certificate($1)", [Sql.Uuid(id)], cancellationToken);
            return found ? new Done() : Problem.NotFound("certificate");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Problem.Conflict("A TLS profile shows this certificate. Give the profile another one first.");
        }
    }

    private async Task<Result<Done>> StoreAsync(Caller caller, Guid id, string name, CertificateChain chain, string verb, CancellationToken cancellationToken)
    {
        name = name.Trim();
        if (name.Length is 0 or > 100) return Problem.Invalid("name", "Enter a name of 1 to 100 characters.");
        var (leaf, key) = (chain.Leaf, chain.Key());
        var alternatives = SubjectNames.Of(leaf);
        string[] names = [.. alternatives.Dns, .. alternatives.Addresses];
        if (names.Length == 0 && alternatives.CommonName.Length > 0) names = [alternatives.CommonName];
        try
        {
            await PlatformWork.RunAsync(dataSources, caller,
                new AuditEntry("certificate.save", "certificate", id.ToString(), $"{verb} \"{name}\" for {string.Join(", ", names)}, good until {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}."),
                "SELECT sys.platform_save_certificate($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                [
                    Sql.Uuid(id), Sql.Text(name), Sql.Text(chain.Pem), Sql.Bytes(box.Seal(key, id.ToString("n"))), Sql.Bytes(SHA256.HashData(leaf.RawData)), Sql.Text(leaf.Subject), Sql.Text(leaf.Issuer),
                    Sql.Texts(names), Sql.Time(leaf.NotBefore.ToUniversalTime()), Sql.Time(leaf.NotAfter.ToUniversalTime()),
                ], cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Problem.Invalid("name", "There is a certificate of this name already.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
        return new Done();
    }
}
