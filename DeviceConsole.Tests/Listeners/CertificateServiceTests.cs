using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceConsole.Core;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Hosting.DevicePorts;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Components.Shared.Forms;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Listeners;

/// <summary>Certificates as people bring them, and what is kept of them.</summary>
public sealed class CertificateServiceTests : IAsyncLifetime
{
    private static readonly Caller Platform = TestDatabase.CallerOf(Tenant.Platform, Roles.PlatformAdmin);
    private readonly MasterKey masterKey = MasterKey.Parse(MasterKey.Generate(), out _)!;
    private readonly Authority authority = new("Makers");
    private TestDatabase database = null!;
    private CertificateService service = null!;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        service = new CertificateService(database.Sources, masterKey, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        authority.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Pem_is_taken_in_any_order_with_a_locked_key_too_and_pkcs_12()
    {
        using var leaf = authority.Issue("acs.example.net", ["acs.example.net", "192.0.2.7"]);
        using var key = leaf.GetECDsaPrivateKey()!;
        var locked = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var text = $"a comment\n{locked}\n{authority.Pem}\nanother\n{leaf.ExportCertificatePem()}";

        (await SaveAsync("pem", text)).For("password").Should().Contain("is locked");
        (await SaveAsync("pem", text, "wrong")).For("password").Should().Contain("cannot be read");
        (await SaveAsync("pem", text, "secret")).Should().BeNull();
        (await SaveAsync("sec1", leaf.ExportCertificatePem() + "\n" + key.ExportECPrivateKeyPem())).Should().BeNull();
        var file = leaf.Export(X509ContentType.Pkcs12, "secret");
        (await service.SaveAsync(Platform, new CertificateInput(Guid.CreateVersion7(), "p12") { Pkcs12 = file, Password = "wrong" }, default)).Problem.For("password").Should().Contain("password is wrong");
        (await service.SaveAsync(Platform, new CertificateInput(Guid.CreateVersion7(), "p12") { Pkcs12 = file, Password = "secret" }, default)).Problem.Should().BeNull();

        var stored = (await service.ListAsync(Platform, default)).Value;
        stored.Should().HaveCount(3).And.OnlyContain(c => c.Fingerprint == Convert.ToHexStringLower(SHA256.HashData(leaf.RawData)) && c.Names.SequenceEqual(new[] { "acs.example.net", "192.0.2.7" }) && !c.IsSelfSigned);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_a_sentence()
    {
        using var leaf = authority.Issue("a");
        using var other = authority.Issue("b");
        using var expired = authority.Issue("c", days: -1);
        using var otherKey = other.GetECDsaPrivateKey()!;
        using var weak = RSA.Create(1024);
        using var weakCertificate = new CertificateRequest("CN=weak", weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(9));

        (await SaveAsync("x", "nothing")).For("pem").Should().Contain("no certificate");
        (await SaveAsync("x", leaf.ExportCertificatePem())).For("pem").Should().Contain("private key is missing");
        (await SaveAsync("x", leaf.ExportCertificatePem() + "\n" + otherKey.ExportPkcs8PrivateKeyPem())).For("pem").Should().Contain("belongs to none");
        (await SaveAsync("x", Authority.PemOf(leaf) + "\n" + otherKey.ExportPkcs8PrivateKeyPem())).For("pem").Should().Contain("more than one private key");
        (await SaveAsync("x", Authority.PemOf(expired))).For("pem").Should().Contain("expired on");
        (await SaveAsync("x", weakCertificate.ExportCertificatePem() + "\n" + weak.ExportPkcs8PrivateKeyPem())).For("pem").Should().Contain("1024 bits");
        (await SaveAsync("", Authority.PemOf(leaf))).For("name").Should().Contain("1 to 100");
        (await SaveAsync("x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")).For("pem").Should().Contain("cut or changed");
        (await service.ListAsync(Platform, default)).Value.Should().BeEmpty();
    }

    [Fact]
    public async Task A_private_key_is_sealed_for_its_row_and_serves_nowhere_else()
    {
        var made = (await service.GenerateAsync(Platform, new SelfSignedInput("one", ["acs.example.net"]), default)).Value;
        var other = (await service.GenerateAsync(Platform, new SelfSignedInput("two", ["usp.example.net"]), default)).Value;
        var profiles = new TlsProfileService(database.Sources);
        var ports = new DevicePortService(database.Sources, new ReservedPorts(new HashSet<int> { 5080 }));
        foreach (var (certificate, port) in new[] { (made, 7001), (other, 7002) })
        {
            var profile = new TlsProfile(Guid.CreateVersion7(), $"p{port}", certificate, "1.2", ClientCertificates.None, "", null);
            (await profiles.SaveAsync(Platform, profile, default)).Problem.Should().BeNull();
            (await ports.SaveAsync(Platform, new DevicePort(port, profile.Id, false, "", []), default)).Problem.Should().BeNull();
        }
        var directory = new PortDirectory(database.Sources, masterKey, NullLogger<PortDirectory>.Instance);
        await directory.RefreshAsync(default);
        directory.Current[7001].Default!.Certificate.Should().NotBeNull();

        await database.ExecuteAsync("UPDATE certificates SET private_key = (SELECT private_key FROM certificates WHERE name = 'two') WHERE name = 'one'");
        await directory.RefreshAsync(default);

        directory.Current[7001].Default!.Certificate.Should().BeNull("the key of another row does not open here, and no plain connection takes its place");
        directory.Current[7002].Default!.Certificate.Should().NotBeNull();
        Encoding.Latin1.GetString(await database.ScalarAsync<byte[]>("SELECT private_key FROM certificates WHERE name = 'two'")).Should().NotContain("\x2a\x86\x48\xce\x3d", "the key's algorithm would stand readable in it");
    }

    [Fact]
    public async Task Nobody_but_a_platform_administrator_sees_or_changes_any_of_it()
    {
        var tenant = await database.CreateTenantAsync();
        var admin = TestDatabase.CallerOf(tenant);
        (await service.ListAsync(admin, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await service.GenerateAsync(admin, new SelfSignedInput("x", ["a"]), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        foreach (var call in new[]
        {
            "sys.platform_delete_certificate(gen_random_uuid())", "sys.platform_delete_tls_profile(gen_random_uuid())", "sys.platform_delete_device_port(1)",
            "sys.platform_save_device_port(1, NULL, false, '', '{}', '{}')", "sys.platform_save_tls_profile(gen_random_uuid(), 'x', gen_random_uuid(), '1.2', 'none', '', NULL)",
            "sys.platform_save_certificate(gen_random_uuid(), 'x', 'x', 'x', 'x', 'x', 'x', '{}', now(), now())",
        })
        {
            await using var batch = new Core.Data.TenantBatch(database.Sources.App, tenant);
            batch.Add($"SELECT {call}");
            var run = () => batch.ExecuteAsync(default);
            (await run.Should().ThrowAsync<Npgsql.PostgresException>()).Which.SqlState.Should().Be(Npgsql.PostgresErrorCodes.InsufficientPrivilege, call);
        }
    }

    [Fact]
    public async Task A_bundle_of_authorities_needs_a_root_and_authorities_only()
    {
        using var leaf = authority.Issue("00D09E-S1");
        var profiles = new TlsProfileService(database.Sources);
        var profile = new TlsProfile(Guid.CreateVersion7(), "p", (await service.GenerateAsync(Platform, new SelfSignedInput("one", ["a.example.net"]), default)).Value, "1.2", ClientCertificates.Required, "", null);

        (await profiles.SaveAsync(Platform, profile, default)).Problem.For("clientAuthorities").Should().Contain("Paste the certificates");
        (await profiles.SaveAsync(Platform, profile with { ClientAuthorities = leaf.ExportCertificatePem() }, default)).Problem.For("clientAuthorities").Should().Contain("certificate of no authority");
        (await profiles.SaveAsync(Platform, profile with { ClientAuthorities = authority.Pem }, default)).Problem.Should().BeNull();
    }

    private async Task<Problem?> SaveAsync(string name, string pem, string? password = null) =>
        (await service.SaveAsync(Platform, new CertificateInput(Guid.CreateVersion7(), name) { Pem = pem, Password = password }, default)).Problem;
}
