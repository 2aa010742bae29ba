using System.Net.WebSockets;
using System.Text;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>Who is let in over WebSocket, and what is done to those who misbehave.</summary>
public sealed class UspWebSocketTests(UspWorld world) : IClassFixture<UspWorld>
{
    private const string Controller = "proto::deviceconsole.acme";

    [Fact]
    public async Task Without_the_sub_protocol_or_an_endpoint_id_the_upgrade_is_refused_and_the_panel_says_why()
    {
        var (_, options) = await world.CreateAsync();

        (await RawAgent.RefusalAsync(Address(options.Id), subProtocol: null)).Should().Be(400);
        (await RawAgent.RefusalAsync(Address(options.Id), "mqtt")).Should().Be(400);
        (await RawAgent.RefusalAsync(world.Address($"/usp/acme/{UspWorld.Token}"))).Should().Be(400);
        (await RawAgent.RefusalAsync(world.Address($"/usp/acme/{UspWorld.Token}?eid=nobody"))).Should().Be(400);

        await JobWorld.UntilAsync(async () => (await world.RefusalsAsync(options.Id)).Count > 0, "the refusal is recorded");
        (await world.RefusalsAsync(options.Id)).Should().ContainSingle().Which.Should().Contain("sub-protocol v1.usp");
    }

    [Fact]
    public async Task A_wrong_token_an_unknown_agent_and_an_unknown_tenant_get_the_same_answer()
    {
        var (device, options) = await world.CreateAsync();
        var job = await world.EnqueueAsync(device, "get", UspWorld.Paths("Device.DeviceInfo."));

        (await RawAgent.RefusalAsync(Address(options.Id, "wrong"))).Should().Be(401);
        (await RawAgent.RefusalAsync(world.Address($"/usp/acme?eid={options.Id}"))).Should().Be(401);
        (await RawAgent.RefusalAsync(Address("os::nobody-1"))).Should().Be(401);
        (await RawAgent.RefusalAsync(world.Address($"/usp/nowhere/{UspWorld.Token}?eid={options.Id}"))).Should().Be(401);
        (await RawAgent.RefusalAsync(world.Address($"/usp/other/{UspWorld.Token}?eid={options.Id}"))).Should().Be(401);

        await JobWorld.UntilAsync(async () => (await world.RefusalsAsync(options.Id)).Count > 0, "the refusal is recorded");
        (await world.RefusalsAsync(options.Id)).Should().Contain(r => r.Contains("credentials are wrong", StringComparison.Ordinal));
        (await world.GetAsync(job.Id)).Job.Should().Match<JobView>(j => j.State == JobState.Queued && j.Attempt == 0);
    }

    [Fact]
    public async Task Basic_bearer_the_path_and_the_shared_address_all_carry_the_token()
    {
        var (_, options) = await world.CreateAsync();
        using var byPath = await RawAgent.ConnectAsync(Address(options.Id));
        using var byQuery = await RawAgent.ConnectAsync(world.Address($"/usp/acme?eid={Uri.EscapeDataString(options.Id)}&token={UspWorld.Token}"));
        (await RawAgent.RefusalAsync(world.Address($"/usp?eid={options.Id}"), authorization: "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("acme:wrong")))).Should().Be(401);
        foreach (var (path, header) in new[] { ("/usp/acme", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"x:{UspWorld.Token}"))), ("/usp", "Bearer " + UspWorld.Token) })
        {
            using var socket = new ClientWebSocket();
            socket.Options.AddSubProtocol("v1.usp");
            socket.Options.SetRequestHeader("Authorization", header);
            await socket.ConnectAsync(world.Address($"{path}?eid={options.Id}"), default);
            socket.SubProtocol.Should().Be("v1.usp");
        }
    }

