using System.Security.Cryptography;
using System.Text.Json;
using DeviceConsole.Core;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>
/// Remembers for a day which request came with which Idempotency-Key, and the id that was chosen for what it makes. Whatever
/// happens between the two, a repeat finds the same id, and the thing's own primary key lets it come into being once.
/// </summary>
public sealed class IdempotencyKeys(DataSources dataSources, MasterKey masterKey)
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>The longest key.</summary>
    public const int MaximumLength = 200;

    private const string Reserve =
        """
        WITH mine AS (INSERT INTO api_requests (tenant_id, actor_id, key, request_hash, resource_id) VALUES ($1, $2, $3, $4, $5)
                      ON CONFLICT (tenant_id, actor_id, key) DO NOTHING RETURNING request_hash, resource_id)
        SELECT request_hash, resource_id, true FROM mine
        UNION ALL SELECT request_hash, resource_id, false FROM api_requests WHERE tenant_id = $1 AND actor_id = $2 AND key = $3
        LIMIT 1
        """;

    private const string DropOld =
        "DELETE FROM api_requests WHERE (tenant_id, actor_id, key) IN (SELECT tenant_id, actor_id, key FROM api_requests WHERE tenant_id = $1 AND created_at < now() - interval '24 hours' LIMIT 100)";

    private readonly byte[] hashKey = masterKey.Derive("api-idempotency");

    /// <summary>The key of a request: null where it has none, a problem where it is no key.</summary>
    public static Result<string?> KeyOf(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var values)) return (string?)null;
        return values is [{ Length: > 0 and <= MaximumLength } key] && key.All(c => c is > ' ' and <= '~')
            ? key : Problem.Invalid(Header, $"{Header} is one text of 1 to {MaximumLength} visible ASCII characters.");
    }

    /// <summary>
    /// The id for what the request makes: a new one, or the one of the first request with this key. Conflict where that was another request.
    /// </summary>
    /// <param name="caller">The key is its own.</param>
    /// <param name="key">The key; null for none.</param>
    /// <param name="operation">What is asked.</param>
    /// <param name="body">With what.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task<Result<Reservation>> ReserveAsync<T>(Caller caller, string? key, string operation, T body, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        if (key is null || caller.ActorId is not { } actor) return new Reservation(id, false);
        var hash = HMACSHA256.HashData(hashKey, JsonSerializer.SerializeToUtf8Bytes(new { operation, body }, ApiJson.Options));
        while (true)
        {
            await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
            batch.Add(Reserve, Sql.Uuid(caller.Tenant), Sql.Uuid(actor), Sql.Text(key), Sql.Bytes(hash), Sql.Uuid(id)).Add(DropOld, Sql.Uuid(caller.Tenant));
            var found = await batch.ListAsync(r => (Hash: r.GetFieldValue<byte[]>(0), Id: r.GetGuid(1), Mine: r.GetBoolean(2)), cancellationToken);
            // Nothing where another request with the key committed in this very moment; the next look sees it.
            if (found is not [var first]) continue;
            return first.Hash.AsSpan().SequenceEqual(hash) ? new Reservation(first.Id, !first.Mine)
                : Problem.Conflict($"This {Header} was used for another request within the last 24 hours. Use a new key for a new request.");
        }
    }

    /// <summary>Forgets a key whose request made nothing, so that the corrected one may use it.</summary>
    public async Task ReleaseAsync(Caller caller, string? key, Reservation reservation, CancellationToken cancellationToken)
    {
        if (key is null || reservation.IsRepeat) return;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM api_requests WHERE tenant_id = $1 AND actor_id = $2 AND key = $3 AND resource_id = $4",
            Sql.Uuid(caller.Tenant), Sql.Uuid(caller.ActorId), Sql.Text(key), Sql.Uuid(reservation.Id));
        await batch.ExecuteAsync(cancellationToken);
    }
}

/// <summary>The id for what a request makes.</summary>
/// <param name="Id">The id (UUID v7).</param>
/// <param name="IsRepeat">True where an earlier request with the same key reserved it.</param>
public sealed record Reservation(Guid Id, bool IsRepeat);
