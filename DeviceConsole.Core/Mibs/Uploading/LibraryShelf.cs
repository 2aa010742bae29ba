using DeviceConsole.Core.Data;

namespace DeviceConsole.Core.Mibs;

/// <summary>The compiled modules that the batches of an upload import, held while there is room: the same few are imported again and again.</summary>
internal sealed class LibraryShelf(Guid tenant)
{
    /// <summary>Definitions and types that are held; beyond them all are let go.</summary>
    private const int Room = 150_000;

    private readonly Dictionary<string, MibModule?> held = new(StringComparer.Ordinal);
    private int size;
    private string? stamp;

    /// <summary>A module that was fetched; null where the library has none of the name.</summary>
    public MibModule? Find(string name) => held.GetValueOrDefault(name);

    /// <summary>Lets everything go where somebody else has changed the library since <see cref="RememberAsync"/>.</summary>
    public async Task CheckAsync(LibraryChange change, CancellationToken cancellationToken)
    {
        if (stamp is not null && await StampAsync(change, cancellationToken) != stamp) Clear();
    }

    /// <summary>Remembers how the library stands at the end of a change of this upload.</summary>
    public async Task RememberAsync(LibraryChange change, CancellationToken cancellationToken) => stamp = await StampAsync(change, cancellationToken);

    /// <summary>Fetches these and whatever they import, directly or through others.</summary>
    public async Task FetchAsync(LibraryChange change, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        if (size > Room) Clear();
        var open = names.ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.Count > 0)
        {
            string[] wanted = [.. open.Where(n => !held.ContainsKey(n))];
            if (wanted.Length > 0)
            {
                foreach (var name in wanted) held[name] = null;
                foreach (var module in await change.ListAsync(Sql.Command("SELECT outline FROM mib_modules WHERE tenant_id = $1 AND active AND name = ANY ($2)", Sql.Uuid(tenant), Sql.Texts(wanted)), r => ModuleDocument.Unpack<MibModule>(r.GetFieldValue<byte[]>(0)), cancellationToken)) Put(module);
            }
            seen.UnionWith(open);
            open = [.. open.Select(Find).OfType<MibModule>().SelectMany(m => m.Imports).Select(i => i.Module).Where(n => !seen.Contains(n))];
        }
    }

    /// <summary>These modules have changed: they are fetched anew when somebody imports them.</summary>
    public void Drop(IEnumerable<string> names)
    {
        foreach (var name in names)
            if (held.Remove(name, out var module) && module is not null) size -= SizeOf(module);
    }

    /// <summary>A module that is in force now, as it was compiled.</summary>
    public void Put(MibModule module)
    {
        Drop([module.Name]);
        held[module.Name] = module;
        size += SizeOf(module);
    }

    private static int SizeOf(MibModule module) => module.Definitions.Count + module.Types.Count;

    private void Clear()
    {
        held.Clear();
        size = 0;
    }

    private async Task<string> StampAsync(LibraryChange change, CancellationToken cancellationToken) =>
        (await change.ListAsync(Sql.Command("SELECT count(*) || ' ' || coalesce(max(compiled_at)::text, '') || ' ' || coalesce(sum(hashtext(id::text)::bigint) FILTER (WHERE pinned), 0) FROM mib_modules WHERE tenant_id = $1", Sql.Uuid(tenant)), r => r.GetString(0), cancellationToken))[0];
}
