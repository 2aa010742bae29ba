namespace DeviceConsole.Core.Tenancy;

/// <summary>How many rows a tenant has in one table.</summary>
/// <param name="Table">The table, as <c>devices</c>.</param>
/// <param name="Rows">How many; counted now.</param>
public sealed record TableCount(string Table, long Rows);

/// <summary>What a tenant has, and what its deletion therefore deletes. Tables without a row of it are left out.</summary>
public sealed record TenantContents(IReadOnlyList<TableCount> Tables)
{
    // What people know by name, in the order in which it is told.
    private static readonly (string Table, string One, string Many)[] Known =
    [
        ("devices", "device", "devices"), ("users", "user", "users"), ("api_clients", "service account", "service accounts"), ("jobs", "job", "jobs"),
        ("schedules", "schedule", "schedules"), ("parameters", "parameter", "parameters"), ("mib_modules", "MIB module", "MIB modules"), ("data_models", "data model", "data models"),
    ];

    /// <summary>All rows together.</summary>
    public long Rows => Tables.Sum(t => t.Rows);

    /// <summary>In words: <c>1,204 devices, 3 users and 80,112 other rows</c>; <c>nothing</c> where there is none.</summary>
    public string Describe()
    {
        var parts = Known.Select(k => (k, Rows: Of(k.Table))).Where(k => k.Rows > 0).Select(k => $"{Number(k.Rows)} {(k.Rows == 1 ? k.k.One : k.k.Many)}").ToList();
        var other = Rows - Known.Sum(k => Of(k.Table));
        if (other > 0) parts.Add($"{Number(other)} other {(other == 1 ? "row" : "rows")}");
        return parts.Count switch
        {
            0 => "nothing",
            1 => parts[0],
            _ => $"{string.Join(", ", parts[..^1])} and {parts[^1]}",
        };
    }

    /// <summary>The rows of one table.</summary>
    public long Of(string table) => Tables.FirstOrDefault(t => t.Table == table)?.Rows ?? 0;

    private static string Number(long value) => value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
