using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Gateway.GatewayWorld;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Devices that nobody knows yet, and what the listening panel says of them.</summary>
public sealed class EnrolmentTests : IAsyncLifetime
{
    private GatewayWorld world = null!;
    private Guid acme, globex;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        acme = await world.Jobs.Database.CreateTenantAsync("acme");
        globex = await world.Jobs.Database.CreateTenantAsync("globex");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Without_enrolment_an_unknown_device_is_refused_and_the_panel_says_what_to_do()
    {
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("x"), default)).Outcome.Should().Be(CallOutcome.Refused);
        var attempt = await AttemptAsync(acme);
        (attempt.Identity, attempt.Remote, attempt.Pending).Should().Be(("box-1", "192.0.2.7", false));
        attempt.Reason.Should().Contain("Create the device, or set up enrolment");
        (await world.Jobs.Database.ScalarAsync<long>("SELECT count(*) FROM devices")).Should().Be(0);
    }

    [Fact]
    public async Task A_device_without_credentials_is_challenged_and_nothing_is_recorded()
    {
        await world.EnrolAsync(acme, EnrolmentPolicy.Automatic, "let me in");
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password(null), default)).Outcome.Should().Be(CallOutcome.Challenge);
        // Something that is recorded comes after it, so that its absence means something.
        await world.Gateway.AuthenticateAsync(Call("acme", "box-2"), Password("wrong"), default);
        (await AttemptAsync(acme)).Identity.Should().Be("box-2");
        (await world.Jobs.Database.ScalarAsync<long>("SELECT count(*) FROM call_attempts")).Should().Be(1);
    }

    [Fact]
    public async Task Automatic_enrolment_takes_the_device_in_with_the_enrolment_credential_as_its_own()
    {
        await world.EnrolAsync(acme, EnrolmentPolicy.Automatic, "let me in");
        var verdict = await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default);
        verdict.Outcome.Should().Be(CallOutcome.Accepted);
        (verdict.Target!.TenantId, verdict.Target.Secrets["password"]).Should().Be((acme, "let me in"));
        (await world.Jobs.Database.ScalarAsync<string>("SELECT manufacturer || '/' || model || '/' || serial_number FROM devices")).Should().Be("Acme/Box 1/SN-box-1");
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Target!.DeviceId.Should().Be(verdict.Target.DeviceId, "it is the same device the second time");
    }

    [Theory]
    [InlineData("000000", true)]
    [InlineData("0", true)]
    [InlineData("FFFFFFFF", true)]
    [InlineData("123456789", true)]
    [InlineData("0123456789", true)]
    [InlineData("98765", true)]
    [InlineData("To Be Filled By O.E.M.", true)]
    [InlineData("n/a", true)]
    [InlineData("---", true)]
    [InlineData("0001", false)]
    [InlineData("111", false)]
    [InlineData("1234", false)]
    [InlineData("S-0000001", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_serial_number_that_nobody_gave_is_known(string? serial, bool placeholder) => PlaceholderSerial.Is(serial).Should().Be(placeholder);

    [Fact]
    public async Task A_device_with_a_placeholder_for_a_serial_number_waits_for_approval_and_is_nobodys_twin()
    {
        await world.EnrolAsync(acme, EnrolmentPolicy.Automatic, "let me in");
        var known = (await world.Jobs.CreateDevicesAsync(acme, 1, ScriptedProtocol.Id))[0];
        await world.Jobs.Database.ExecuteAsync("UPDATE devices SET serial_number = '000000' WHERE id = $1", known);

        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1") with { Facts = new DeviceFacts { SerialNumber = "000000" } }, Password("let me in"), default)).Outcome.Should().Be(CallOutcome.Pending);

        var attempt = await AttemptAsync(acme);
        (attempt.Pending, attempt.Reason.Contains("serial number 000000, which its manufacturer left as a placeholder", StringComparison.Ordinal)).Should().Be((true, true));
        (await world.Node.Enrolments.ApproveAsync(JobWorld.Admin(acme), CallInProtocol.Id, "box-1", default)).IsSuccess.Should().BeTrue();
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Target!.DeviceId.Should().NotBe(known, "it has the same serial number as many");
    }

    [Fact]
    public async Task A_device_that_waits_is_approved_and_comes_in_with_its_next_call()
    {
        await world.EnrolAsync(acme, EnrolmentPolicy.Approve, "let me in");
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Outcome.Should().Be(CallOutcome.Pending);
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Outcome.Should().Be(CallOutcome.Pending);
        var waiting = (await world.Node.Enrolments.PendingAsync(JobWorld.Admin(acme), default)).Value.Should().ContainSingle().Subject;
        (waiting.Identity, waiting.Calls, waiting.Facts.Model).Should().Be(("box-1", 2, "Box 1"));
        (await world.Node.Enrolments.PendingAsync(JobWorld.Admin(globex), default)).Value.Should().BeEmpty("another tenant sees none of it");
        (await world.Node.Enrolments.ApproveAsync(JobWorld.Admin(globex), CallInProtocol.Id, "box-1", default)).IsSuccess.Should().BeFalse();
        (await world.Node.Enrolments.ApproveAsync(JobWorld.Admin(acme), CallInProtocol.Id, "box-1", default)).IsSuccess.Should().BeTrue();
        (await world.Node.Enrolments.PendingAsync(JobWorld.Admin(acme), default)).Value.Should().BeEmpty();
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Outcome.Should().Be(CallOutcome.Accepted);
    }

    [Fact]
    public async Task A_blocked_device_is_refused_until_it_is_unblocked()
    {
        await world.EnrolAsync(acme, EnrolmentPolicy.Approve, "let me in");
        await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default);
        await world.Node.Enrolments.BlockAsync(JobWorld.Admin(acme), CallInProtocol.Id, "box-1", true, default);
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Outcome.Should().Be(CallOutcome.Refused);
        await world.Node.Enrolments.BlockAsync(JobWorld.Admin(acme), CallInProtocol.Id, "box-1", false, default);
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Outcome.Should().Be(CallOutcome.Pending);
    }

    [Fact]
    public async Task A_device_known_by_its_serial_number_gets_one_more_protocol_instead_of_a_twin()
    {
        var known = (await world.Jobs.CreateDevicesAsync(acme, 1))[0];
        await world.Jobs.Database.ExecuteAsync("UPDATE devices SET serial_number = 'SN-box-1' WHERE id = $1", known);
        await world.EnrolAsync(acme, EnrolmentPolicy.Automatic, "let me in");
        (await world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password("let me in"), default)).Target!.DeviceId.Should().Be(known);
        (await world.Jobs.Database.ScalarAsync<long>("SELECT count(*) FROM device_endpoints WHERE device_id = $1", known)).Should().Be(2);
    }

    [Fact]
    public async Task On_a_shared_listener_the_credential_decides_between_tenants_with_the_same_device()
    {
        foreach (var (slug, password) in new[] { ("acme", "a"), ("globex", "g") })
        {
            var tenant = slug == "acme" ? acme : globex;
            await world.EnrolAsync(tenant, EnrolmentPolicy.Automatic, password);
            await world.Gateway.AuthenticateAsync(Call(slug, "box-1"), Password(password), default);
        }
        (await world.Gateway.AuthenticateAsync(Call(null, "box-1"), Password("a"), default)).Target!.TenantId.Should().Be(acme);
        (await world.Gateway.AuthenticateAsync(Call(null, "box-1"), Password("g"), default)).Target!.TenantId.Should().Be(globex);
        (await world.Gateway.AuthenticateAsync(Call(null, "box-1"), Password("x"), default)).Outcome.Should().Be(CallOutcome.Refused);
        (await world.Gateway.AuthenticateAsync(Call("globex", "box-1"), Password("a"), default)).Outcome.Should().Be(CallOutcome.Refused, "a tenant's address knows that tenant's devices only");
    }

    [Fact]
    public async Task The_same_credential_in_two_tenants_lets_nobody_in_on_a_shared_listener()
    {
        foreach (var (slug, tenant) in new[] { ("acme", acme), ("globex", globex) })
        {
            await world.EnrolAsync(tenant, EnrolmentPolicy.Automatic, "same");
            await world.Gateway.AuthenticateAsync(Call(slug, "box-1"), Password("same"), default);
        }
        (await world.Gateway.AuthenticateAsync(Call(null, "box-1"), Password("same"), default)).Outcome.Should().Be(CallOutcome.Refused);
        (await AttemptAsync(acme)).Reason.Should().StartWith("More than one tenant has this device");
    }

    [Fact]
    public async Task A_new_device_on_a_shared_listener_enrols_in_the_tenant_that_its_user_name_says()
    {
        await world.EnrolAsync(globex, EnrolmentPolicy.Automatic, "let me in");
        (await world.Gateway.AuthenticateAsync(Call(null, "box-1", "globex"), Password("let me in"), default)).Target!.TenantId.Should().Be(globex);
        (await world.Gateway.AuthenticateAsync(Call(null, "box-2", "nobody"), Password("let me in"), default)).Outcome.Should().Be(CallOutcome.Refused);
    }

    [Fact]
    public async Task The_same_caller_with_the_same_reason_is_one_row_with_a_count()
    {
        for (var i = 0; i < 50; i++) await world.Gateway.NoteRefusalAsync(Call("acme", "box-1"), "It spoke no known version.", default);
        await JobWorld.UntilAsync(async () => (await world.Node.Enrolments.AttemptsAsync(JobWorld.Admin(acme), 10, default)).Value is [{ Calls: 50 }], "fifty calls are counted in one row");
    }

    private async Task<CallAttempt> AttemptAsync(Guid tenant)
    {
        CallAttempt? found = null;
        await JobWorld.UntilAsync(async () => (await world.Node.Enrolments.AttemptsAsync(JobWorld.Admin(tenant), 10, default)).Value is [var first, ..] && (found = first) is not null, "the attempt is recorded");
        return found!;
    }
}
