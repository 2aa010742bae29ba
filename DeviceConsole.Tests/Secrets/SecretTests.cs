using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Tenancy;
using DeviceConsole.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;

namespace DeviceConsole.Tests.Secrets;

/// <summary>The master key, what is sealed under it, and where secrets must not turn up.</summary>
public sealed class SecretTests
{
    private static readonly MasterKey Key = MasterKey.Parse(MasterKey.Generate(), out _)!;

    [Theory]
    [InlineData(null, "not set")]
    [InlineData("  ", "not set")]
    [InlineData("changeme", "6 bytes")]
    [InlineData("not base64!", "not base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "placeholder")]
    [InlineData("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "placeholder")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "placeholder")]
    [InlineData("c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "24 bytes")]
    public void A_missing_short_or_placeholder_master_key_is_refused_with_what_to_do(string? text, string says)
    {
        MasterKey.Parse(text, out var error).Should().BeNull();
        error.Should().Contain(says).And.Contain("openssl rand -base64 32");
        var start = () => HostSettings.Read(Settings(text), development: false);
        start.Should().Throw<StartupException>().WithMessage($"*{says}*");
    }

    [Fact]
    public void The_development_key_works_in_development_only_and_is_refused_elsewhere()
    {
        HostSettings.Read(Settings(null), development: true).MasterKey.Should().NotBeNull();
        HostSettings.Read(Settings(HostSettings.DevelopmentKey), development: true).MasterKey.Should().NotBeNull();
        var start = () => HostSettings.Read(Settings(HostSettings.DevelopmentKey), development: false);
        start.Should().Throw<StartupException>().WithMessage("*development*");
    }

    [Fact]
    public void A_thousand_random_keys_are_taken()
    {
        for (var i = 0; i < 1000; i++) MasterKey.Parse(MasterKey.Generate(), out var error).Should().NotBeNull(error);
    }

    [Fact]
    public void A_secretsecret_opens_in_its_place_and_nowhere_else()
    {
        var box = new SecretBox(Key, "devices");
        var secret = box.Seal("hunter2"u8, "tenant-a", "device-1", "snmp");
        box.Open(secret, "tenant-a", "device-1", "snmp").Should().Equal("hunter2"u8.ToArray());
        foreach (string[] place in new[] { new[] { "tenant-b", "device-1", "snmp" }, ["tenant-a", "device-2", "snmp"], ["tenant-a", "device-1", "cwmp"], ["tenant-a", "device-1"], ["tenant-adevice-1", "", "snmp"] })
        {
            var act = () => box.Open(secret, place);
            act.Should().Throw<SecretUnreadableException>(string.Join('/', place));
        }
        var otherPurpose = () => new SecretBox(Key, "signing-keys").Open(secret, "tenant-a", "device-1", "snmp");
        otherPurpose.Should().Throw<SecretUnreadableException>();
    }

    [Fact]
    public void Every_changed_bit_of_a_secretsecret_is_noticed()
    {
        var box = new SecretBox(Key, "devices");
        var secret = box.Seal("hunter2"u8, "a");
        for (var bit = 0; bit < secret.Length * 8; bit++)
        {
            var changed = secret.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var act = () => box.Open(changed, "a");
            act.Should().Throw<SecretUnreadableException>($"bit {bit}");
        }
        for (var length = 0; length < secret.Length; length++)
        {
            var cut = () => box.Open(secret.AsSpan(0, length).ToArray(), "a");
            cut.Should().Throw<SecretUnreadableException>();
        }
    }

    [Fact]
    public void The_same_secret_secrettwice_does_not_look_the_same() =>
        new SecretBox(Key, "x").Seal("a"u8, "p").Should().NotEqual(new SecretBox(Key, "x").Seal("a"u8, "p"));

    [Fact]
    public void The_audit_log_masks_what_stands_under_a_secrets_name_at_any_depth()
    {
        var before = System.Text.Json.Nodes.JsonNode.Parse("""{"name":"x","readCommunity":"CANARY","list":[{"Password":"CANARY","deep":{"apiKey":"CANARY","privKey":null}}]}""")!.AsObject();
        var masked = AuditMask.Of(before)!.ToJsonString();
        masked.Should().NotContain("CANARY").And.Contain("\"name\":\"x\"").And.Contain("\"privKey\":null");
        before.ToJsonString().Should().Contain("CANARY", "the original is left alone");
    }

    [Fact]
    public async Task A_dump_of_the_database_holds_no_secret_in_the_clear()
    {
        await using var host = await AppHost.StartAsync();
        var tenant = await host.Database.CreateTenantAsync("acme");
        await host.CreateUserAsync(tenant, "ann");
        var client = await host.CreateClientAsync(tenant);
        var cookie = host.Get<IDataProtectionProvider>().CreateProtector("test").Protect("x");
        var token = await host.Get<Web.Auth.AccessTokens>().IssueAsync((await host.Get<AccountStates>().GetClientAsync(tenant, client.Client.ClientId, default))!, "api", default);
        var key = await host.Get<SigningKeys>().ActiveAsync(default);
        using var ecdsa = key.OpenPrivate(host.Get<MasterKey>());
        var d = ecdsa.ExportParameters(true).D!;
        cookie.Should().NotBeEmpty();

        var dump = new StringBuilder();
        foreach (var table in await Catalog.RowsAsync(host.Database, "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"))
            foreach (var row in await Catalog.RowsAsync(host.Database, $"SELECT t::text FROM {table} t")) dump.AppendLine(row);
        var text = dump.ToString();
        text.Should().Contain(client.Client.ClientId, "the dump is one");
        foreach (var canary in new[] { AppHost.Password, client.Secret, token, Convert.ToBase64String(d), Convert.ToHexString(d).ToLowerInvariant(), Convert.ToHexString(d) })
            text.Should().NotContain(canary);
        text.Should().NotContain("<masterKey", "Data Protection's keys are sealed").And.Contain("<sealed");
    }

    [Fact]
    public async Task Two_nodes_read_each_others_cookies_and_a_node_with_another_master_key_refuses_to_start()
    {
        await using var host = await AppHost.StartAsync();
        var protectedText = host.Get<IDataProtectionProvider>().CreateProtector("test").Protect("hello");
        var settings = host.Get<HostSettings>();
        await using var second = Node(settings);
        ((IDataProtectionProvider)second.Services.GetService(typeof(IDataProtectionProvider))!).CreateProtector("test").Unprotect(protectedText).Should().Be("hello");
        await StartupCheck.RunAsync(second.Services, default);
        await using var stranger = Node(settings with { MasterKey = Key });
        var start = () => StartupCheck.RunAsync(stranger.Services, default);
        await start.Should().ThrowAsync<StartupException>().WithMessage("*another DEVICECONSOLE_MASTER_KEY*");
    }

    private static Microsoft.AspNetCore.Builder.WebApplication Node(HostSettings settings) => Web.ConsoleApplication.Build(WebHostSetup.CreateBuilder([]), settings);

    private static IConfigurationRoot Settings(string? key) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["ConnectionStrings:App"] = "Host=x", ["DEVICECONSOLE_MASTER_KEY"] = key,
    }).Build();
}
