using DeviceConsole.Protocols.Snmp.Traps;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp.Traps;

/// <summary>Traps and informs of Net-SNMP's own programs.</summary>
public sealed class TrapInteropTests
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3", IfIndex = "1.3.6.1.2.1.2.2.1.1.3";

    [Fact]
    public async Task A_v1_trap_is_mapped_to_v2()
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V2("public"));

        (await NetSnmp.RunAsync("snmptrap", "-v1", "-c", "public", world.Address, "1.3.6.1.4.1.99999", "10.1.2.3", "6", "17", "12345", "1.3.6.1.4.1.99999.1.1", "s", "hello")).ExitCode.Should().Be(0);
        var specific = await world.NextAsync();
        (await NetSnmp.RunAsync("snmptrap", "-v1", "-c", "public", world.Address, "1.3.6.1.4.1.99999", "10.1.2.3", "2", "0", "12345", IfIndex, "i", "3")).ExitCode.Should().Be(0);
        var generic = await world.NextAsync();

        specific.Oid.Should().Be("1.3.6.1.4.1.99999.0.17");
        (specific.TenantId, specific.DeviceId, specific.Form).Should().Be((TrapWorld.Tenant, TrapWorld.Device, "SNMPv1 trap"));
        specific.UpTime.Should().Be(TimeSpan.FromSeconds(123.45));
        specific.Values.Select(v => (v.Path, v.Value)).Should().Equal(
            ("1.3.6.1.4.1.99999.1.1", "hello"), ("1.3.6.1.6.3.18.1.3.0", "10.1.2.3"), ("1.3.6.1.6.3.1.1.4.3.0", "1.3.6.1.4.1.99999"));
        specific.Values.Should().NotContain(v => v.Value == "public");
        generic.Oid.Should().Be(LinkDown);
    }

    [Fact]
    public async Task A_v2c_trap_is_taken_and_an_inform_is_acknowledged()
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V2("public"));

        (await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "public", world.Address, "77", LinkDown, IfIndex, "i", "3")).ExitCode.Should().Be(0);
        var trap = await world.NextAsync();
        var (exit, output) = await NetSnmp.RunAsync("snmpinform", "-v2c", "-c", "public", "-t", "20", "-r", "0", world.Address, "77", LinkDown, IfIndex, "i", "3");
        var inform = await world.NextAsync();

        exit.Should().Be(0, output);
        (trap.Oid, trap.Form).Should().Be((LinkDown, "SNMPv2c trap"));
        trap.Values.Select(v => (v.Path, v.Value)).Should().Equal((IfIndex, "3"));
        inform.Form.Should().Be("SNMPv2c inform");
    }

    [Theory]
    [InlineData("MD5", "md5", "DES", "des")]
    [InlineData("SHA", "sha1", "AES", "aes128")]
    [InlineData("SHA-256", "sha256", "AES-256", "aes256")]
    [InlineData("SHA-512", "sha512", "AES-192", "aes192")]
    public async Task A_v3_trap_and_inform_with_authentication_and_privacy_are_taken(string auth, string authId, string priv, string privId)
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V3("sender", authId, privId));
        string[] user = ["-v3", "-u", "sender", "-l", "authPriv", "-a", auth, "-A", "authpass12345", "-x", priv, "-X", "privpass12345"];

        var sent = await NetSnmp.RunAsync("snmptrap", [.. user, "-e", "0x80001f8804aabbccdd", world.Address, "77", LinkDown, IfIndex, "i", "3"]);
        sent.ExitCode.Should().Be(0, sent.Output);
        var trap = await world.NextAsync();
        var (exit, output) = await NetSnmp.RunAsync("snmpinform", [.. user, "-t", "20", "-r", "0", world.Address, "77", LinkDown, IfIndex, "i", "4"]);
        exit.Should().Be(0, output);
        var inform = await world.NextAsync();

        (trap.Oid, trap.Form).Should().Be((LinkDown, "SNMPv3 trap"));
        trap.Values.Select(v => (v.Path, v.Value)).Should().Equal((IfIndex, "3"));
        (inform.Oid, inform.Form).Should().Be((LinkDown, "SNMPv3 inform"));
        world.Counters[TrapOutcome.Answered].Should().BePositive("the sender first asks who the receiver is");
    }

    [Fact]
    public async Task A_wrong_community_user_or_password_is_refused_to_the_tenant_of_the_device_and_never_answered_with_success()
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V2("public"));
        world.Devices.Add(TrapWorld.V3("sender", "sha256", "aes128"));

        (await NetSnmp.RunAsync("snmpinform", "-v2c", "-c", "guess", "-t", "0.3", "-r", "0", world.Address, "77", LinkDown)).ExitCode.Should().NotBe(0);
        (await world.RefusalAsync()).Should().Be(((Guid?)TrapWorld.Tenant, "The community of a trap or inform is none of this device's. Enter it as the device's trap community, or correct it on the device."));
        (await NetSnmp.RunAsync("snmpinform", "-v3", "-u", "stranger", "-l", "noAuthNoPriv", "-t", "2", "-r", "0", world.Address, "77", LinkDown)).Output.Should().Contain("Unknown user name");
        (await world.RefusalAsync()).Reason.Should().Contain("SNMPv3 user that is not this device's");
        (await NetSnmp.RunAsync("snmpinform", "-v3", "-u", "sender", "-l", "authPriv", "-a", "SHA-256", "-A", "another12345", "-x", "AES", "-X", "privpass12345", "-t", "2", "-r", "0", world.Address, "77", LinkDown))
            .Output.Should().Contain("Authentication failure");
        (await world.RefusalAsync()).Reason.Should().Contain("authentication of a trap or inform is wrong");
        (await NetSnmp.RunAsync("snmptrap", "-v3", "-u", "sender", "-l", "noAuthNoPriv", "-e", "0x80001f8804aabbccdd", world.Address, "77", LinkDown)).ExitCode.Should().Be(0);
        (await world.RefusalAsync()).Reason.Should().Contain("without the authentication");
        (await NetSnmp.RunAsync("snmptrap", "-v3", "-u", "sender", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass12345", "-x", "AES", "-X", "another12345", "-e", "0x80001f8804aabbccdd", world.Address, "77", LinkDown)).ExitCode.Should().Be(0);
        (await world.RefusalAsync()).Reason.Should().Contain("cannot be decrypted");
        world.Delivered.Should().BeEmpty();
    }

    [Fact]
    public async Task A_source_of_no_device_is_told_to_nobodys_tenant_whatever_its_community()
    {
        await using var world = await TrapWorld.StartAsync();

        (await NetSnmp.RunAsync("snmpinform", "-v2c", "-c", "public", "-t", "0.3", "-r", "0", world.Address, "77", LinkDown)).ExitCode.Should().NotBe(0);

        var (tenant, reason) = await world.RefusalAsync();
        tenant.Should().BeNull();
        reason.Should().StartWith("A trap or inform came from an address of no device.");
        world.Counters[TrapOutcome.Unknown].Should().Be(1);
    }

    [Fact]
    public async Task Two_tenants_with_a_device_at_one_address_are_told_apart_by_the_community()
    {
        await using var world = await TrapWorld.StartAsync();
        var (tenant, device) = (Guid.NewGuid(), Guid.NewGuid());
        world.Devices.Add(TrapWorld.V2("ours"));
        world.Devices.Add(TrapWorld.V2("theirs", tenant, device));

        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "theirs", world.Address, "77", LinkDown);

        (await world.NextAsync()).TenantId.Should().Be(tenant);
        world.Delivered.Should().BeEmpty();
    }
}
