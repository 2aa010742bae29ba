using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using Npgsql;

namespace DeviceConsole.Core.Tenancy;

/// <summary>
/// Tells this node, after the commit on whichever node, that a tenant was changed, suspended or deleted: what is remembered of it is
/// dropped, and whoever holds something open for it looks again. A notification that is lost costs the 20 s of the caches, no more.
/// </summary>
public sealed class TenantWatch
{
    private const string Topic = "tenants";
    private readonly TenantDirectory directory;

    /// <summary>One for the process.</summary>
    internal TenantWatch(JobListener listener, TenantDirectory directory)
    {
        this.directory = directory;
        listener.ChangeNoticed += OnNoticed;
    }

    /// <summary>A tenant changed: ask <see cref="TenantDirectory"/> how it stands now. Handlers return at once.</summary>
    public event Action<Guid>? Changed;

    /// <summary>The notification, to go into the transaction of the change.</summary>
    internal static NpgsqlBatchCommand Tell(Guid tenant, string slug) =>
        Sql.Command("SELECT sys.notify_change($1, $2, $3)", Sql.Text(Topic), Sql.Uuid(tenant), Sql.Texts([slug]));

    // Payload: topic:tenant:slug
    private void OnNoticed(string payload)
    {
        if (payload.Split(':', 3) is not [Topic, var id, var slug] || !Guid.TryParseExact(id, "N", out var tenant)) return;
        directory.Forget(tenant, slug);
        Changed?.Invoke(tenant);
    }
}
