using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>The client against a real Net-SNMP agent.</summary>
public sealed class SnmpdTests(SnmpdFixture fixture) : IClassFixture<SnmpdFixture>
{
    private static readonly ObjectIdentifier SysName = ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.0");
    private static readonly ObjectIdentifier SysObjectId = ObjectIdentifier.Parse("1.3.6.1.2.1.1.2.0");
    private static readonly ObjectIdentifier Absent = ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.1");
    private static readonly ObjectIdentifier Table = ObjectIdentifier.Parse("1.3.6.1.4.1.99999.1.1.1");

    [Theory]
    [InlineData(SnmpVersion.V1)]
    [InlineData(SnmpVersion.V2c)]
    public async Task A_get_gives_the_values_in_the_order_asked(SnmpVersion version)
    {
        var reply = await fixture.Client.GetAsync(fixture.Peer(version: version), [SysObjectId, SysName]);

        reply.IsSuccess.Should().BeTrue();
        reply.VarBinds.ToArray().Select(v => v.Name).Should().Equal(SysObjectId, SysName);
        reply.VarBinds.Span[0].Value.ToIdentifier().ToString().Should().Be("1.3.6.1.4.1.8072.3.2.10");
        SnmpText.Render(reply.VarBinds.Span[1].Value).Should().Be(Environment.MachineName);
    }

    [Fact]
    public async Task A_v2c_get_of_an_absent_instance_keeps_the_others()
    {
        var reply = await fixture.Client.GetAsync(fixture.Peer(), [Absent, SysObjectId]);

        reply.IsSuccess.Should().BeTrue();
        reply.VarBinds.Span[0].Value.Type.Should().Be(SnmpType.NoSuchInstance);
        reply.VarBinds.Span[1].Value.Type.Should().Be(SnmpType.ObjectIdentifier);
    }

    [Fact]
    public async Task A_v1_get_is_repeated_without_what_the_agent_lacks()
    {
        var reply = await fixture.Client.GetAsync(fixture.Peer(version: SnmpVersion.V1), [SysObjectId, Absent, SysName]);

        reply.IsSuccess.Should().BeTrue();
        reply.VarBinds.ToArray().Select(v => v.Value.Type).Should().Equal(SnmpType.ObjectIdentifier, SnmpType.NoSuchObject, SnmpType.OctetString);
        reply.VarBinds.Span[1].Name.Should().Be(Absent);
    }

    [Fact]
    public async Task Every_type_arrives_with_its_extreme_value()
    {
        var names = ((string[])["2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2"]).Select(i => ObjectIdentifier.Parse($"1.3.6.1.4.1.99999.{i}.0")).ToList();

        var reply = await fixture.Client.GetAsync(fixture.Peer(), names);

        reply.VarBinds.ToArray().Select(v => v.Value.ToString()).Should().Equal(
            "Counter32: 4294967295",
            "Gauge32: 3000000000",
            "TimeTicks: 4294967295",
            "OBJECT IDENTIFIER: 1.3.6.1.4.1.99999.4294967295",
            "OCTET STRING: 00:ff:10",
            "Integer32: -2147483648",
            "Counter64: 18446744073709551615",
            "IpAddress: 10.1.2.3");
    }

    [Fact]
    public async Task A_walk_ends_where_the_agent_gives_the_same_instance_again()
    {
        var walk = fixture.Client.Walk(fixture.Peer(), ObjectIdentifier.Parse("1.3.6.1.4.1.99999.4"));

        var pages = await walk.CollectAsync();

        pages.Sum(p => p.Length).Should().Be(1);
        walk.End!.Reason.Should().Be(SnmpWalkReason.NotIncreasing);
        walk.End.Message.Should().Contain("1.3.6.1.4.1.99999.4.1.0");
    }

    [Fact]
    public async Task Five_hundred_names_are_read_in_several_requests()
    {
        var names = Enumerable.Range(1, 250).SelectMany(row => (ObjectIdentifier[])[Table.Append(1, (uint)row), Table.Append(3, (uint)row)]).ToList();

        var reply = await fixture.Client.GetAsync(fixture.Peer(), names);

        reply.IsSuccess.Should().BeTrue();
        reply.VarBinds.ToArray().Select(v => v.Name).Should().Equal(names);
        reply.VarBinds.ToArray().Select(v => v.Value.ToInt64()).Should().Equal(Enumerable.Range(1, 250).SelectMany(row => (long[])[10_000 + row, 30_000 + row]));
    }

    [Fact]
    public async Task A_getnext_gives_the_successor()
    {
        var reply = await fixture.Client.GetNextAsync(fixture.Peer(), [Table.Append(1, 7), ObjectIdentifier.Parse("1.3.6.1.2.1.1.2")]);

        reply.VarBinds.ToArray().Select(v => v.Name.ToString()).Should().Equal("1.3.6.1.4.1.99999.1.1.1.1.8", "1.3.6.1.2.1.1.2.0");
    }