    [Fact]
    public async Task An_agent_trusted_by_its_endpoint_id_needs_no_token()
    {
        var (device, options) = await world.CreateAsync(s => s["trust"] = "endpoint-id");
        await using var agent = world.Start(options, "/usp/acme");

        (await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo."))).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_new_agent_with_the_enrolment_token_waits_for_approval_and_comes_in_after_it()
    {
        var service = world.Host.Get<EnrolmentService>();
        await service.SaveAsync(world.Admin, "usp", new EnrolmentInput(EnrolmentPolicy.Approve, [], new Dictionary<string, string> { ["token"] = "enrol-me" }), default);
        var options = UspWorld.NewAgent();
        (await RawAgent.RefusalAsync(Address(options.Id, "enrol-me"))).Should().Be(503);
        (await RawAgent.RefusalAsync(Address(options.Id, "guessed"))).Should().Be(401);
        await using var agent = world.Start(options, "/usp/acme/enrol-me");
        await JobWorld.UntilAsync(async () => (await service.PendingAsync(world.Admin, default)).Value.Any(p => p.Identity == options.Id), "it waits");
        agent.Connections.Should().Be(0);

        var device = (await service.ApproveAsync(world.Admin, "usp", options.Id, default)).Value;

        await world.OnlineAsync(device);
        (await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo."))).Job.State.Should().Be(JobState.Completed);
        await JobWorld.UntilAsync(async () => (await world.Host.Get<DeviceService>().GetAsync(world.Admin, device, default)).Value.Device.SerialNumber == options.Gateway.Serial, "it is described");
    }

    [Fact]
    public async Task Records_of_another_sender_or_for_another_controller_are_dropped_and_told()
    {
        var (device, options) = await world.CreateAsync(s => s["subscribe"] = false);
        using var agent = await RawAgent.ConnectAsync(Address(options.Id));
        await agent.SendAsync(new UspRecord("1.3", Controller, options.Id, new WebSocketConnect()));
        (await agent.ReceiveAsync()).Body.Should().BeOfType<WebSocketConnect>();

        await agent.SendAsync(Change(options.Id, "proto::deviceconsole.other", "Device.Forged.A"));
        await agent.SendAsync(Change("os::somebody-else", Controller, "Device.Forged.B"));
        await agent.SendAsync(Change(options.Id, Controller, "Device.True.C"));

        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, "Device.True.C") == "1", "the record that is right is taken");
        (await world.StoredAsync(device, "Device.Forged.A")).Should().BeNull();
        (await world.StoredAsync(device, "Device.Forged.B")).Should().BeNull();
        await JobWorld.UntilAsync(async () => (await world.RefusalsAsync(options.Id)).Count == 2, "both are told");
    }

    [Fact]
    public async Task A_notification_told_twice_is_acknowledged_twice_and_taken_once()
    {
        var (device, options) = await world.CreateAsync(s => s["subscribe"] = false);
        using var agent = await RawAgent.ConnectAsync(Address(options.Id));
        await agent.SendAsync(new UspRecord("1.3", Controller, options.Id, new WebSocketConnect()));
        var notify = Message(options.Id, Controller, "same-id", new NotifyRequest(new UspEvent { ObjectPath = "Device.", Name = "Boot!", Parameters = new Dictionary<string, string> { ["Cause"] = "LocalReboot" } }) { SubscriptionId = "s1", SendResponse = true });

        await agent.SendAsync(notify);
        var first = await agent.ReceiveMessageAsync<NotifyResponse>();
        await agent.SendAsync(notify);
        var second = await agent.ReceiveMessageAsync<NotifyResponse>();

        (first.Id, second.Id).Should().Be(("same-id", "same-id"));
        ((NotifyResponse)second.Body).SubscriptionId.Should().Be("s1");
        (await world.EventsAsync(device)).Should().ContainSingle(e => e.Kind == "boot");
    }

    [Fact]
    public async Task Segments_of_a_session_context_are_put_together()
    {
        var (device, options) = await world.CreateAsync(s => s["subscribe"] = false);
        using var agent = await RawAgent.ConnectAsync(Address(options.Id));
        await agent.SendAsync(new UspRecord("1.3", Controller, options.Id, new WebSocketConnect()));
        var whole = new UspMessage("seg", new NotifyRequest(new ValueChange { Path = "Device.Segmented.X", Value = new string('x', 300) }) { SendResponse = true }).Encode();

        await agent.SendAsync(Segment(options.Id, 1, SarState.Begin, whole[..100]));
        await agent.SendAsync(Segment(options.Id, 2, SarState.InProcess, whole[100..200]));
        await agent.SendAsync(Segment(options.Id, 2, SarState.InProcess, whole[100..200]));
        await agent.SendAsync(Segment(options.Id, 3, SarState.Complete, whole[200..]));

        (await agent.ReceiveMessageAsync<NotifyResponse>()).Id.Should().Be("seg");
        agent.Parts.Should().BeGreaterThan(0, "an agent that speaks within a session is answered within it");
        (await world.StoredAsync(device, "Device.Segmented.X")).Should().HaveLength(300);
    }

    [Fact]
    public async Task A_service_registers_what_it_offers_and_takes_it_back()
    {
        var (device, options) = await world.CreateAsync(s => s["subscribe"] = false);
        using var agent = await RawAgent.ConnectAsync(Address(options.Id));
        await agent.SendAsync(new UspRecord("1.3", Controller, options.Id, new WebSocketConnect()));

        await agent.SendAsync(Message(options.Id, Controller, "r1", new RegisterRequest { Paths = [new() { Path = "Device.Voice." }, new() { Path = "no path" }] }));
        ((UspError)(await agent.ReceiveMessageAsync<UspError>()).Body).Code.Should().Be(7028U);
        await agent.SendAsync(Message(options.Id, Controller, "r2", new RegisterRequest { AllowPartial = true, Paths = [new() { Path = "Device.Voice." }, new() { Path = "no path" }] }));
        var registered = (RegisterResponse)(await agent.ReceiveMessageAsync<RegisterResponse>()).Body;
        registered.Paths.Select(p => p.Status.Failure?.Code ?? 0).Should().Equal(0U, 7028U);
        await agent.SendAsync(Change(options.Id, Controller, "Device.Voice.Enable"));
        await JobWorld.UntilAsync(async () => await world.StoredAsync(device, "Device.Voice.Enable") == "1", "its value is stored");

        await agent.SendAsync(Message(options.Id, Controller, "d1", new DeregisterRequest { Paths = ["Device.Voice."] }));
        ((DeregisterResponse)(await agent.ReceiveMessageAsync<DeregisterResponse>()).Body).Paths.Single().Status.Success!.Paths.Should().Equal("Device.Voice.");
        (await world.StoredAsync(device, "Device.Voice.Enable")).Should().BeNull();
        await agent.SendAsync(Message(options.Id, Controller, "d2", new DeregisterRequest { Paths = ["Device.Voice."] }));
        ((DeregisterResponse)(await agent.ReceiveMessageAsync<DeregisterResponse>()).Body).Paths.Single().Status.Failure!.Code.Should().Be(7031U, "it is not the service's any more");
        await agent.SendAsync(Message(options.Id, Controller, "d3", new DeregisterRequest()));
        ((DeregisterResponse)(await agent.ReceiveMessageAsync<DeregisterResponse>()).Body).Paths.Should().BeEmpty("no path stands for all that are left");
        (await world.EventsAsync(device)).Select(e => e.Kind).Should().Contain(["register", "deregister"]);
    }

    [Fact]
    public async Task What_is_no_record_closes_the_connection_with_1003_and_text_does_too()
    {
        var (_, options) = await world.CreateAsync();
        using var garbage = await RawAgent.ConnectAsync(Address(options.Id));
        await garbage.SendAsync([0xff, 0xff, 0xff]);
        (await garbage.CloseStatusAsync()).Should().Be(1003);
        using var text = await RawAgent.ConnectAsync(Address(options.Id));
        await text.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text);
        (await text.CloseStatusAsync()).Should().Be(1003);
    }

