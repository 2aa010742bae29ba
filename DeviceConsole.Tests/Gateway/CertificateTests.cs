using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Gateway.GatewayWorld;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Devices that prove themselves by a certificate.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    private GatewayWorld world = null!;
    private Guid acme, globex;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        acme = await world.Jobs.Database.CreateTenantAsync("acme");
        globex = await world.Jobs.Database.CreateTenantAsync("globex");
        await world.EnrolAsync(acme, EnrolmentPolicy.Automatic, "let me in");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Its_own_certificate_needs_no_password_not_to_enrol_either()
    {
        var first = await AskAsync(Call("acme", "box-1"), "box-1");
        first.Outcome.Should().Be(CallOutcome.Accepted);
        (await AskAsync(Call("acme", "box-1"), "box-1")).Target!.DeviceId.Should().Be(first.Target!.DeviceId);
    }

    [Fact]
    public async Task Anothers_certificate_is_refused_even_with_the_right_password_and_the_panel_says_whose_it_is()
    {
        (await AskAsync(Call("acme", "box-1"), "box-1")).Outcome.Should().Be(CallOutcome.Accepted);

        (await AskAsync(Call("acme", "box-1"), "box-2", password: "let me in")).Outcome.Should().Be(CallOutcome.Refused);
        (await AskAsync(Call("acme", "box-3"), "box-2", password: "let me in")).Outcome.Should().Be(CallOutcome.Refused, "unknown devices too");

        (await ReasonAsync(acme, "box-1")).Should().Contain("calls itself box-1, but its certificate is that of box-2");
        (await ReasonAsync(acme, "box-3")).Should().Contain("certificate is that of box-2");
        (await world.Jobs.Database.ScalarAsync<long>("SELECT count(*) FROM devices")).Should().Be(1);
    }

    [Fact]
    public async Task A_certificate_that_names_no_device_leaves_it_to_the_password()
    {
        (await AskAsync(Call("acme", "box-1"), "")).Outcome.Should().Be(CallOutcome.Challenge, "it may show the password of the enrolment yet");
        (await AskAsync(Call("acme", "box-1"), "", password: "let me in")).Outcome.Should().Be(CallOutcome.Accepted);
        (await AskAsync(Call("acme", "box-1"), "")).Outcome.Should().Be(CallOutcome.Challenge);
    }

    [Fact]
    public async Task One_tenants_authority_proves_nothing_in_another_and_tells_the_tenant_on_a_shared_address()
    {
        await world.EnrolAsync(globex, EnrolmentPolicy.Automatic, "other");
        (await AskAsync(Call("globex", "box-1"), "box-1", password: "wrong", authorityOf: acme)).Outcome.Should().Be(CallOutcome.Refused);

        var shared = await AskAsync(Call(null, "box-1"), "box-1", authorityOf: acme);

        (shared.Outcome, shared.Target?.TenantId).Should().Be((CallOutcome.Accepted, acme));
        await world.Jobs.Database.ExecuteAsync("UPDATE tenants SET status = 'suspended' WHERE id = $1", acme);
        // Suspension is noticed within the directory's cache.
        world.Node.Time.Move(TenantDirectory.CacheLifetime);
        (await AskAsync(Call(null, "box-1"), "box-1", authorityOf: acme)).Outcome.Should().Be(CallOutcome.Refused);
    }

    private Task<CallVerdict> AskAsync(DeviceCall call, string name, string? password = null, Guid? authorityOf = null) => world.Gateway.AuthenticateAsync(
        call with { Certificate = new DeviceCertificate(name, [], [], new string('a', 64)) { TenantId = authorityOf } }, Password(password), default);

    private async Task<string> ReasonAsync(Guid tenant, string identity)
    {
        string? reason = null;
        await JobWorld.UntilAsync(async () => (reason = (await world.Node.Enrolments.AttemptsAsync(JobWorld.Admin(tenant), 10, default)).Value.FirstOrDefault(a => a.Identity == identity)?.Reason) is not null, "an attempt", 30);
        return reason!;
    }
}
