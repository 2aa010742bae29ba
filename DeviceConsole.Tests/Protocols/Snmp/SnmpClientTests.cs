using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Tests.Cluster;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>The client against agents that do what real ones do on bad days.</summary>
public sealed class SnmpClientTests : IDisposable
{
    private const string Table = "1.3.6.1.4.1.99999.1";
    private static readonly ObjectIdentifier Name = ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.0");

    private readonly SnmpClient client = new(new SnmpClientOptions { InFlightPerHost = 4 });

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Each_try_has_a_new_id_and_a_late_answer_to_an_earlier_one_still_counts()
    {
        // The first two requests stay open; the third is answered with the id of the first.
        CommunityMessage? first = null;
        await using var agent = new ScriptedAgent((request, number) =>
        {
            first ??= request;
            return number < 3 ? [] : [ScriptedAgent.Response(first.Value, varBinds: ScriptedAgent.Value(Name.ToString(), 7))];
        });

        // More tries than it takes: an agent that gets no processor for a while answers the third one late.
        var reply = await client.GetAsync(Peer(agent.EndPoint, timeout: 80, retries: 8), Name);

        reply.IsSuccess.Should().BeTrue();
        reply.Attempts.Should().BeGreaterThanOrEqualTo(3);
        agent.Requests.Select(r => r.RequestId).Should().OnlyHaveUniqueItems().And.HaveCountGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Duplicates_and_answers_with_foreign_ids_are_ignored()
    {
        await using var agent = new ScriptedAgent((request, number) =>
        {
            var right = ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(Name.ToString(), number));
            var foreign = ScriptedAgent.Encode(request with { Pdu = new Pdu(PduType.Response, request.Pdu.RequestId ^ 1, 0, 0, new[] { ScriptedAgent.Value(Name.ToString(), -1) }) });
            return [foreign, right, right, right];
        });

        for (var i = 1; i <= 50; i++)
        {
            var reply = await client.GetAsync(Peer(agent.EndPoint), Name);
            reply.VarBinds.Span[0].Value.ToInt64().Should().Be(i);
        }
    }

    [Fact]
    public async Task An_answer_from_another_address_is_ignored()
    {
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var asked = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var run = client.GetAsync(Peer((IPEndPoint)asked.Client.LocalEndPoint!, timeout: 300, retries: 0), Name).AsTask();
        var datagram = await asked.ReceiveAsync();
        CommunityMessage.TryRead(datagram.Buffer, out var request, out _).Should().BeTrue();

        await stranger.SendAsync(ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(Name.ToString(), 666)), datagram.RemoteEndPoint);

