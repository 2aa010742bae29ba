using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>The first credential, perhaps a whole fleet's, then one per device, changed from time to time, the last ones still accepted.</summary>
public sealed class OwnCredentialTests : IAsyncLifetime
{
    private CwmpWorld world = default!;

    private static JsonObject Own => new() { ["ownCredentials"] = true };

    public async Task InitializeAsync() => world = await CwmpWorld.CreateAsync(o => o.SessionTimeout = TimeSpan.FromSeconds(30));

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_device_that_enrols_with_the_fleets_password_gets_its_own_at_once_and_comes_in_with_the_fleets_no_more()
    {
        (await world.Enrolments.SaveAsync(world.Admin, "cwmp", new EnrolmentInput(EnrolmentPolicy.Automatic, Own, new Dictionary<string, string> { ["username"] = CwmpWorld.User, ["password"] = CwmpWorld.Password }), default)).IsSuccess.Should().BeTrue();
        var options = world.Options();
        var cpe = world.Start(options);
        var device = await JobWorldFindAsync(CwmpWorld.IdentityOf(options));

        await Xmpp.XmppProvisioningTests.SetUpAsync(world, device);
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions == 1), "the session is over");

        var secrets = await SecretsAsync(device);
        (Value(cpe, "Password"), Value(cpe, "ConnectionRequestPassword")).Should().Be((secrets["password"], secrets["connectionRequestPassword"]));
        secrets["password"].Should().HaveLength(24).And.NotBe(CwmpWorld.Password);
        secrets["password.first"].Should().Be(CwmpWorld.Password);
        (await InformAsync(options, CwmpWorld.Password)).Should().Be(200, "it has not shown the new one yet: its answer might have been lost");
        (await InformAsync(options, secrets["password"])).Should().Be(200);
        await JobWorld.UntilAsync(async () => (await SecretsAsync(device)).ContainsKey("password.proved"), "it has shown it");
        (await InformAsync(options, CwmpWorld.Password)).Should().Be(401, "whoever knows the fleet's password is not this device");
        // The new pair of the other direction is in use too.
        (await world.RunAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.WiFi.SSID.1.SSID") })).Job.State.Should().Be(JobState.Completed);
        (await world.Service<DeviceService>().GetAsync(world.Admin, device, default)).Value.Endpoints[0].SecretsSet.Should().Equal("connectionRequestPassword", "connectionRequestUsername", "password", "username");
        (await world.TracesAsync(device)).Should().NotContain(secrets["password"]).And.NotContain(secrets["connectionRequestPassword"]);
    }

    [Fact]
    public async Task A_device_whose_answer_is_lost_comes_in_with_the_old_one_and_with_the_new_one_and_is_given_the_same_again()
    {
        var device = await world.CreateDeviceAsync("00D09E-Box-P1", Own);
        using var cpe = await ConnectAsync(world.Acs);
        var begun = await cpe.PostAsync(Basic(), Inform("P1", "1 BOOT"));
        var asked = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "");
        asked.Body.Should().Contain("SetParameterValues");
        var sent = asked.Body.Split("ManagementServer.Password</Name>")[1].Split("</Value>")[0].Split('>')[^1];

        // It took the new password, and its answer never came.
        using var again = await ConnectAsync(world.Acs);
        (await again.PostAsync(Basic(), Inform("P1"))).Status.Should().Be(200, "it may have come to nothing");
        // The job is tried again after a pause.
        await JobWorld.UntilAsync(async () =>
        {
            using var changed = await ConnectAsync(world.Acs);
            var next = await changed.PostAsync(Basic(password: sent), Inform("P1"));
            next.Status.Should().Be(200, "it may have worked");
            var repeated = await changed.PostAsync($"Cookie: {next.Cookie}\r\n", "");
            if (repeated.Status == 204) return false;
            repeated.Body.Should().Contain(sent, "another one would make a third that is in doubt");
            return (await changed.PostAsync($"Cookie: {next.Cookie}\r\n", Message("<cwmp:SetParameterValuesResponse><Status>0</Status></cwmp:SetParameterValuesResponse>", IdOf(repeated)))).Status == 204;
        }, "it is given the same again", 60);

        (await SecretsAsync(device))["password"].Should().Be(sent);
    }

    [Fact]
    public async Task Passwords_are_changed_again_and_the_last_two_are_still_accepted()
    {
        var (device, cpe) = await world.StartAsync(settings: Own);
        await Xmpp.XmppProvisioningTests.SetUpAsync(world, device);
        var passwords = new List<string> { Value(cpe, "Password") };
        for (var i = 0; i < 3; i++)
        {
            (await world.RunAsync(device, "set-up-credentials", new JsonObject { ["password"] = true })).Job.State.Should().Be(JobState.Completed);
            passwords.Add(Value(cpe, "Password"));
        }
        passwords.Should().OnlyHaveUniqueItems();
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE closed_at IS NULL") == 0, "the sessions are over");

        var serial = cpe.Gateway.Find("Device.DeviceInfo.SerialNumber")!.Value;
        (await StatusAsync(serial, passwords[3])).Should().Be(200);
        (await StatusAsync(serial, passwords[2])).Should().Be(200);
        (await StatusAsync(serial, passwords[1])).Should().Be(200);
        (await StatusAsync(serial, passwords[0])).Should().Be(401);
        (await StatusAsync(serial, CwmpWorld.Password)).Should().Be(401);
    }

    [Fact]
    public async Task A_device_that_was_reset_is_let_in_with_its_first_password_only_where_somebody_allowed_it_and_then_gets_a_new_one()
    {
        var settings = Own;
        settings["acceptFirstCredentials"] = true;
        var (device, cpe) = await world.StartAsync(settings: settings);
        await Xmpp.XmppProvisioningTests.SetUpAsync(world, device);
        var before = Value(cpe, "Password");
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Sessions > 0), "the session is over");
        // It was set up a moment ago, and is given a rest of a minute.
        await world.Database.ExecuteAsync($"DELETE FROM jobs WHERE device_id = '{device}'");

        cpe.Gateway.FactoryReset();

        await JobWorld.UntilAsync(async () => Value(cpe, "Password") is { Length: 24 } now && now != before && (await SecretsAsync(device))["password"] == now, "it has a new password", 30);
    }

    [Fact]
    public async Task Entering_a_password_by_hand_ends_what_was_accepted_beside_it()
    {
        var (device, cpe) = await world.StartAsync(settings: Own);
        await Xmpp.XmppProvisioningTests.SetUpAsync(world, device);
        var own = Value(cpe, "Password");
        var serial = cpe.Gateway.Find("Device.DeviceInfo.SerialNumber")!.Value;

        await world.ChangeSecretsAsync(device, ("password", "by hand"));

        (await SecretsAsync(device)).Keys.Should().NotContain(k => k.StartsWith("password.", StringComparison.Ordinal));
        (await StatusAsync(serial, own)).Should().Be(401);
        (await StatusAsync(serial, "by hand")).Should().Be(200);
    }

    [Fact]
    public async Task A_device_that_refuses_keeps_what_it_has_and_is_not_asked_at_every_call()
    {
        var device = await world.CreateDeviceAsync("00D09E-Box-P3", Own);
        for (var i = 0; i < 2; i++)
        {
            using var cpe = await ConnectAsync(world.Acs);
            var begun = await cpe.PostAsync(Basic(), Inform("P3", "1 BOOT"));
            var asked = await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", "");
            if (i == 1)
            {
                asked.Status.Should().Be(204, "it was refused a moment ago");
                continue;
            }
            const string Refusal = "<soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>9003</FaultCode><FaultString>Invalid</FaultString></cwmp:Fault></detail></soap:Fault>";
            await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", Message(Refusal, IdOf(asked)));
        }
        var secrets = await SecretsAsync(device);
        secrets["password"].Should().Be(CwmpWorld.Password);
        secrets.Keys.Should().NotContain("password.next");
    }

    private async Task<int> InformAsync(CpeOptions options, string password) => await StatusAsync(options.Gateway.Serial, password, options.Gateway.ProductClass);

    private async Task<int> StatusAsync(string serial, string password, string? product = null)
    {
        using var cpe = await ConnectAsync(world.Acs);
        var body = Inform(serial).Replace("<ProductClass>Box", "<ProductClass>" + (product ?? world.Options().Gateway.ProductClass), StringComparison.Ordinal);
        var answer = await cpe.PostAsync(Basic(password: password), body);
        if (answer.Status == 200) (await cpe.PostAsync($"Cookie: {answer.Cookie}\r\n", "")).Status.Should().Be(204);
        return answer.Status;
    }

    private async Task<Guid> JobWorldFindAsync(string identity)
    {
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>($"SELECT count(*) FROM device_endpoints WHERE identity = '{identity}'") == 1, "the device enrolled");
        return await world.Database.ScalarAsync<Guid>($"SELECT device_id FROM device_endpoints WHERE identity = '{identity}'");
    }

    private async Task<IReadOnlyDictionary<string, string>> SecretsAsync(Guid device) => (await world.Service<DeviceSecrets>().LoadTargetAsync(world.Tenant, device, "cwmp", default))!.Secrets;

    private static string Value(SimulatedCpe cpe, string name) => cpe.Gateway.Find("Device.ManagementServer." + name)?.Value ?? "";
}
