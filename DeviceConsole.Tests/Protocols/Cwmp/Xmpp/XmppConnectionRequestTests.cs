using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Protocols.Cwmp.Session;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Protocols.Cwmp.Xmpp;

/// <summary>Connection requests through a real prosody: the device is a client of it too.</summary>
public sealed class XmppConnectionRequestTests : IAsyncLifetime
{
    private ProsodyServer server = null!;

    public async Task InitializeAsync() => server = await ProsodyServer.StartAsync(("acs", "s3cret"), ("cpe1", "device"));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_device_that_nothing_else_reaches_is_asked_over_xmpp_and_calls()
    {
        await using var world = await CwmpWorld.CreateAsync(xmpp: Configure);
        SimulatedCpe? called = null;
        await using var connection = await ConnectAsync(iq => Take(iq, called!));
        var (device, cpe) = await world.StartAsync(change: o => o with { ConnectionRequests = null }, settings: new JsonObject { ["connReqJabberId"] = connection.Jid.ToString() });
        called = cpe;
        await JobWorld.UntilAsync(() => Task.FromResult(world.Service<XmppService>().Problem is null), "the console is connected", 30);
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the device has called");
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE closed_at IS NULL") == 0, "the session is over");

        var job = await world.RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        await JobWorld.UntilAsync(async () => (await new ReachabilityService(world.Database.Sources).ListAsync(world.Admin, device, default)).Value.Any(w => w is { Way: "XMPP", Works: true }), "the way is told");
    }

    [Fact]
    public void The_address_is_learnt_from_the_devices_inform()
    {
        var inform = new Inform(new DeviceIdStruct("Acme", "00D09E", "Box", "1"), [new EventStruct("4 VALUE CHANGE", "")], 1, DateTimeOffset.UtcNow.ToString("O"), 0,
            [new ParameterValueStruct("Device.ManagementServer.ConnReqJabberID", "cpe1@xmpp.test/gateway", "string")]);
        new InformFacts(inform).Learnt([], null)!["connReqJabberId"]!.GetValue<string>().Should().Be("cpe1@xmpp.test/gateway");
    }

    [Fact]
    public async Task A_refusal_an_absent_device_and_a_foreign_domain_are_sentences()
    {
        await using var service = await StartAsync();
        await using var connection = await ConnectAsync(iq => ConnectionRequestPayload.Read(iq)?.Password == "right" ? "" : XmppWriter.Error("cancel", "not-authorized"));

        (await service.Service.AskAsync(connection.Jid.ToString(), "acs", "right", default)).Should().BeNull();
        (await service.Service.AskAsync(connection.Jid.ToString(), "acs", "wrong", default)).Should().Contain("does not accept the connection request username and password");
        (await service.Service.AskAsync($"cpe1@{ProsodyServer.Domain}/gone", "acs", "right", default)).Should().Contain("not connected to the XMPP server now, or is busy");
        (await service.Service.AskAsync("cpe1@elsewhere.test/r", "acs", "right", default)).Should().Contain("elsewhere.test");
        (await service.Service.AskAsync($"cpe1@{ProsodyServer.Domain}", "acs", "right", default)).Should().Contain("ConnReqJabberID");
    }

    [Fact]
    public async Task A_server_that_was_gone_is_found_again()
    {
        await using var service = await StartAsync();
        await server.RestartAsync();
        await JobWorld.UntilAsync(() => Task.FromResult(service.Service.Problem is not null), "the end is noticed", 30);
        (await service.Service.AskAsync($"cpe1@{ProsodyServer.Domain}/r", "acs", "right", default)).Should().StartWith("No XMPP connection request was sent.");

        await JobWorld.UntilAsync(() => Task.FromResult(service.Service.Problem is null), "it is connected again", 60);
        await using var connection = await ConnectAsync(_ => "");
        (await service.Service.AskAsync(connection.Jid.ToString(), "acs", "right", default)).Should().BeNull();
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_authority_and_a_closed_port_say_what_to_correct()
    {
        (await RefusalAsync(o => o.Password = "wrong")).Should().Contain("not-authorized").And.Contain("Cwmp__Xmpp__Password");
        (await RefusalAsync(o => o.AuthorityFile = "")).Should().Contain("Cwmp__Xmpp__AuthorityFile");
        (await RefusalAsync(o => o.Port = PostgresServer.FreePort())).Should().Contain("Cwmp__Xmpp__Port");
        (await RefusalAsync(o => o.Tls = false)).Should().Contain("no way to log in");
        (await RefusalAsync(o => o.Jid = "nobody")).Should().Contain("Cwmp__Xmpp__Jid");
    }

    private void Configure(XmppOptions options)
    {
        (options.Jid, options.Password, options.Host, options.Port, options.AuthorityFile) = ($"acs@{ProsodyServer.Domain}", "s3cret", "127.0.0.1", server.Port, server.AuthorityFile);
        options.AnswerTimeout = TimeSpan.FromSeconds(20);
    }

    private async Task<string> RefusalAsync(Action<XmppOptions> change)
    {
        await using var running = Create(change);
        await running.Service.StartAsync(default);
        await JobWorld.UntilAsync(() => Task.FromResult(running.Service.Problem is { } p && !p.Contains("not connected yet", StringComparison.Ordinal)), "it was refused", 30);
        return running.Service.Problem!;
    }

    private async Task<Running> StartAsync()
    {
        var running = Create(_ => { });
        await running.Service.StartAsync(default);
        await JobWorld.UntilAsync(() => Task.FromResult(running.Service.Problem is null), "it is connected", 30);
        return running;
    }

    private Running Create(Action<XmppOptions> change)
    {
        var options = new XmppOptions();
        Configure(options);
        change(options);
        return new Running(new XmppService(Options.Create(options), TimeProvider.System, NullLogger<XmppService>.Instance));
    }

    private Task<XmppConnection> ConnectAsync(Func<XmppElement, string?> answer)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(server.AuthorityFile);
        return XmppConnection.OpenAsync(new XmppLogin("127.0.0.1", server.Port, Jid.Parse($"cpe1@{ProsodyServer.Domain}")!, "device") { Authorities = authorities }, answer, default);
    }

    // What a CPE does (TR-069 K.2.3): it looks at the credentials, answers and begins a session.
    private static string Take(XmppElement iq, SimulatedCpe cpe)
    {
        if (ConnectionRequestPayload.Read(iq) is not { UserName: "acs", Password: "let me in" }) return XmppWriter.Error("cancel", "not-authorized");
        cpe.Call("6 CONNECTION REQUEST");
        return "";
    }

    private sealed record Running(XmppService Service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Service.StopAsync(default);
            Service.Dispose();
        }
    }
}
