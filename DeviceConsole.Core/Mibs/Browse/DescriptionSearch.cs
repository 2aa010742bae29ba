using DeviceConsole.Core.Data;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// Searches the descriptions of a library: the database names the modules that may have all the words (<see cref="TextSignature"/>), and these are read, a few at a time, until
/// enough is found. Nothing is held between two searches.
/// </summary>
internal sealed class DescriptionSearch(DataSources dataSources, IMibCompiler compiler, TenantMibs library)
{
    private const int Together = 48;

    // Several modules may name one place, and all of them describe it.
    private readonly HashSet<MibNode> seen = [];

    /// <summary>Places whose description contains every word, in the order of the modules' names; none where no word has three letters.</summary>
    public async Task<List<MibNode>> RunAsync(Guid tenant, string text, int limit, CancellationToken cancellationToken)
    {
        string[] words = [.. text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).OrderByDescending(w => w.Length)];
        var found = new List<MibNode>();
        // A word of one or two letters is in nearly every text.
        if (words.Length == 0 || words[0].Length < 3) return found;
        foreach (var module in compiler.BuiltIn.Where(m => !library.Uploaded.ContainsKey(m.Name)))
            Add(found, module.Name, module.Definitions.Where(d => Matches(d.Description, words)).Select(d => d.Name));
        if (library.Uploaded.Count > 0 && found.Count < limit) await UploadedAsync(found, tenant, words, limit, cancellationToken);
        return found.Count > limit ? found[..limit] : found;
    }

    private async Task UploadedAsync(List<MibNode> found, Guid tenant, string[] words, int limit, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(
            """
            SELECT name, texts FROM mib_modules m WHERE tenant_id = $1 AND active
              AND (signature IS NULL OR NOT EXISTS (SELECT FROM unnest($2) AS b(bit) WHERE get_bit(m.signature, b.bit) = 0)) ORDER BY name
            """, Sql.Uuid(tenant), Sql.Array<int>(TextSignature.BitsOf(words), NpgsqlTypes.NpgsqlDbType.Integer));
        await using var reader = await batch.ReadAsync(cancellationToken);
        var lot = new List<(string Name, byte[] Texts)>(Together);
        for (var more = true; more && found.Count < limit;)
        {
            lot.Clear();
            while (lot.Count < Together && (more = await reader.ReadAsync(cancellationToken))) lot.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
            foreach (var (name, hits) in lot.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(m => (m.Name, Hits(m.Texts, words))))
                Add(found, name, hits);
        }
    }

    private static List<string> Hits(byte[] texts, string[] words) =>
        [.. ModuleDocument.Unpack<ModuleTexts>(texts).Definitions.Where(d => Matches(d.Value.Description, words)).Select(d => d.Key)];

    private void Add(List<MibNode> found, string module, IEnumerable<string> names)
    {
        foreach (var name in names)
            if (library.Tree.ByName(module, name) is { } node && seen.Add(node)) found.Add(node);
    }

    private static bool Matches(string? description, string[] words)
    {
        if (description is null) return false;
        foreach (var word in words)
            if (!description.Contains(word, StringComparison.OrdinalIgnoreCase)) return false;
        return true;
    }
}
