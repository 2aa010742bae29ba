using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols.Cwmp.Session;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Cwmp.Xmpp;

/// <summary>A device becomes a client of a real prosody by what the console writes into it, and is asked there.</summary>
public sealed class XmppProvisioningTests
{
    private const string Row = "Device.XMPP.Connection.1.";

    private static JsonObject Names => new() { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") };

    [Fact]
    public async Task At_its_first_contact_a_device_gets_an_account_a_connection_and_is_asked_over_it()
    {
        await using var server = await ProsodyServer.StartAsync("acs", ("acs", "s3cret"));
        await using var world = await ConnectedAsync(server);
        var (device, cpe) = await world.StartAsync(change: o => o with { ConnectionRequests = null, XmppAuthorityFile = server.AuthorityFile },
            settings: new JsonObject { ["useXmpp"] = true, ["ownCredentials"] = true });

        await SetUpAsync(world, device);

        var account = $"cpe-{device:n}";
        await JobWorld.UntilAsync(() => Task.FromResult(Value(cpe, "Device.ManagementServer.ConnReqJabberID") == $"{account}@{ProsodyServer.Domain}/cwmp"), "it is connected", 30);
        (Value(cpe, Row + "Username"), Value(cpe, Row + "Domain"), Value(cpe, Row + "UseTLS"), Value(cpe, Row + "TLSEstablished"), Value(cpe, Row + "ServerConnectAlgorithm"))
            .Should().Be((account, ProsodyServer.Domain, "true", "true", "ServerTable"));
        (Value(cpe, Row + "Server.1.ServerAddress"), Value(cpe, Row + "Server.1.Port")).Should().Be(("127.0.0.1", $"{server.Port}"));
        (Value(cpe, "Device.ManagementServer.ConnReqXMPPConnection"), Value(cpe, "Device.ManagementServer.ConnReqAllowedJabberIDs")).Should().Be(("Device.XMPP.Connection.1", $"acs@{ProsodyServer.Domain}"));
        // It has told its address by a session of its own, which is over.
        await JobWorld.UntilAsync(async () => (await world.EventsAsync(device)).Contains("value-change", StringComparison.Ordinal), "it tells its address");
        await QuietAsync(world);
        var job = await world.RunAsync(device, "get", Names);

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        await JobWorld.UntilAsync(async () => (await new ReachabilityService(world.Database.Sources).ListAsync(world.Admin, device, default)).Value.Any(w => w is { Way: "XMPP", Works: true }), "the way is told");
        (cpe.Xmpp!.Taken, cpe.Xmpp.Refused).Should().Be((1, 0));
        var secrets = (await world.Service<DeviceSecrets>().LoadTargetAsync(world.Tenant, device, "cwmp", default))!.Secrets;
        secrets["xmppPassword"].Should().Be(Value(cpe, Row + "Password")).And.HaveLength(24);
        var traces = await world.TracesAsync(device);
        foreach (var secret in new[] { "password", "connectionRequestPassword", "xmppPassword" }) traces.Should().NotContain(secrets[secret]);
        (await world.ValuesAsync(device)).Values.Select(p => p.Value).Should().NotContain(secrets["xmppPassword"]);
    }

    [Fact]
    public async Task Run_again_it_changes_the_password_of_the_account_and_of_the_same_connection()
    {
        await using var server = await ProsodyServer.StartAsync("acs", ("acs", "s3cret"));
        await using var world = await ConnectedAsync(server);
        var (device, cpe) = await world.StartAsync(change: o => o with { XmppAuthorityFile = server.AuthorityFile });
        (await world.RunAsync(device, "set-up-credentials", new JsonObject { ["xmpp"] = true })).Job.State.Should().Be(JobState.Completed);
        var first = Value(cpe, Row + "Password");

        (await world.RunAsync(device, "set-up-credentials", new JsonObject { ["xmpp"] = true })).Job.State.Should().Be(JobState.Completed);

        Value(cpe, Row + "Password").Should().NotBe(first);
        cpe.Gateway.Exists("Device.XMPP.Connection.2.").Should().BeFalse();
        await JobWorld.UntilAsync(() => Task.FromResult(Value(cpe, Row + "Status") == "Enabled"), "it is connected with the new one", 30);
    }

    [Fact]
    public async Task Where_the_console_may_not_make_accounts_it_says_so_and_takes_one_that_somebody_made()
    {
        await using var server = await ProsodyServer.StartAsync(("acs", "s3cret"));
        await using var world = await ConnectedAsync(server);
        var (device, cpe) = await world.StartAsync(change: o => o with { XmppAuthorityFile = server.AuthorityFile });

        var refused = await world.RunAsync(device, "set-up-credentials", new JsonObject { ["xmpp"] = true });

        refused.Job.Fault!.Message.Should().Contain($"cpe-{device:n}@{ProsodyServer.Domain}").And.Contain("XEP-0133").And.Contain("make the account yourself");
        cpe.Requests.Should().NotContain("SetParameterValues").And.NotContain("AddObject", "nothing is half done");

        await server.AddAsync($"cpe-{device:n}", "made by hand");
        await world.ChangeSecretsAsync(device, ("xmppPassword", "made by hand"));
        (await world.RunAsync(device, "set-up-credentials", new JsonObject { ["xmpp"] = true })).Job.State.Should().Be(JobState.Completed);
        await JobWorld.UntilAsync(() => Task.FromResult(Value(cpe, Row + "Status") == "Enabled"), "it is connected", 30);
    }

    [Fact]
    public async Task The_consoles_own_password_is_the_stored_one_before_the_configured_one_and_a_change_counts_at_once()
    {
        await using var server = await ProsodyServer.StartAsync("acs", ("acs", "s3cret"));
        await using var world = await CwmpWorld.CreateAsync(xmpp: o =>
        {
            Configure(o, server);
            o.Password = "";
        });
        var xmpp = world.Service<XmppService>();
        await JobWorld.UntilAsync(() => Task.FromResult(xmpp.Problem?.Contains("enters it under Listeners and certificates, Secrets", StringComparison.Ordinal) == true), "it says what to do", 30);
        var platform = TestDatabase.CallerOf(Tenant.Platform, Roles.PlatformAdmin);
        var secrets = world.Service<PlatformSecretService>();

        (await secrets.SaveAsync(platform, "xmpp-password", "wrong", default)).IsSuccess.Should().BeTrue();
        await JobWorld.UntilAsync(() => Task.FromResult(xmpp.Problem?.Contains("not-authorized", StringComparison.Ordinal) == true), "the stored one is tried", 30);
        (await secrets.SaveAsync(platform, "xmpp-password", "s3cret", default)).IsSuccess.Should().BeTrue();
        await JobWorld.UntilAsync(() => Task.FromResult(xmpp.Problem is null), "it is connected", 30);

        (await secrets.SaveAsync(world.Admin, "xmpp-password", "theirs", default)).Problem!.Kind.Should().Be(DeviceConsole.Core.ProblemKind.Forbidden, "no tenant's administrator changes it");
        var view = (await secrets.ListAsync(platform, default)).Value.Should().ContainSingle().Subject;
        (view.Secret.Id, view.StoredAt is null).Should().Be(("xmpp-password", false));
        view.ToString().Should().NotContain("s3cret");
    }

    [Fact]
    public async Task The_account_of_a_device_that_is_deleted_is_taken_away_from_the_server_and_no_other()
    {
        await using var server = await ProsodyServer.StartAsync("acs", ("acs", "s3cret"), ("bystander", "x"));
        await using var world = await ConnectedAsync(server);
        var (device, cpe) = await world.StartAsync(change: o => o with { XmppAuthorityFile = server.AuthorityFile });
        (await world.RunAsync(device, "set-up-credentials", new JsonObject { ["xmpp"] = true })).Job.State.Should().Be(JobState.Completed);
        await JobWorld.UntilAsync(() => Task.FromResult(Value(cpe, Row + "Status") == "Enabled"), "it is connected with its account", 30);
        // Whatever somebody enters there: only what this console makes is taken away.
        var other = await world.CreateDeviceAsync("00D09E-Box-X9", new JsonObject { ["externalAccount"] = $"bystander@{ProsodyServer.Domain}" });

        await cpe.DisposeAsync();
        foreach (var gone in (Guid[])[device, other]) (await world.Service<DeviceService>().DeleteAsync(world.Admin, gone, default)).IsSuccess.Should().BeTrue();

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM sys.left_accounts") == 0, "nothing is left to do", 30);
        (await LogInAsync(server, $"cpe-{device:n}", Value(cpe, Row + "Password"))).Should().BeFalse("the account is gone");
        (await LogInAsync(server, "bystander", "x")).Should().BeTrue();
    }

    private static async Task<bool> LogInAsync(ProsodyServer server, string user, string password)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(server.AuthorityFile);
        try
        {
            await using var connection = await XmppConnection.OpenAsync(new XmppLogin("127.0.0.1", server.Port, Jid.Parse($"{user}@{ProsodyServer.Domain}")!, password) { Authorities = authorities }, _ => null, default);
            return true;
        }
        catch (XmppException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Without_an_XMPP_server_the_job_says_where_to_enter_one()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync();
        var job = await world.RunAsync(device, "set-up-credentials", new JsonObject { ["xmpp"] = true });
        (job.Job.State, job.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.no-xmpp-server"));
    }

    private static async Task<CwmpWorld> ConnectedAsync(ProsodyServer server)
    {
        var world = await CwmpWorld.CreateAsync(xmpp: o => Configure(o, server));
        await JobWorld.UntilAsync(() => Task.FromResult(world.Service<XmppService>().Problem is null), "the console is connected", 30);
        return world;
    }

    private static void Configure(XmppOptions o, ProsodyServer server)
    {
        (o.Jid, o.Password, o.Host, o.Port, o.AuthorityFile) = ($"acs@{ProsodyServer.Domain}", "s3cret", "127.0.0.1", server.Port, server.AuthorityFile);
        (o.AnswerTimeout, o.PingInterval) = (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
    }

    internal static async Task SetUpAsync(CwmpWorld world, Guid device)
    {
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE device_id = '{device}' AND operation = 'set-up-credentials' AND state IN ('completed', 'failed')") > 0, "the device is set up", 30);
        (await world.Database.ScalarAsync<string>($"SELECT state || ' ' || coalesce(fault::text, '') FROM jobs WHERE device_id = '{device}' AND operation = 'set-up-credentials' ORDER BY id LIMIT 1")).Should().StartWith("completed");
    }

    // A session that brings nothing new is not in the table while it lasts.
    private static Task QuietAsync(CwmpWorld world) =>
        JobWorld.UntilAsync(async () => world.Service<CwmpSessions>().Count == 0 && await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE closed_at IS NULL") == 0, "the sessions are over");

    private static string Value(SimulatedCpe cpe, string path) => cpe.Gateway.Find(path)?.Value ?? "";
}