        (await run).Status.Should().Be(SnmpReplyStatus.TimedOut);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable_at_once_and_spoils_nobody_elses_request()
    {
        await using var healthy = SimulatedSnmpAgent.Start();
        var closed = Peer(new IPEndPoint(IPAddress.Loopback, FreePort.Udp()), timeout: 60_000);

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            (Closed: i % 2 == 0, Reply: await client.GetAsync(i % 2 == 0 ? closed : Peer(healthy.EndPoint, timeout: 10_000), Name)))).WaitAsync(TimeSpan.FromSeconds(40));

        replies.Where(r => r.Closed).Should().OnlyContain(r => r.Reply.Status == SnmpReplyStatus.Unreachable);
        replies.Where(r => !r.Closed).Should().OnlyContain(r => r.Reply.IsSuccess);
    }

    [Fact]
    public async Task A_dead_device_fails_once_for_all_that_wait_in_line()
    {
        await using var silent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = new AgentFault(AgentFaultKind.Silent) });
        var peer = Peer(silent.EndPoint, timeout: 150, retries: 1);

        // Forty requests, four in flight: those that wait in line are never sent.
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetAsync(peer, Name).AsTask())).WaitAsync(TimeSpan.FromSeconds(30));
        replies.Should().OnlyContain(r => r.Status == SnmpReplyStatus.TimedOut);
        silent.Received.Should().BeLessThanOrEqualTo(4 * 2);
    }

    [Fact]
    public async Task Those_with_other_credentials_do_not_fail_with_it()
    {
        await using var agent = SimulatedSnmpAgent.Start();
        var wrong = new SnmpPeer(Guid.Empty, agent.EndPoint, SnmpVersion.V2c, "wrong"u8.ToArray()) { Timeout = TimeSpan.FromMilliseconds(100), Retries = 0 };

        var wrongs = Enumerable.Range(0, 8).Select(_ => client.GetAsync(wrong, Name).AsTask()).ToList();
        var right = await client.GetAsync(Peer(agent.EndPoint), Name);

        right.IsSuccess.Should().BeTrue();
        (await Task.WhenAll(wrongs)).Should().OnlyContain(r => r.Status == SnmpReplyStatus.TimedOut);
    }

    [Fact]
    public async Task Cancelling_those_in_line_lets_the_others_through()
    {
        // Nobody is answered before half of them have given up.
        await using var agent = SimulatedSnmpAgent.Start();
        await using var gate = new SnmpGate(agent.EndPoint);
        gate.Shut();
        var peer = Peer(new IPEndPoint(IPAddress.Loopback, gate.Port), timeout: 20_000);
        using var cancel = new CancellationTokenSource();
        var runs = Enumerable.Range(0, 40).Select(i => client.GetAsync(peer, Name, i % 2 == 0 ? cancel.Token : CancellationToken.None).AsTask()).ToList();

        await cancel.CancelAsync();
        gate.Open();
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            if (i % 2 == 0) await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();
            else (await run).IsSuccess.Should().BeTrue();
        }
    }

    [Fact]
    public async Task A_get_that_is_too_big_is_split_until_it_fits()
    {
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = new AgentFault(AgentFaultKind.TooBig) });
        var names = Enumerable.Range(1, 8).Select(i => ObjectIdentifier.Parse($"1.3.6.1.2.1.2.2.1.2.{i}")).ToList();

        var reply = await client.GetAsync(Peer(agent.EndPoint), names);

        reply.IsSuccess.Should().BeTrue();
        reply.VarBinds.ToArray().Select(v => v.Name).Should().Equal(names);
        reply.VarBinds.ToArray().Should().OnlyContain(v => v.Value.Type == SnmpType.OctetString);
    }

    [Fact]
    public async Task A_walk_asks_for_less_after_tooBig_and_remembers_it()
    {
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = new AgentFault(AgentFaultKind.TooBig) });
        var peer = Peer(agent.EndPoint);

        var first = client.Walk(peer, ObjectIdentifier.Parse("1.3.6.1.2.1.1"));
        (await first.CollectAsync()).Sum(p => p.Length).Should().Be(17);
        first.End!.IsComplete.Should().BeTrue();

        var before = agent.Received;
        (await client.Walk(peer, ObjectIdentifier.Parse("1.3.6.1.2.1.1")).CollectAsync()).Sum(p => p.Length).Should().Be(17);
        (agent.Received - before).Should().BeLessThan(before, "what the device can do was learnt by the first walk");
    }

    [Fact]
    public async Task A_walk_falls_back_to_getnext_where_bulk_gets_no_answer()
    {
        await using var agent = new ScriptedAgent((request, _) => request.Pdu.Type == PduType.GetBulkRequest ? [] : [Successor(request, last: 5)]);

        var walk = client.Walk(Peer(agent.EndPoint, timeout: 400), ObjectIdentifier.Parse(Table));
        var values = (await walk.CollectAsync()).Sum(p => p.Length);

        values.Should().Be(5);
        walk.End!.Reason.Should().Be(SnmpWalkReason.SubtreeEnd);
        agent.Requests.Take(3).Select(r => (r.Type, r.ErrorIndex)).Should().Equal(
            (PduType.GetBulkRequest, 25), (PduType.GetBulkRequest, 12), (PduType.GetNextRequest, 0));
        agent.Requests.Skip(3).Should().OnlyContain(r => r.Type == PduType.GetNextRequest);
    }

    [Fact]
    public async Task A_walk_falls_back_to_getnext_where_bulk_answers_are_empty()
    {
        await using var agent = new ScriptedAgent((request, _) => request.Pdu.Type == PduType.GetBulkRequest ? [ScriptedAgent.Response(request)] : [Successor(request, last: 5)]);

        var walk = client.Walk(Peer(agent.EndPoint), ObjectIdentifier.Parse(Table));

        (await walk.CollectAsync()).Sum(p => p.Length).Should().Be(5);
        walk.End!.IsComplete.Should().BeTrue();
    }

    [Fact]
    public async Task A_walk_that_gets_nothing_but_empty_answers_says_so()
    {
        await using var agent = new ScriptedAgent((request, _) => [ScriptedAgent.Response(request)]);

        var walk = client.Walk(Peer(agent.EndPoint), ObjectIdentifier.Parse(Table));

        (await walk.CollectAsync()).Should().BeEmpty();
        walk.End!.Reason.Should().Be(SnmpWalkReason.EmptyReply);
    }

    [Fact]
    public async Task A_walk_grows_its_requests_for_a_fast_device_but_not_beyond_a_frame()
    {
        await using var agent = await SnmpdAgent.StartAsync(SnmpdAgent.SteadyTable(columns: 2, rows: 1_000));
        var pages = await client.Walk(Peer(agent.EndPoint), ObjectIdentifier.Parse("1.3.6.1.4.1.99999.1.1.1")).CollectAsync();

        pages[0].Length.Should().Be(25);
        pages.Max(p => p.Length).Should().BeInRange(40, 100);
        pages.Sum(p => p.Length).Should().Be(2_000);
    }

    [Fact]
    public async Task Never_a_bulk_request_to_v1()
    {
        await using var agent = new ScriptedAgent((request, _) => [Successor(request, last: 60)]);
        var peer = new SnmpPeer(Guid.Empty, agent.EndPoint, SnmpVersion.V1, "public"u8.ToArray());

        (await client.Walk(peer, ObjectIdentifier.Parse(Table)).CollectAsync()).Sum(p => p.Length).Should().Be(60);

        agent.Requests.Should().OnlyContain(r => r.Type == PduType.GetNextRequest);
        await FluentActions.Awaiting(async () => await client.GetBulkAsync(peer, [Name], 0, 10)).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_walk_through_a_non_increasing_table_keeps_what_it_got()
    {
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = new AgentFault(AgentFaultKind.NonIncreasing) });

        var walk = client.Walk(Peer(agent.EndPoint), ObjectIdentifier.Parse("1.3.6.1.2.1.2"));
        var values = (await walk.CollectAsync()).Sum(p => p.Length);

        walk.End!.Reason.Should().Be(SnmpWalkReason.NotIncreasing);
        values.Should().Be(1 + (2 * agent.Device.Profile.Interfaces), "ifNumber, ifIndex and ifDescr come before the broken column");
    }

    [Fact]
    public async Task Garbage_is_told_from_silence_and_a_good_answer_after_it_counts()
    {
        await using var agent = new ScriptedAgent((request, number) => number == 1
            ? [[0xde, 0xad, 0xbe, 0xef], ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(Name.ToString(), 1))[..^3]]
            : [ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(Name.ToString(), 2))]);

        (await client.GetAsync(Peer(agent.EndPoint, timeout: 100, retries: 8), Name)).VarBinds.Span[0].Value.ToInt64().Should().Be(2);

        await using var hopeless = new ScriptedAgent((_, _) => [[0xde, 0xad, 0xbe, 0xef]]);
        (await client.GetAsync(Peer(hopeless.EndPoint, timeout: 50), Name)).Status.Should().Be(SnmpReplyStatus.Garbage);
    }

    [Fact]
    public async Task Under_random_cancellation_nobody_gets_the_answer_of_another()
    {
        await using var agent = new ScriptedAgent((request, number) =>
            number % 7 == 0 ? [] : [ScriptedAgent.Response(request, varBinds: new VarBind(request.Pdu.VarBinds.Span[0].Name, SnmpValue.Identifier(request.Pdu.VarBinds.Span[0].Name)))]);
        // The tries together wait for seconds: also an agent that gets no processor for a while has answered by then.
        var peer = Peer(agent.EndPoint, timeout: 20, retries: 12);

        var counts = await Task.WhenAll(Enumerable.Range(0, 16).Select(async worker =>
        {
            await Task.Yield();
            var random = new Random(worker);
            var answered = 0;
            for (var i = 0; i < 200; i++)
            {
                using var cancel = new CancellationTokenSource();
                var name = Name.Append((uint)worker, (uint)i);
                var run = client.GetAsync(peer, name, cancel.Token).AsTask();
                if (random.Next(4) == 0) await cancel.CancelAsync();
                try
                {
                    var reply = await run;
                    reply.IsSuccess.Should().BeTrue();
                    reply.VarBinds.Span[0].Value.ToIdentifier().Should().Be(name);
                    answered++;
                }
                catch (OperationCanceledException)
                {
                    cancel.IsCancellationRequested.Should().BeTrue();
                }
            }

            return answered;
        }));

        counts.Sum().Should().BeInRange(16 * 200 / 2, 16 * 200);
    }

    [Fact]
    public async Task Ending_the_client_ends_what_waits()
    {
        await using var silent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = new AgentFault(AgentFaultKind.Silent) });
        using var ending = new SnmpClient();
        var run = ending.GetAsync(Peer(silent.EndPoint, timeout: 30_000), Name).AsTask();

        ending.Dispose();

        await FluentActions.Awaiting(() => run).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Ipv6_has_a_socket_of_its_own()
    {
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Listen = new IPEndPoint(IPAddress.IPv6Loopback, 0) });

        (await client.GetAsync(Peer(agent.EndPoint), Name)).IsSuccess.Should().BeTrue();
        (await client.GetAsync(Peer(new IPEndPoint(IPAddress.IPv6Loopback, 9)), Name)).Status.Should().Be(SnmpReplyStatus.Unreachable);
    }

    private static byte[] Successor(CommunityMessage request, int last)
    {
        var asked = request.Pdu.VarBinds.Span[0].Name;
        var row = asked.ToString() == Table ? 0 : (int)asked.ToArcs()[^1];
        return ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(row < last ? $"{Table}.{row + 1}" : "1.3.6.1.4.1.99999.2.1"));
    }

    private static SnmpPeer Peer(IPEndPoint endPoint, int timeout = 2_000, int retries = 2) =>
        new(Guid.Empty, endPoint, SnmpVersion.V2c, "public"u8.ToArray()) { Timeout = TimeSpan.FromMilliseconds(timeout), Retries = retries };
}
