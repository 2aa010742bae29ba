using DeviceConsole.Core.Protocols;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using Npgsql;

namespace DeviceConsole.Core.Secrets;

/// <summary>How long signing keys live.</summary>
[SettingsSection("SigningKeys")]
public sealed class SigningKeyOptions
{
    /// <summary>How long a key signs before the next one takes over.</summary>
    public TimeSpan RotateEvery { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long before that the next one is published, so that every verifier has it in time.</summary>
    public TimeSpan PublishAhead { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a key still verifies after it has signed last; longer than a token lives.</summary>
    public TimeSpan VerifyAfter { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>
/// The key pairs that sign access tokens: in the database, private halves sealed, shared by all nodes. Whoever notices that
/// the next one is due makes it, under a lock, so that two nodes make one.
/// </summary>
public sealed class SigningKeys(DataSources dataSources, MasterKey masterKey, SigningKeyOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan CacheLifetime = TimeSpan.FromSeconds(60), RefreshPause = TimeSpan.FromSeconds(5);

    // A first key is active at once, also on a node whose clock is behind.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim gate = new(1, 1);
    private Loaded? loaded;

    /// <summary>Every key that is published now, newest first.</summary>
    public async Task<IReadOnlyList<SigningKey>> PublishedAsync(CancellationToken cancellationToken) => await GetAsync(CacheLifetime, cancellationToken);

    /// <summary>The key that signs now.</summary>
    public async Task<SigningKey> ActiveAsync(CancellationToken cancellationToken)
    {
        var keys = await GetAsync(CacheLifetime, cancellationToken);
        var now = time.GetUtcNow();
        return keys.First(k => k.ActiveAt <= now && now < k.RetiredAt);
    }

    /// <summary>The key of an id, or null. An id that is not known yet is looked for in the database, now and then.</summary>
    public async Task<SigningKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var key = (await GetAsync(CacheLifetime, cancellationToken)).FirstOrDefault(k => k.Id == id)
            ?? (await GetAsync(RefreshPause, cancellationToken)).FirstOrDefault(k => k.Id == id);
        return key is not null && time.GetUtcNow() < key.ExpiresAt ? key : null;
    }

    /// <inheritdoc />
    public void Dispose() => gate.Dispose();

    private async Task<IReadOnlyList<SigningKey>> GetAsync(TimeSpan maximumAge, CancellationToken cancellationToken)
    {
        if (Current(maximumAge) is { } known) return known;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (Current(maximumAge) is { } meanwhile) return meanwhile;
            var keys = await LoadAsync(cancellationToken);
            if (IsDue(keys)) keys = await RotateAsync(cancellationToken);
            loaded = new Loaded(keys, time.GetTimestamp());
            return keys;
        }
        finally
        {
            gate.Release();
        }
    }

    private List<SigningKey>? Current(TimeSpan maximumAge) =>
        loaded is { } l && time.GetElapsedTime(l.Since) < maximumAge && !IsDue(l.Keys) ? l.Keys : null;

    // Due where nothing signs beyond the time that the next one has to be published before.
    private bool IsDue(List<SigningKey> keys) => keys.Count == 0 || keys.Max(k => k.RetiredAt) - options.PublishAhead <= time.GetUtcNow();

    private async Task<List<SigningKey>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, cancellationToken);
    }

    private async Task<List<SigningKey>> RotateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, Sql.Command("SELECT pg_advisory_xact_lock(hashtextextended('deviceconsole.signing-keys', 0))"), cancellationToken);
        var keys = await ReadAsync(connection, cancellationToken);
        var now = time.GetUtcNow();
        while (IsDue(keys))
        {
            var follows = keys.Count == 0 ? now : keys.Max(k => k.RetiredAt);
            var key = SigningKey.Create(masterKey, follows > now ? follows : now - ClockSkew, options.RotateEvery, options.VerifyAfter);
            await ExecuteAsync(connection, Sql.Command(
                "INSERT INTO signing_keys (id, public_jwk, sealed, active_at, retired_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
                Sql.Text(key.Id), Sql.Json(key.PublicJwk().ToJsonString()), Sql.Bytes(key.Sealed), Sql.Time(key.ActiveAt), Sql.Time(key.RetiredAt), Sql.Time(key.ExpiresAt)), cancellationToken);
            keys.Insert(0, key);
        }
        await ExecuteAsync(connection, Sql.Command("DELETE FROM signing_keys WHERE expires_at < $1", Sql.Time(now - options.RotateEvery)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return keys;
    }

    private async Task<List<SigningKey>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.Command("SELECT id, public_jwk::text, sealed, active_at, retired_at, expires_at FROM signing_keys WHERE expires_at > $1 ORDER BY active_at DESC", Sql.Time(time.GetUtcNow())));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(r =>
        {
            var jwk = JsonNode.Parse(r.GetString(1))!;
            return new SigningKey(r.GetString(0), (string)jwk["x"]!, (string)jwk["y"]!, r.GetFieldValue<byte[]>(2), r.Time(3), r.Time(4), r.Time(5));
        }, cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record Loaded(List<SigningKey> Keys, long Since);
}
