using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>An address beside the built-in ones: what is burnt into a fleet. Null matches every host or port.</summary>
/// <param name="Host">Host name in lower case, as the device sends it.</param>
/// <param name="Port">Local port.</param>
/// <param name="Path">Exactly this path.</param>
/// <param name="Target">The built-in address that answers: a tenant's own, or a protocol's shared one.</param>
/// <param name="Note">What it is for.</param>
public sealed record DeviceListener(Guid Id, string? Host, int? Port, string Path, string Target, string Note);

/// <summary>The addresses that devices call, beside the built-in ones; read with a cache of 20 s, managed by platform administrators.</summary>
public sealed class ListenerDirectory(DataSources dataSources, TimeProvider time)
{
    private readonly TimedCache<string, IReadOnlyList<DeviceListener>> cache = new(TenantDirectory.CacheLifetime, 1, time);

    /// <summary>The built-in address that answers a call, or null where the call goes by its own path. The most exact one wins: host before port.</summary>
    public async ValueTask<string?> TargetOfAsync(string host, int port, string path, CancellationToken cancellationToken)
    {
        var all = await cache.GetAsync("", LoadAsync, cancellationToken);
        DeviceListener? best = null;
        foreach (var listener in all ?? [])
        {
            if (listener.Path != path || (listener.Port is { } p && p != port) || (listener.Host is { } h && !h.Equals(host, StringComparison.OrdinalIgnoreCase))) continue;
            if (best is null || Weight(listener) > Weight(best)) best = listener;
        }
        return best?.Target;
    }

    /// <summary>All of them. Platform administrators only.</summary>
    public async Task<Result<IReadOnlyList<DeviceListener>>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        IsPlatform(caller) ? Result(await LoadAsync("", cancellationToken)) : Problem.Forbidden("see the listeners");

    /// <summary>Adds or changes one. Platform administrators only.</summary>
    public async Task<Result<Done>> SaveAsync(Caller caller, DeviceListener listener, CancellationToken cancellationToken)
    {
        if (!IsPlatform(caller)) return Problem.Forbidden("change the listeners");
        if (!listener.Path.StartsWith('/') || listener.Path.Length > 500) return Problem.Invalid("path", "A path begins with a slash and has at most 500 characters.");
        if (!listener.Target.StartsWith('/') || listener.Target.Length > 500) return Problem.Invalid("target", "The address that answers begins with a slash: a protocol's shared one, or a tenant's own.");
        if (listener.Port is < 1 or > 65_535) return Problem.Invalid("port", "A port is a number from 1 to 65535.");
        var host = string.IsNullOrWhiteSpace(listener.Host) ? null : listener.Host.Trim().ToLowerInvariant();
        if (host is { Length: > 255 } || (host is not null && Uri.CheckHostName(host) == UriHostNameType.Unknown)) return Problem.Invalid("host", "That is no host name.");
        try
        {
            await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
            batch.Add("SELECT sys.platform_save_listener($1, $2, $3, $4, $5, $6)", Sql.Uuid(listener.Id), Sql.Text(host), Sql.Int(listener.Port), Sql.Text(listener.Path), Sql.Text(listener.Target), Sql.Text(listener.Note));
            batch.Add(AuditLog.Command(caller, Tenant.Platform, new AuditEntry("listener.save", "listener", listener.Id.ToString(), $"Calls to {host ?? "any host"}, port {listener.Port?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any"}, path {listener.Path} are answered by {listener.Target}.")));
            await batch.ExecuteAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Problem.Conflict("There is a listener for this host, port and path already.");
        }
        cache.Forget("");
        return new Done();
    }

    /// <summary>Removes one. Platform administrators only.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!IsPlatform(caller)) return Problem.Forbidden("remove listeners");
        await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
        batch.Add("SELECT sys.platform_delete_listener($1)", Sql.Uuid(id));
        batch.Add(AuditLog.Command(caller, Tenant.Platform, new AuditEntry("listener.delete", "listener", id.ToString(), "Removed a listener.")));
        var found = await batch.FirstAsync(r => r.GetBoolean(0), cancellationToken);
        cache.Forget("");
        return found ? new Done() : Problem.NotFound("listener");
    }

    private static bool IsPlatform(Caller caller) => caller.HomeTenant == Tenant.Platform && caller.May(Rights.ManagePlatform);

    private static Result<IReadOnlyList<DeviceListener>> Result(IReadOnlyList<DeviceListener>? listeners) => listeners?.ToList() ?? [];

    private static int Weight(DeviceListener listener) => (listener.Host is null ? 0 : 2) + (listener.Port is null ? 0 : 1);

    private async Task<IReadOnlyList<DeviceListener>?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT id, host, port, path, target, note FROM listeners ORDER BY path, host, port");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(r => new DeviceListener(r.GetGuid(0), r.TextOrNull(1), r.IsDBNull(2) ? null : r.GetInt32(2), r.GetString(3), r.GetString(4), r.GetString(5)), cancellationToken);
    }
}