    [Fact]
    public async Task A_getbulk_gives_non_repeaters_once_and_the_rest_often()
    {
        var reply = await fixture.Client.GetBulkAsync(fixture.Peer(), [ObjectIdentifier.Parse("1.3.6.1.2.1.1.2"), Table.Append(1), Table.Append(2)], 1, 3);

        reply.VarBinds.ToArray().Select(v => v.Name.ToString()).Should().Equal(
            "1.3.6.1.2.1.1.2.0",
            "1.3.6.1.4.1.99999.1.1.1.1.1", "1.3.6.1.4.1.99999.1.1.1.2.1",
            "1.3.6.1.4.1.99999.1.1.1.1.2", "1.3.6.1.4.1.99999.1.1.1.2.2",
            "1.3.6.1.4.1.99999.1.1.1.1.3", "1.3.6.1.4.1.99999.1.1.1.2.3");
    }

    [Theory]
    [InlineData(SnmpVersion.V1)]
    [InlineData(SnmpVersion.V2c)]
    public async Task A_walk_gives_the_whole_subtree_in_order_and_nothing_else(SnmpVersion version)
    {
        var walk = fixture.Client.Walk(fixture.Peer(version: version), Table);

        var names = new List<string>();
        await foreach (var page in walk) names.AddRange(page.ToArray().Select(v => v.Name.ToString()));

        names.Should().Equal(from column in Enumerable.Range(1, 4) from row in Enumerable.Range(1, 250) select $"1.3.6.1.4.1.99999.1.1.1.{column}.{row}");
        walk.End!.Reason.Should().Be(SnmpWalkReason.SubtreeEnd);
        walk.End.Values.Should().Be(1_000);
    }

    [Theory]
    [InlineData(SnmpVersion.V1)]
    [InlineData(SnmpVersion.V2c)]
    public async Task A_walk_of_everything_ends_with_the_mib(SnmpVersion version)
    {
        await using var agent = await SnmpdAgent.StartAsync(SnmpdAgent.SteadyTable(columns: 1, rows: 1_000));
        var peer = new SnmpPeer(Guid.Empty, agent.EndPoint, version, "public"u8.ToArray());
        var walk = fixture.Client.Walk(peer, ObjectIdentifier.Parse("1"));

        var values = (await walk.CollectAsync()).Sum(p => p.Length);

        walk.End!.Reason.Should().Be(SnmpWalkReason.EndOfMib);
        walk.End.Values.Should().Be(values).And.BeGreaterThan(1_000);
    }

    [Fact]
    public async Task A_walk_of_an_instance_reads_the_instance()
    {
        var walk = fixture.Client.Walk(fixture.Peer(), SysObjectId);

        var pages = await walk.CollectAsync();

        walk.End!.Reason.Should().Be(SnmpWalkReason.Leaf);
        pages.Should().ContainSingle().Which.ToArray().Should().ContainSingle().Which.Name.Should().Be(SysObjectId);
    }

    [Fact]
    public async Task A_walk_stops_at_its_limit()
    {
        var walk = fixture.Client.Walk(fixture.Peer(), Table, limit: 60);

        (await walk.CollectAsync()).Sum(p => p.Length).Should().Be(60);

        walk.End!.Reason.Should().Be(SnmpWalkReason.Limit);
        walk.End.IsComplete.Should().BeFalse();
    }

    [Fact]
    public async Task A_reader_that_leaves_a_walk_early_ends_it()
    {
        var walk = fixture.Client.Walk(fixture.Peer(), Table);

        await foreach (var page in walk)
        {
            page.Length.Should().BePositive();
            break;
        }

        walk.End.Should().BeNull();
        (await fixture.Client.GetAsync(fixture.Peer(), SysName)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task A_set_changes_the_value_and_restoring_it_too()
    {
        var sysLocation = ObjectIdentifier.Parse("1.3.6.1.2.1.1.6.0");

        var written = await fixture.Client.SetAsync(fixture.Peer("private"), (VarBind[])[new(sysLocation, SnmpValue.Text("Rack 7, Zürich"))]);

        written.IsSuccess.Should().BeTrue();
        SnmpText.Render((await fixture.Client.GetAsync(fixture.Peer(), sysLocation)).VarBinds.Span[0].Value).Should().Be("Rack 7, Zürich");
    }

    [Theory]
    [InlineData("public", "1.3.6.1.2.1.1.6.0", SnmpErrorStatus.NoAccess)]
    [InlineData("private", "1.3.6.1.2.1.1.2.0", SnmpErrorStatus.NotWritable)]
    public async Task A_refused_set_gives_the_agents_error_status(string community, string name, SnmpErrorStatus expected)
    {
        var reply = await fixture.Client.SetAsync(fixture.Peer(community), (VarBind[])[new(ObjectIdentifier.Parse(name), SnmpValue.Text("x"))]);

        reply.Status.Should().Be(SnmpReplyStatus.Answered);
        reply.ErrorStatus.Should().Be(expected);
        reply.ErrorIndex.Should().Be(1);
    }

    [Fact]
    public async Task One_socket_serves_a_thousand_requests_at_once()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i =>
        {
            var name = Table.Append(1, (uint)(i % 250) + 1);
            var reply = await fixture.Client.GetAsync(fixture.Peer(), name);
            return (Expected: 10_001 + (i % 250), reply);
        }));

        replies.Should().OnlyContain(r => r.reply.IsSuccess);
        replies.Select(r => r.reply.VarBinds.ToArray()[0].Value.ToInt64()).Should().Equal(replies.Select(r => (long)r.Expected));
    }
}
