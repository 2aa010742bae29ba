using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceConsole.Tests.Peers;

/// <summary>A real prosody for one domain on a free port of 127.0.0.1, with a certificate of its own.</summary>
public sealed class ProsodyServer : IAsyncDisposable
{
    /// <summary>The domain that it serves.</summary>
    public const string Domain = "xmpp.test";

    private readonly DirectoryInfo directory;
    private ServerProcess process;

    private ProsodyServer(DirectoryInfo directory, ServerProcess process, int port) => (this.directory, this.process, Port) = (directory, process, port);

    public int Port { get; }

    /// <summary>The authority of its certificate.</summary>
    public string AuthorityFile => Path.Combine(directory.FullName, "server.crt");

    /// <summary>Starts one with these users and passwords.</summary>
    public static Task<ProsodyServer> StartAsync(params (string User, string Password)[] users) => StartAsync(null, users);

    /// <summary>The same, where one of them may administer accounts by commands (XEP-0133).</summary>
    public static async Task<ProsodyServer> StartAsync(string? administrator, params (string User, string Password)[] users)
    {
        var directory = Directory.CreateTempSubdirectory("prosody-");
        var port = PostgresServer.FreePort();
        WriteCertificate(directory.FullName);
        var accounts = directory.CreateSubdirectory(Path.Combine("data", Domain.Replace(".", "%2e", StringComparison.Ordinal), "accounts"));
        foreach (var (user, password) in users) await File.WriteAllTextAsync(Path.Combine(accounts.FullName, user + ".dat"), $"return {{ [\"password\"] = \"{password}\"; }};\n");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "prosody.cfg.lua"),
            $$"""
            run_as_root = true
            pidfile = "{{directory.FullName}}/prosody.pid"
            data_path = "{{directory.FullName}}/data"
            interfaces = { "127.0.0.1" }
            c2s_ports = { {{port}} }
            modules_enabled = { "saslauth", "tls", "ping", "disco", "admin_adhoc" }
            admins = { {{(administrator is null ? "" : $"\"{administrator}@{Domain}\"")}} }
            modules_disabled = { "s2s", "admin_shell", "http" }
            authentication = "internal_plain"
            storage = "internal"
            c2s_require_encryption = true
            log = { error = "*console" }
            VirtualHost "{{Domain}}"
              ssl = { key = "{{directory.FullName}}/server.key", certificate = "{{directory.FullName}}/server.crt" }
            """);
        return new ProsodyServer(directory, await RunAsync(directory, port), port);
    }

    /// <summary>Makes an account, as whoever looks after the server does; it is there with its first log-in.</summary>
    public Task AddAsync(string user, string password) =>
        File.WriteAllTextAsync(Path.Combine(directory.FullName, "data", Domain.Replace(".", "%2e", StringComparison.Ordinal), "accounts", user.Replace("-", "%2d", StringComparison.Ordinal) + ".dat"), $"return {{ [\"password\"] = \"{password}\"; }};\n");

    /// <summary>Stops it and starts it again on the same port.</summary>
    public async Task RestartAsync()
    {
        await process.DisposeAsync();
        process = await RunAsync(directory, Port);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private static void WriteCertificate(string folder)
    {
        using var key = RSA.Create(2_048);
        var request = new CertificateRequest($"CN={Domain}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Domain);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(Path.Combine(folder, "server.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static Task<ServerProcess> RunAsync(DirectoryInfo directory, int port) =>
        ServerProcess.StartAsync("prosody", ["--config", Path.Combine(directory.FullName, "prosody.cfg.lua"), "-F"], port);
}
