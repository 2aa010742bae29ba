using System.Text.RegularExpressions;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Parameters;

/// <summary>A device's parameters level by level, and search within them.</summary>
public sealed partial class ParameterTree(DataSources dataSources)
{
    /// <summary>The most lines of one level.</summary>
    public const int MaximumLevel = 2_000;

    /// <summary>The most levels read at once.</summary>
    public const int MaximumLevels = 200;

    /// <summary>The most results of a search.</summary>
    public const int MaximumFound = 500;

    private const int MaximumText = 200;

    // A level is a range of the index of paths: comparisons are leakproof, so row-level security does not keep them from it, and the
    // planner goes through the device's own rows instead where these are fewer. An object identifier's only value below stands in its line.
    private const string Level =
        """
        SELECT seg, deep, count(*) FILTER (WHERE NOT ends), min(path), max(path), max(value), max(type), bool_or(writable), max(source), max(changed_at), max(newest)
        FROM (SELECT x.path, l.seg, l.deep, right(x.path, 1) = '.' AS ends,
                     CASE WHEN l.own THEN p.value END AS value, CASE WHEN l.own THEN p.type END AS type, CASE WHEN l.own THEN p.writable END AS writable,
                     CASE WHEN l.own THEN p.source END AS source, CASE WHEN l.own THEN p.changed_at END AS changed_at, p.changed_at AS newest
              FROM parameters p JOIN parameter_paths x ON x.tenant_id = p.tenant_id AND x.id = p.path_id
              CROSS JOIN LATERAL (SELECT split_part(substr(x.path, $5), '.', 1) AS seg, strpos(substr(x.path, $5), '.') > 0 AS deep,
                                         strpos(substr(x.path, $5), '.') IN (0, length(x.path) - $5 + 1) OR ascii(x.path) BETWEEN 48 AND 57 AS own) l
              WHERE p.tenant_id = $1 AND p.device_id = $2 AND x.path > $3 AND x.path < $4) t
        GROUP BY seg, deep ORDER BY lower(sys.path_order(seg)) COLLATE "C", seg, deep LIMIT $6
        """;

    private const string Search =
        """
        SELECT x.path, p.value, p.type, p.writable, p.source, p.changed_at
        FROM parameters p JOIN parameter_paths x ON x.tenant_id = p.tenant_id AND x.id = p.path_id
        WHERE p.tenant_id = $1 AND p.device_id = $2 AND right(x.path, 1) <> '.'
          AND (strpos(lower(x.path), $3) > 0 OR strpos(lower(p.value), $3) > 0
               OR (cardinality($4::text[]) > 0 AND regexp_replace(x.path, '\.[0-9]+(?=\.)', '.{i}', 'g') = ANY ($4))
               OR (cardinality($6::text[]) > 0 AND EXISTS (SELECT FROM unnest($6::text[]) o WHERE x.path = o OR starts_with(x.path, o || '.'))))
        ORDER BY x.path_key, x.path LIMIT $5
        """;

    /// <summary>
    /// What lies directly below each object, in one round trip. NotFound where there is no such device in the caller's tenant and scope.
    /// </summary>
    /// <param name="caller">Needs <see cref="Rights.View"/>.</param>
    /// <param name="device">The device.</param>
    /// <param name="objects">Object paths that end with a dot; the empty text is the top. At most <see cref="MaximumLevels"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Result<IReadOnlyList<ParameterLevel>>> LevelsAsync(Caller caller, Guid device, IReadOnlyList<string> objects, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see devices");
        if (objects.Count > MaximumLevels) return Problem.Invalid("objects", $"At most {MaximumLevels} levels are read at once.");
        if (objects.FirstOrDefault(o => !IsObjectPath(o)) is { } wrong) return Problem.Invalid("objects", $"The path of an object ends with a dot; '{Shorten(wrong)}' does not.");
        if (!caller.Scope.Allows(device)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT 1 FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        foreach (var path in objects)
        {
            batch.Add(Level, Sql.Uuid(caller.Tenant), Sql.Uuid(device), Sql.Text(path), Sql.Text(PathRange.End(path)),
                Sql.Int(path.EnumerateRunes().Count() + 1), Sql.Int(MaximumLevel + 1));
        }

        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("device");
        var levels = new List<ParameterLevel>(objects.Count);
        foreach (var path in objects)
        {
            await reader.NextResultAsync(cancellationToken);
            var nodes = await reader.ListAsync(r => ReadNode(r, path), cancellationToken);
            levels.Add(nodes.Count > MaximumLevel ? new ParameterLevel(path, nodes[..MaximumLevel], true) : new ParameterLevel(path, nodes, false));
        }

        return levels;
    }

