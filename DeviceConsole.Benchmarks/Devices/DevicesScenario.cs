using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Benchmarks.Devices;

/// <summary>
/// The list of devices as the service gives it, under row-level security, on a PostgreSQL of its own. The baseline is plain SQL
/// that a page would send without us: as the superuser past row-level security, OFFSET for deep pages, in the same run.
/// </summary>
internal sealed class DevicesScenario : IScenario
{
    private const double Target = 50;
    private const int Repeats = 40;
    private static readonly Random Dice = new(7);

    public string Name => "devices";

    public string Description => "pages, orders and searches over 1,000,000 devices of one tenant among others";

    public async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync("work_mem=8MB", "random_page_cost=1.1", "jit=off", "max_wal_size=4GB");
        await using var database = await server.CreateDatabaseAsync();
        report.Note("  loading the devices");
        await DeviceFleet.LoadAsync(database, cancellationToken);
        var devices = new DeviceService(database.Sources, new ProtocolCatalog([]), new DeviceSecrets(database.Sources, MasterKey.Parse(MasterKey.Generate(), out _)!));
        var caller = Caller.System(DeviceFleet.Big, "bench");
        await using var plain = NpgsqlDataSource.Create(database.SuperuserConnectionString);

        var all = new Percentiles();
        foreach (var (metric, query, baseline) in Cases())
        {
            var product = await MeasureAsync(() => devices.ListAsync(caller, query(), cancellationToken));
            var other = await MeasureAsync(() => RunAsync(plain, baseline(), cancellationToken), Repeats / 4);
            all.Add(product);
            report.Absolute(Name, $"{metric}, p95", "ms", Better.Lower, product.P95, Target);
            report.Compare(Name, $"{metric}, p50", "ms", Better.Lower, product.P50, "plain SQL without RLS", other.P50, null);
        }

        var deep = await DeepAsync(devices, caller, plain, cancellationToken);
        var offset = await MeasureAsync(() => RunAsync(plain, Plain("name_key, id", "", 500_000), cancellationToken), 3);
        all.Add(deep);
        report.Absolute(Name, "page at row 500,000, p95", "ms", Better.Lower, deep.P95, Target);
        report.Compare(Name, "page at row 500,000, p50", "ms", Better.Lower, deep.P50, "OFFSET 500000 without RLS", offset.P50, null);
        report.Absolute(Name, "all of the above, p95", "ms", Better.Lower, all.P95, Target);
        report.Absolute(Name, "all of the above, slowest", "ms", Better.Lower, all.Slowest, null);

        // The worst there is: everything that matches stands at the far end of the order. Reported for what it is.
        var far = await MeasureAsync(() => devices.ListAsync(caller, new DeviceQuery { Search = "switch" }, cancellationToken), 10);
        report.Absolute(Name, "first match at row 833,333, p95", "ms", Better.Lower, far.P95, null);
    }

    private static IEnumerable<(string Metric, Func<DeviceQuery> Query, Func<string> Baseline)> Cases()
    {
        yield return ("first page by name", () => new(), () => Plain("name_key, id", ""));
        yield return ("first page by name, descending", () => new() { Descending = true }, () => Plain("name_key DESC, id DESC", ""));
        yield return ("first page by model", () => new() { Sort = DeviceSort.Model }, () => Plain("model_key, id", ""));
        yield return ("first page by last contact", () => new() { Sort = DeviceSort.LastContact, Descending = true }, () => PlainByContact(""));
        yield return ("first page by creation", () => new() { Sort = DeviceSort.Created, Descending = true }, () => Plain("id DESC", ""));
        foreach (var sort in Enum.GetValues<DeviceSort>())
        {
            yield return ($"search, all match, by {sort.Text()}", () => new() { Search = "SN", Sort = sort }, () => Searched(sort, "sn"));
            yield return ($"search, a fifth match, by {sort.Text()}", () => new() { Search = "nokia", Sort = sort }, () => Searched(sort, "nokia"));
            yield return ($"search, 1 in 2,000 match, by {sort.Text()}", () => new() { Search = Site(), Sort = sort }, () => Searched(sort, Site().ToLowerInvariant()));
            yield return ($"search, hardly any match, by {sort.Text()}", () => new() { Search = Hex(), Sort = sort }, () => Searched(sort, Hex()));
            yield return ($"label, 1 in 1,000, by {sort.Text()}", () => new() { Tag = Label(), Sort = sort }, () => Labelled(sort, Label()));
            yield return ($"label, a third, by {sort.Text()}", () => new() { Tag = "gold", Sort = sort }, () => Labelled(sort, "gold"));
        }
    }

    private static string Hex() => Convert.ToHexStringLower(BitConverter.GetBytes(Dice.Next()))[..5];

    private static string Site() => $"Berlin {100 + Dice.Next(400)}";

    private static string Label() => $"customer-{Dice.Next(1000)}";

    private static string Searched(DeviceSort sort, string term) => Ordered(sort, $"AND d.search LIKE '%{term}%'");

    private static string Labelled(DeviceSort sort, string label) => Ordered(sort, $"AND d.tags @> ARRAY['{label}']");

    private static string Ordered(DeviceSort sort, string filter) => sort switch
    {
        DeviceSort.Name => Plain("name_key, id", filter),
        DeviceSort.Model => Plain("model_key, id", filter),
        DeviceSort.LastContact => PlainByContact(filter),
        _ => Plain("id", filter),
    };

    private static string Plain(string order, string filter, int offset = 0) =>
        $"SELECT d.* FROM devices d WHERE d.tenant_id = '{DeviceFleet.Big}' {filter} ORDER BY {order} OFFSET {offset} LIMIT 51";

    private static string PlainByContact(string filter) =>
        $"SELECT d.* FROM device_contacts c JOIN devices d ON d.tenant_id = c.tenant_id AND d.id = c.device_id WHERE c.tenant_id = '{DeviceFleet.Big}' {filter} ORDER BY c.last_contact_at DESC, c.device_id DESC LIMIT 51";

    private static async Task RunAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ListAsync(r => r.GetGuid(1), cancellationToken);
    }

    private static async Task<Percentiles> MeasureAsync(Func<Task> call, int repeats = Repeats)
    {
        await call();
        var times = new Percentiles();
        for (var i = 0; i < repeats; i++) await times.AddAsync(call);
        return times;
    }

    // The cursor that a client would have after following the pages to the middle of the list.
    private static async Task<Percentiles> DeepAsync(DeviceService devices, Caller caller, NpgsqlDataSource plain, CancellationToken cancellationToken)
    {
        await using var command = plain.CreateCommand($"SELECT name_key, id FROM devices WHERE tenant_id = '{DeviceFleet.Big}' ORDER BY name_key, id OFFSET 500000 LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var after = new DeviceCursor(DeviceSort.Name, false, reader.GetString(0), reader.GetGuid(1)).Encode();
        return await MeasureAsync(() => devices.ListAsync(caller, new DeviceQuery { After = after }, cancellationToken));
    }
}