    [Fact]
    public async Task Fragments_are_joined_and_endless_ones_close_the_connection_with_1009()
    {
        var (_, options) = await world.CreateAsync();
        using var agent = await RawAgent.ConnectAsync(Address(options.Id));
        var connect = new UspRecord("1.3", Controller, options.Id, new WebSocketConnect()).Encode();
        await agent.SendAsync(connect[..10], end: false);
        await agent.SendAsync(connect[10..]);
        (await agent.ReceiveAsync()).Body.Should().BeOfType<WebSocketConnect>();

        var chunk = new byte[1024 * 1024];
        for (var i = 0; i < 5; i++) await agent.SendAsync(chunk, end: false);

        (await agent.CloseStatusAsync()).Should().Be(1009);
    }

    [Fact]
    public async Task A_second_connection_of_the_same_agent_wins()
    {
        var (device, options) = await world.CreateAsync(s => s["subscribe"] = false);
        using var old = await RawAgent.ConnectAsync(Address(options.Id));
        await world.OnlineAsync(device);

        await using var fresh = world.Start(options);

        (await old.CloseStatusAsync()).Should().Be(1001);
        (await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo."))).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_war_over_one_endpoint_id_is_told_and_limited()
    {
        var (device, options) = await world.CreateAsync(s => s["subscribe"] = false);
        var agents = new List<RawAgent>();
        for (var i = 0; i < 30; i++) agents.Add(await RawAgent.ConnectAsync(Address(options.Id)));

        (await RawAgent.RefusalAsync(Address(options.Id))).Should().Be(429);

        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Any(e => e.Kind == "reconnect-war"), "the operator is told");
        foreach (var agent in agents) agent.Dispose();
    }

    [Fact]
    public async Task An_older_agent_gives_its_id_in_the_extension_and_gets_the_controllers_back()
    {
        var (_, options) = await world.CreateAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{world.Host.DeviceAddress.Authority}/usp/acme/{UspWorld.Token}"));
        foreach (var (name, value) in new[] { ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", "v1.usp"), ("Sec-WebSocket-Extensions", $"bbf-usp-protocol; eid=\"{options.Id}\"") })
            request.Headers.TryAddWithoutValidation(name, value);

        using var answer = await world.Host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        ((int)answer.StatusCode).Should().Be(101);
        answer.Headers.GetValues("Sec-WebSocket-Extensions").Should().ContainSingle().Which.Should().Be($"bbf-usp-protocol; eid=\"{Controller}\"");
    }

    private Uri Address(string id, string token = UspWorld.Token) => world.Address($"/usp/acme/{token}?eid={Uri.EscapeDataString(id)}");

    private static UspRecord Change(string from, string to, string path) => Message(from, to, Guid.NewGuid().ToString("N"), new NotifyRequest(new ValueChange { Path = path, Value = "1" }));

    private static UspRecord Message(string from, string to, string id, UspBody body) => new("1.3", to, from, new NoSessionContext(new UspMessage(id, body).Encode()));

    private static UspRecord Segment(string from, ulong sequence, SarState state, byte[] part) =>
        new("1.3", Controller, from, new SessionContext(42, sequence, 1) { PayloadSarState = state, Payload = [part] });
}
