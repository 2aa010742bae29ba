using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Listeners;

/// <summary>A secret of the installation, without what it is.</summary>
/// <param name="Secret">Which one.</param>
/// <param name="StoredAt">When it was stored; null where none is, and the configuration's counts.</param>
/// <param name="StoredBy">By whom.</param>
public sealed record PlatformSecretView(PlatformSecret Secret, DateTimeOffset? StoredAt, string? StoredBy);

/// <summary>The installation's own secrets: sealed in the database, write-only, before those of the configuration. Platform administrators only.</summary>
public sealed class PlatformSecretService : IPlatformSecrets
{
    private const int Maximum = 1_024;
    private const string Purpose = "platform-secrets";

    private readonly DataSources dataSources;
    private readonly SecretBox box;
    private readonly IReadOnlyList<PlatformSecret> known;

    /// <summary>One for the process.</summary>
    internal PlatformSecretService(DataSources dataSources, MasterKey masterKey, IEnumerable<PlatformSecret> known, JobListener listener)
    {
        (this.dataSources, box, this.known) = (dataSources, new SecretBox(masterKey, Purpose), [.. known.OrderBy(s => s.Name, StringComparer.Ordinal)]);
        listener.ChangeNoticed += payload =>
        {
            if (payload.StartsWith(PlatformWork.Topic + ":", StringComparison.Ordinal)) Changed?.Invoke();
        };
        listener.Missed += () => Changed?.Invoke();
    }

    /// <inheritdoc />
    public event Action? Changed;

    /// <summary>All that parts of this installation know, by name.</summary>
    public async Task<Result<IReadOnlyList<PlatformSecretView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("see the installation's secrets");
        await using var command = dataSources.App.CreateCommand("SELECT id, updated_at, updated_by FROM platform_secrets");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stored = (await reader.ListAsync(r => (Id: r.GetString(0), At: r.Time(1), By: r.GetString(2)), cancellationToken)).ToDictionary(s => s.Id, StringComparer.Ordinal);
        return known.Select(s => stored.TryGetValue(s.Id, out var row) ? new PlatformSecretView(s, row.At, row.By) : new PlatformSecretView(s, null, null)).ToList();
    }

    /// <summary>Stores one; it counts on every node within seconds.</summary>
    public async Task<Result<Done>> SaveAsync(Caller caller, string id, string value, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("change the installation's secrets");
        if (known.FirstOrDefault(s => s.Id == id) is not { } secret) return Problem.NotFound("secret");
        if (value.Length is 0 or > Maximum || value.Any(char.IsControl)) return Problem.Invalid("value", $"Enter 1 to {Maximum:N0} characters on one line.");
        var plain = Encoding.UTF8.GetBytes(value);
        try
        {
            await PlatformWork.RunAsync(dataSources, caller, new AuditEntry("platform-secret.save", "platform-secret", id, $"Stored {secret.Name}."),
                "SELECT sys.platform_save_secret($1, $2, $3)", [Sql.Text(id), Sql.Bytes(box.Seal(plain, id)), Sql.Text(caller.ActorName)], cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
        return new Done();
    }

    /// <summary>Removes what is stored: the configuration's counts again.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("change the installation's secrets");
        return await PlatformWork.RunAsync(dataSources, caller, new AuditEntry("platform-secret.delete", "platform-secret", id, $"Removed {known.FirstOrDefault(s => s.Id == id)?.Name ?? "a secret of the installation"}."),
            "SELECT sys.platform_delete_secret($1)", [Sql.Text(id)], cancellationToken) ? new Done() : Problem.NotFound("stored secret");
    }

    /// <inheritdoc />
    public async Task<string?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSources.App.CreateCommand("SELECT sealed FROM platform_secrets WHERE id = $1");
            command.Parameters.Add(Sql.Text(id));
            return await command.ExecuteScalarAsync(cancellationToken) is byte[] stored ? Encoding.UTF8.GetString(box.Open(stored, id)) : null;
        }
        catch (SecretUnreadableException e)
        {
            throw new IOException($"A secret of this installation cannot be read. {e.Message} Or enter it again under Listeners and certificates, Secrets.", e);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new IOException("A secret of this installation cannot be read now: the database does not answer.", e);
        }
    }
}
