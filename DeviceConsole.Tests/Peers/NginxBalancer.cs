using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Peers;

/// <summary>A real nginx with the configuration of deploy/nginx on free ports, and a certificate of its own making.</summary>
public sealed class NginxBalancer : IAsyncDisposable
{
    private readonly string folder;
    private readonly Process process;

    private NginxBalancer(string folder, Process process, X509Certificate2 certificate, int pages, int devices)
    {
        (this.folder, this.process, Certificate) = (folder, process, certificate);
        Address = new Uri($"https://127.0.0.1:{pages}");
        DeviceAddress = new Uri($"http://127.0.0.1:{devices}");
    }

    /// <summary>Where pages, API and hub are reached.</summary>
    public Uri Address { get; }

    /// <summary>Where devices call.</summary>
    public Uri DeviceAddress { get; }

    /// <summary>What it shows at <see cref="Address"/>.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>A port for the pages, before nginx starts: nodes have to know their public address.</summary>
    public static async Task<NginxBalancer> StartAsync(int pages, IEnumerable<Uri> web, IEnumerable<Uri> gateways)
    {
        var folder = Directory.CreateTempSubdirectory("nginx-").FullName;
        var nodes = Directory.CreateDirectory(Path.Combine(folder, "deviceconsole")).FullName;
        await File.WriteAllLinesAsync(Path.Combine(nodes, "web.nodes"), web.Select(n => $"server {n.Authority};"));
        await File.WriteAllLinesAsync(Path.Combine(nodes, "gateway.nodes"), gateways.Select(n => $"server {n.Authority};"));
        var certificate = await MakeCertificateAsync(nodes);
        var devices = PostgresServer.FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "deviceconsole.conf"), await ConfigurationAsync(folder, pages, devices));
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var places = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(p => $"{p}_temp_path {folder}/{p};"));
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"),
            $"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; worker_shutdown_timeout 20s; events {{ worker_connections 512; }}\nhttp {{ {places} include {folder}/deviceconsole.conf; }}\n");
        var process = Process.Start(new ProcessStartInfo(Program(), ["-c", Path.Combine(folder, "nginx.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var balancer = new NginxBalancer(folder, process, certificate, pages, devices);
        await balancer.WaitAsync(pages);
        return balancer;
    }

    /// <summary>Runs deploy/nginx.sh on it.</summary>
    public Task<(int Code, string Output)> NodeAsync(params string[] arguments) => Script.RunAsync("deploy/nginx.sh", arguments, new()
    {
        ["DEVICECONSOLE_NGINX"] = Path.Combine(folder, "deviceconsole"),
        ["DEVICECONSOLE_NGINX_PID"] = Path.Combine(folder, "pid"),
        ["DEVICECONSOLE_NGINX_RELOAD"] = $"{Program()} -t -q -c '{folder}/nginx.conf' && {Program()} -s reload -c '{folder}/nginx.conf'",
    });

    /// <summary>The name of the devices' access log.</summary>
    public const string DeviceLog = "devices.log";

    /// <summary>An access log, that of the pages if none is named: node (address and port, several where one was passed over), path, status, the client's address.</summary>
    public async Task<IReadOnlyList<(string Node, string Path, int Status, string Client)>> LogAsync(string name = "pages.log")
    {
        await using var file = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!);
        return [.. lines.Select(l => (l["node"]!.ToString(), l["uri"]!.ToString(), l["status"]!.GetValue<int>(), l["client"]!.ToString()))];
    }

    /// <summary>What it complained of, and the last that it was asked.</summary>
    public async Task<string> ErrorsAsync() => await File.ReadAllTextAsync(Path.Combine(folder, "error.log")) + string.Join('\n', (await LogAsync()).TakeLast(40));

    public async ValueTask DisposeAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
        process.Dispose();
        Certificate.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    // The file of deploy/nginx; only ports and the places of logs are of this test.
    private static async Task<string> ConfigurationAsync(string folder, int pages, int devices)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "nginx", "deviceconsole.conf"));
        foreach (var (from, to) in new[]
        {
            ("listen 80;", $"listen 127.0.0.1:{PostgresServer.FreePort()};"), ("listen 443 ssl", $"listen 127.0.0.1:{pages} ssl"), ("listen 7547;", $"listen 127.0.0.1:{devices};"),
            ("/var/log/nginx/deviceconsole.log", $"{folder}/pages.log"), ("/var/log/nginx/deviceconsole-devices.log", $"{folder}/{DeviceLog}"),
        })
        {
            text.Should().Contain(from);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        return text;
    }

    private static async Task<X509Certificate2> MakeCertificateAsync(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        await File.WriteAllTextAsync(Path.Combine(folder, "console.crt"), made.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "console.key"), key.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadCertificate(made.RawData);
    }

    private async Task WaitAsync(int port)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!process.HasExited && watch.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(20);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"nginx did not start: {await process.StandardError.ReadToEndAsync()}");
            }
        }
    }

    private static string Program() => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
}
