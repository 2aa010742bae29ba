using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Devices;

/// <summary>
/// The list against plain SQL over the same 20,000 devices: enough that searches leave the bounded walk for each of the ways
/// behind it. Names go with kinds, so that some terms match at the far end of the order only.
/// </summary>
public sealed class DeviceListTests(DeviceListTests.Fleet fleet) : IClassFixture<DeviceListTests.Fleet>
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("switch", null)]
    [InlineData("SWITCH-1", null)]
    [InlineData("nokia", null)]
    [InlineData("berlin 17", null)]
    [InlineData("ab12", null)]
    [InlineData("10.0.7.", null)]
    [InlineData("7.8", null)]
    [InlineData("ro", null)]
    [InlineData("z", null)]
    [InlineData("100%", null)]
    [InlineData("_", null)]
    [InlineData("%%%%%%%%", null)]
    [InlineData("\\", null)]
    [InlineData(null, "customer-7")]
    [InlineData(null, "gold")]
    [InlineData("router", "customer-7")]
    [InlineData("nothing has this", null)]
    public async Task Pages_hold_what_matches_in_order_without_gap_and_double(string? search, string? tag)
    {
        foreach (var sort in Enum.GetValues<DeviceSort>())
        {
            foreach (var descending in new[] { false, true })
            {
                var expected = await fleet.ExpectedAsync(sort, descending, search, tag, 450);
                var seen = new List<Guid>();
                string? after = null;
                do
                {
                    var page = (await fleet.World.Devices.FindAsync(fleet.Caller, new DeviceQuery { Search = search, Tag = tag, Sort = sort, Descending = descending, After = after, Limit = 150 }, default)).Value;
                    seen.AddRange(page.Items.Select(d => d.Id));
                    after = page.Next;
                }
                while (after is not null && seen.Count < 450);
                seen.Take(450).Should().Equal(expected, $"{search} {tag} by {sort}{(descending ? " descending" : "")}");
            }
        }
    }

    [Fact]
    public async Task The_last_page_has_no_next()
    {
        var page = await fleet.World.Devices.ListAsync(fleet.Caller, new DeviceQuery { Search = "the-only-one" }, default);

        page.Items.Should().ContainSingle();
        page.Next.Should().BeNull();
    }

    [Fact]
    public async Task Another_tenants_devices_are_in_no_list()
    {
        var stranger = TestDatabase.CallerOf(fleet.World.OtherTenant);

        foreach (var query in new DeviceQuery[] { new(), new() { Search = "switch" }, new() { Search = "ro" }, new() { Tag = "gold" }, new() { Sort = DeviceSort.LastContact } })
            (await fleet.World.Devices.ListAsync(stranger, query, default)).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task A_limited_caller_finds_its_devices_only()
    {
        var mine = (await fleet.ExpectedAsync(DeviceSort.Name, false, "switch", null, 3)).ToArray();
        var limited = fleet.Caller with { Scope = DeviceScope.Of(mine) };

        foreach (var sort in Enum.GetValues<DeviceSort>())
            (await fleet.World.Devices.ListAsync(limited, new DeviceQuery { Sort = sort, Search = "switch" }, default)).Items.Select(d => d.Id).Should().BeEquivalentTo(mine);
        (await fleet.World.Devices.ListAsync(limited, new DeviceQuery { Search = "router" }, default)).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task A_cursor_of_another_order_or_a_damaged_one_is_refused()
    {
        var next = (await fleet.World.Devices.ListAsync(fleet.Caller, new DeviceQuery { Limit = 1 }, default)).Next!;

        foreach (var query in new DeviceQuery[] { new() { After = next, Sort = DeviceSort.Model }, new() { After = next, Descending = true }, new() { After = next[2..] }, new() { After = "" }, new() { After = new string('A', 3000) } })
            (await fleet.World.Devices.FindAsync(fleet.Caller, query, default)).Problem!.Kind.Should().Be(ProblemKind.Invalid);
    }

    [Fact]
    public async Task A_cursor_by_last_contact_with_a_forged_time_is_refused_and_not_an_error_of_the_database()
    {
        foreach (var key in new[] { "now", "infinity", "2026-13-45 99:99:99+00", "2026-11-22'; DROP TABLE devices; --", "" })
        {
            var forged = new DeviceCursor(DeviceSort.LastContact, false, key, Guid.NewGuid()).Encode();
            (await fleet.World.Devices.FindAsync(fleet.Caller, new DeviceQuery { Sort = DeviceSort.LastContact, After = forged }, default)).Problem!.Kind.Should().Be(ProblemKind.Invalid, key);
        }
    }

    /// <summary>The devices and the plain SQL.</summary>
    public sealed class Fleet : IAsyncLifetime
    {
        private const string Load =
            """
            INSERT INTO devices (tenant_id, id, name, serial_number, manufacturer, model, address, site, tags)
            SELECT $1, (lpad(to_hex(1700000000000 + i * 1000::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid,
                   (array['ap', 'CPE', 'olt', 'Router', 'switch', 'Übertrager'])[1 + i % 6] || '-' || substr(md5('n' || i), 1, 6), 'SN' || upper(substr(md5('s' || i), 1, 12)),
                   (array['Cisco', 'Nokia', 'ZTE'])[1 + (i / 7) % 3], (array['X100', 'F5688', 'C9300'])[1 + (i / 11) % 3] || '-' || (i % 37),
                   '10.' || (i / 65536) % 256 || '.' || (i / 256) % 256 || '.' || i % 256, (array['Berlin', 'Oslo'])[1 + (i / 13) % 2] || ' ' || (i % 500),
                   array['customer-' || i % 1000, (array['gold', 'silver'])[1 + (i / 17) % 2]]
            FROM generate_series(1, 20000) i;
            """;

        public DeviceWorld World { get; } = new();

        public Caller Caller => World.Operator;

        public async Task InitializeAsync()
        {
            await World.InitializeAsync();
            await World.Database.ExecuteAsync(Load, World.Tenant);
            foreach (var name in new[] { "the-only-one", "100% sure", "under_score", "_first", "%first", @"\first" }) await World.CreateAsync(DeviceWorld.Input(name));
            await World.Database.ExecuteAsync("UPDATE device_contacts SET last_contact_at = now() - (abs(hashtext(device_id::text)) % 5000) * interval '1 minute' WHERE hashtext(device_id::text) % 10 <> 0");
            await World.Database.ExecuteAsync("VACUUM ANALYZE devices");
        }

        public Task DisposeAsync() => World.DisposeAsync();

        /// <summary>The first ids that the rule of the search gives, by plain SQL as the superuser.</summary>
        public async Task<IReadOnlyList<Guid>> ExpectedAsync(DeviceSort sort, bool descending, string? search, string? tag, int limit)
        {
            var key = sort switch { DeviceSort.Name => "d.name_key", DeviceSort.Model => "d.model_key", DeviceSort.LastContact => "c.last_contact_at", _ => "d.id" };
            var term = (search ?? "").ToLowerInvariant();
            var rule = term.Length == 0 ? "true" : !term.Any(char.IsLetterOrDigit) ? "starts_with(d.name_key, $2)"
                : term.Length < 3 ? "(starts_with(d.search, $2) OR position(' ' || $2 IN d.search) > 0)" : "position($2 IN d.search) > 0";
            var direction = descending ? "DESC" : "ASC";
            await using var source = NpgsqlDataSource.Create(World.Database.SuperuserConnectionString);
            await using var command = source.CreateCommand(
                $"SELECT d.id FROM devices d JOIN device_contacts c ON c.tenant_id = d.tenant_id AND c.device_id = d.id WHERE d.tenant_id = $1 AND {rule} AND ($3 = '' OR $3 = ANY (d.tags)) AND length($2) >= 0 ORDER BY {key} {direction}, d.id {direction} LIMIT {limit}");
            command.Parameters.AddWithValue(World.Tenant);
            command.Parameters.AddWithValue(term);
            command.Parameters.AddWithValue(tag ?? "");
            var ids = new List<Guid>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
            return ids;
        }
    }
}