    /// <summary>
    /// Parameters whose path or value contains the text, whatever its case, or whose path is one of <paramref name="modelPaths"/> with
    /// numbers for {i} (what a data model found by its descriptions), or is or lies below one of <paramref name="places"/>: object identifiers
    /// that a MIB found by their names. In the order of paths, at most <see cref="MaximumFound"/>.
    /// </summary>
    public async Task<Result<ParameterLevel>> SearchAsync(
        Caller caller, Guid device, string text, IReadOnlyList<string> modelPaths, IReadOnlyList<string> places, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see devices");
        text = text.Trim();
        if (text.Length is 0 or > MaximumText || text.Contains('\0', StringComparison.Ordinal)) return Problem.Invalid("search", $"A search has 1 to {MaximumText} printable characters.");
        if (!caller.Scope.Allows(device)) return Problem.NotFound("device");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT 1 FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        batch.Add(Search, Sql.Uuid(caller.Tenant), Sql.Uuid(device), Sql.Text(text.ToLowerInvariant()), Sql.Texts([.. modelPaths]), Sql.Int(MaximumFound + 1), Sql.Texts([.. places]));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("device");
        await reader.NextResultAsync(cancellationToken);
        var found = await reader.ListAsync(ReadFound, cancellationToken);
        return found.Count > MaximumFound ? new ParameterLevel("", found[..MaximumFound], true) : new ParameterLevel("", found, false);
    }

    /// <summary>True for the empty text and for what ends with a dot and can be a path.</summary>
    public static bool IsObjectPath(string path) => path.Length == 0 || (path.Length <= 1024 && path[^1] == '.' && !path.Contains('\0', StringComparison.Ordinal));

    private static ParameterNode ReadNode(NpgsqlDataReader r, string parent)
    {
        var name = r.GetString(0);
        var isObject = r.GetBoolean(1);
        var path = parent + name + (isObject ? "." : "");
        if (isObject && OidPart().IsMatch(path))
        {
            // A scalar is one line, not an object with the line "0" below it.
            if (r.GetString(3) is var only && only == r.GetString(4) && r.GetInt64(2) == 1) (path, name, isObject) = (only, only[parent.Length..], false);
            else (path, name) = Together(parent, path, only, r.GetString(4));
        }

        var hasValue = !isObject || !OidPart().IsMatch(path);
        return new ParameterNode(path, name, isObject)
        {
            Count = isObject ? r.GetInt64(2) : 0,
            Value = hasValue ? r.TextOrNull(5) : null,
            Type = hasValue ? r.TextOrNull(6) ?? "" : "",
            Writable = r.IsDBNull(7) || !hasValue ? null : r.GetBoolean(7),
            Source = hasValue ? r.TextOrNull(8) ?? "" : "",
            ChangedAt = r.TimeOrNull(9) ?? r.Time(10),
        };
    }

    // The arcs of an OID that all values have in common make one line, not ten.
    private static (string Path, string Name) Together(string parent, string path, string first, string last)
    {
        var common = 0;
        while (common < first.Length && common < last.Length && first[common] == last[common]) common++;
        var end = common == 0 ? 0 : first.LastIndexOf('.', Math.Min(common, first.Length) - 1) + 1;
        if (end > path.Length) path = first[..end];
        return (path, path[parent.Length..^1]);
    }

    private static ParameterNode ReadFound(NpgsqlDataReader r)
    {
        var path = r.GetString(0);
        return new ParameterNode(path, path, false)
        {
            Value = r.TextOrNull(1),
            Type = r.GetString(2),
            Writable = r.IsDBNull(3) ? null : r.GetBoolean(3),
            Source = r.GetString(4),
            ChangedAt = r.Time(5),
        };
    }

    private static string Shorten(string path) => path.Length <= 60 ? path : path[..60] + "…";

    [GeneratedRegex(@"^[0-9.]+$")]
    private static partial Regex OidPart();
}
