using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using Npgsql;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// The libraries of the tenants that somebody works in, by tenant. A change on any node drops the tenant's; so does the feed when it may have
/// missed one. Tenants that uploaded nothing share the built-in tree.
/// </summary>
public sealed class MibCache : IDisposable
{
    /// <summary>The topic of changes.</summary>
    public const string Topic = "mibs";

    private const int MaximumTenants = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Entry> entries = [];
    private readonly Lazy<TenantMibs> builtIn;
    private readonly DataSources dataSources;
    private readonly IMibCompiler compiler;
    private readonly ChangeFeed feed;

    /// <summary>One for the process.</summary>
    public MibCache(DataSources dataSources, IMibCompiler compiler, ChangeFeed feed)
    {
        (this.dataSources, this.compiler, this.feed) = (dataSources, compiler, feed);
        builtIn = new(() => new TenantMibs(compiler.BuiltIn, []));
    }

    /// <summary>The tenant's library as of now.</summary>
    public async Task<TenantMibs> GetAsync(Guid tenant, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = Open(tenant);
            try
            {
                return await entry.Library.Value.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Forget(tenant, entry);
            }
            catch
            {
                Forget(tenant, entry);
                throw;
            }
        }
    }

    /// <summary>The tenant's library has changed; the next to ask reads it again.</summary>
    public void Forget(Guid tenant) => Forget(tenant, null);

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var entry in entries.Values) entry.Subscription.Dispose();
            entries.Clear();
        }
    }

    private void Forget(Guid tenant, Entry? only)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(tenant, out var entry) || (only is not null && !ReferenceEquals(entry, only))) return;
            entries.Remove(tenant);
            entry.Subscription.Dispose();
        }
    }

    private Entry Open(Guid tenant)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(tenant, out var entry))
            {
                if (entries.Count >= MaximumTenants) Forget(entries.MinBy(e => e.Value.LastUse).Key);
                // Listening begins before reading: a change in between drops what is about to be read.
                entry = entries[tenant] = new Entry(feed.Subscribe(tenant, Topic, _ => Forget(tenant)), new(() => Task.Run(() => LoadAsync(tenant))));
            }
            entry.LastUse = Environment.TickCount64;
            return entry;
        }
    }

    private async Task<TenantMibs> LoadAsync(Guid tenant)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT outline FROM mib_modules WHERE tenant_id = $1 AND active ORDER BY name", Sql.Uuid(tenant));
        var outlines = await batch.ListAsync(r => r.GetFieldValue<byte[]>(0), CancellationToken.None);
        var modules = outlines.AsParallel().AsOrdered().Select(ModuleDocument.Unpack<MibModule>).ToList();
        return modules.Count == 0 ? builtIn.Value : new TenantMibs(compiler.BuiltIn, modules);
    }

    private sealed class Entry(IDisposable subscription, Lazy<Task<TenantMibs>> library)
    {
        public IDisposable Subscription { get; } = subscription;

        public Lazy<Task<TenantMibs>> Library { get; } = library;

        public long LastUse { get; set; }
    }
}
