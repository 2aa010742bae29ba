using DeviceConsole.Core.Data;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// The compiled modules that the batches of an upload import, held while there is room: the same few are imported again and again. Read and filled by one batch at a time;
/// how the library has to stand for that, another thread may ask.
/// </summary>
internal sealed class LibraryShelf(Guid tenant)
{
    /// <summary>Definitions and types that are held; beyond them all are let go but those of the batch that may not be stored yet.</summary>
    private const int Room = 150_000;

    private readonly Dictionary<string, MibModule?> held = new(StringComparer.Ordinal);
    private List<MibModule> latest = [];
    private int size;
    private volatile string? stamp;

    /// <summary>A module that was fetched; null where the library has none of the name.</summary>
    public MibModule? Find(string name) => held.GetValueOrDefault(name);

    /// <summary>False where somebody else has changed the library since it was read.</summary>
    public async Task<bool> IsCurrentAsync(LibraryReader library, CancellationToken cancellationToken) => stamp is not { } known || await StampAsync(library, cancellationToken) == known;

    /// <summary>Remembers how the library stands at the end of a change of this upload.</summary>
    public async Task RememberAsync(LibraryReader library, CancellationToken cancellationToken) => stamp = await StampAsync(library, cancellationToken);

    /// <summary>What is stored next was compiled against something that has not come true.</summary>
    public void Distrust() => stamp = "";

    /// <summary>Fetches these and whatever they import, directly or through others.</summary>
    public async Task FetchAsync(LibraryReader library, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        if (stamp is null) await RememberAsync(library, cancellationToken);
        if (size > Room) Trim();
        var open = names.ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.Count > 0)
        {
            string[] wanted = [.. open.Where(n => !held.ContainsKey(n))];
            if (wanted.Length > 0)
            {
                foreach (var name in wanted) held[name] = null;
                foreach (var module in await library.ListAsync(Sql.Command("SELECT outline FROM mib_modules WHERE tenant_id = $1 AND active AND name = ANY ($2)", Sql.Uuid(tenant), Sql.Texts(wanted)), r => ModuleDocument.Unpack<MibModule>(r.GetFieldValue<byte[]>(0)), cancellationToken)) Put(module);
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

    /// <summary>The modules of a batch that are in force once it is stored, without what nobody who imports them needs.</summary>
    public void Put(IEnumerable<MibModule> modules)
    {
        latest = [.. modules.Select(ModuleDocument.Outline)];
        foreach (var module in latest) Put(module);
    }

    /// <summary>Lets everything go: the next to ask reads the library.</summary>
    public void Clear()
    {
        latest = [];
        stamp = null;
        Trim();
    }

    private static int SizeOf(MibModule module) => module.Definitions.Count + module.Types.Count;

    private void Put(MibModule module)
    {
        Drop([module.Name]);
        held[module.Name] = module;
        size += SizeOf(module);
    }

    private void Trim()
    {
        held.Clear();
        size = 0;
        foreach (var module in latest) Put(module);
    }

    private async Task<string> StampAsync(LibraryReader library, CancellationToken cancellationToken) =>
        (await library.ListAsync(Sql.Command("SELECT count(*) || ' ' || coalesce(max(compiled_at)::text, '') || ' ' || coalesce(sum(hashtext(id::text)::bigint) FILTER (WHERE pinned), 0) FROM mib_modules WHERE tenant_id = $1", Sql.Uuid(tenant)), r => r.GetString(0), cancellationToken))[0];
}
