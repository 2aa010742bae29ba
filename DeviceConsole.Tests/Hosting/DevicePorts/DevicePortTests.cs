using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Hosting.DevicePorts;

/// <summary>The application, which trusts the balancer 127.0.0.2.</summary>
public sealed class DevicePortHost : IAsyncLifetime
{
    public AppHost App { get; private set; } = null!;

    public async Task InitializeAsync() => App = await AppHost.StartAsync(("DEVICECONSOLE_TRUSTED_PROXIES", "127.0.0.2"));

    public async Task DisposeAsync() => await App.DisposeAsync();
}

/// <summary>Ports of devices, TLS and PROXY headers, on the real application; each test has a port of its own.</summary>
public sealed class DevicePortTests(DevicePortHost world) : IClassFixture<DevicePortHost>, IDisposable
{
    private static readonly Caller Platform = AppHost.Maker(Tenant.Platform, Roles.PlatformAdmin);
    private readonly Authority authority = new("Test servers");
    private readonly int port = PostgresServer.FreePort();
    private readonly AppHost host = world.App;

    public void Dispose() => authority.Dispose();

    [Fact]
    public async Task One_port_shows_two_names_their_own_certificates_and_changes_are_taken_up_live()
    {
        var acs = await ProfileAsync("acs", await CertificateAsync("acs.example.net"));
        var usp = await ProfileAsync("usp", await CertificateAsync("*.usp.example.net"));
        await OpenAsync(new DevicePort(port, acs, false, "", [new DevicePortName("*.usp.example.net", usp)]));

        (await ShownAsync("acs.example.net")).Should().Be("CN=acs.example.net");
        (await ShownAsync("one.usp.example.net")).Should().Be("CN=*.usp.example.net");
        (await ShownAsync("")).Should().Be("CN=acs.example.net", "a device that asks for no name gets the port's own");

        var renewed = await host.Get<CertificateService>().ListAsync(Platform, default);
        await CertificateAsync("acs2.example.net", renewed.Value.Single(c => c.Name == $"acs.example.net {port}").Id);
        await EventuallyAsync(async () => await ShownAsync("acs.example.net") == "CN=acs2.example.net");
    }

    [Fact]
    public async Task The_gateways_answer_over_tls_as_https_and_nothing_of_people_does()
    {
        await OpenAsync(new DevicePort(port, await ProfileAsync("acs", await CertificateAsync("acs.example.net")), false, "", []));
        (await AskAsync("acs.example.net", "POST /cwmp HTTP/1.1\r\nHost: acs.example.net\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).Should().StartWith("HTTP/1.1 204");
        (await AskAsync("acs.example.net", "GET /login HTTP/1.1\r\nHost: acs.example.net\r\nConnection: close\r\n\r\n")).Should().StartWith("HTTP/1.1 404");
    }

    [Fact]
    public async Task A_port_comes_goes_and_says_what_stands_in_its_way()
    {
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();
        var ports = host.Get<DevicePortService>();
        (await ports.SaveAsync(Platform, new DevicePort(port, null, false, "", []), default)).Problem.Should().BeNull();
        var opener = host.Get<Web.Hosting.DevicePorts.PortOpener>();
        await EventuallyAsync(() => Task.FromResult(opener.ObstacleOf(port)?.StartsWith("Another program", StringComparison.Ordinal) == true));

        other.Stop();
        (await ports.SaveAsync(Platform, new DevicePort(port, null, false, "again", []), default)).Problem.Should().BeNull();
        await EventuallyAsync(() => Task.FromResult(opener.ObstacleOf(port) is null));
        (await PlainAsync("POST /cwmp HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).Should().StartWith("HTTP/1.1 204");

        (await ports.DeleteAsync(Platform, port, default)).Problem.Should().BeNull();
        await EventuallyAsync(async () => !await AcceptsAsync());
        (await host.Http.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.OK, "the other ports stay as they are");
    }

    [Fact]
    public async Task What_is_not_spoken_is_refused_and_told_in_a_sentence()
    {
        await OpenAsync(new DevicePort(port, await ProfileAsync("strict", await CertificateAsync("acs.example.net"), "1.3"), false, "", []));
        var handshake = () => ShownAsync("acs.example.net", versions: SslProtocols.Tls12);
        await handshake.Should().ThrowAsync<Exception>();
        (await ToldAsync("TLS")).Should().Contain("TLS 1.2 at best").And.Contain($"\"strict {port}\" asks for TLS 1.3");

        (await PlainAsync("POST /cwmp HTTP/1.1\r\n\r\n")).Should().BeEmpty();
        (await ToldAsync("TLS", "without TLS")).Should().Contain("Write https://");
    }

    [Fact]
    public async Task A_tls_1_1_hello_is_refused_with_an_alert()
    {
        await OpenAsync(new DevicePort(port, await ProfileAsync("acs", await CertificateAsync("acs.example.net")), false, "", []));
        // A ClientHello of TLS 1.1 with three cipher suites and no extension: no client of today sends one any more.
        var hello = Convert.FromHexString("160302002d010000290302" + new string('5', 64) + "000006002f0035000a0100");
        hello = [.. hello[..3], (byte)((hello.Length - 5) >> 8), (byte)(hello.Length - 5), .. hello[5..]];
        hello[8] = (byte)(hello.Length - 9);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync(hello);
        var answer = new byte[64];
        try
        {
            if (await client.GetStream().ReadAsync(answer) > 0) answer[0].Should().Be(0x15, "an alert");
        }
        catch (IOException)
        {
            // The port was quicker to close the connection than this test to read what it said before.
        }
        (await ToldAsync("TLS")).Should().Contain("TLS 1.1 at best");
    }

    [Fact]
    public async Task Only_devices_with_a_certificate_of_the_profiles_authority_come_in()
    {
        using var devices = new Authority("Device makers");
        using var strangers = new Authority("Somebody else");
        var profile = await ProfileAsync("mutual", await CertificateAsync("acs.example.net"), authorities: devices.Pem);
        await OpenAsync(new DevicePort(port, profile, false, "", []));
        const string Ask = "POST /cwmp HTTP/1.1\r\nHost: acs.example.net\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

        (await AskAsync("acs.example.net", Ask, devices.Issue("00D09E-S1"))).Should().StartWith("HTTP/1.1 204");
        (await RefusedAsync(Ask, null)).Should().Contain("showed no certificate");
        (await RefusedAsync(Ask, strangers.Issue("00D09E-S1"))).Should().Contain("none of the profile's authorities vouches for it").And.Contain("CN=Somebody else");
        (await RefusedAsync(Ask, devices.Issue("00D09E-S1", days: -1))).Should().Contain("out of its time");
        (await RefusedAsync(Ask, devices.Issue("00D09E-S1", purpose: "1.3.6.1.5.5.7.3.1"))).Should().Contain("not made for TLS clients");
    }

    [Fact]
    public async Task An_agent_comes_in_by_the_certificate_of_its_endpoint_id_and_by_no_other()
    {
        using var devices = new Authority("Device makers");
        var tenant = await host.Database.CreateTenantAsync($"t{port}");
        await host.Get<EnrolmentService>().SaveAsync(TestDatabase.CallerOf(tenant), "usp",
            new EnrolmentInput(EnrolmentPolicy.Automatic, new System.Text.Json.Nodes.JsonObject { ["trust"] = "certificate" }, new Dictionary<string, string>()), default);
        var profile = await ProfileAsync("mutual", await CertificateAsync("usp.example.net"), authorities: devices.Pem);
        await OpenAsync(new DevicePort(port, profile, false, "", []));
        using var own = devices.Issue("agent", ["urn:bbf:usp:id:os::012345-A1"]);

        (await UpgradeAsync(own, "os::012345-A1")).Should().StartWith("HTTP/1.1 101");
        (await UpgradeAsync(own, "os::012345-A2")).Should().StartWith("HTTP/1.1 401");

        var told = new List<CallAttempt>();
        await EventuallyAsync(async () => (told = [.. (await host.Get<EnrolmentService>().AttemptsAsync(TestDatabase.CallerOf(tenant), 10, default)).Value]).Count > 0);
        told.Single().Reason.Should().Contain("calls itself os::012345-A2, but its certificate is that of agent");
        told.Single().Transport.Should().Be("WebSocket, TLS");
    }

    [Fact]
    public async Task A_cpe_comes_in_by_the_certificate_of_its_identity_and_by_no_other()
    {
        using var devices = new Authority("Device makers");
        var tenant = await host.Database.CreateTenantAsync($"c{port}");
        await host.Get<EnrolmentService>().SaveAsync(TestDatabase.CallerOf(tenant), "cwmp",
            new EnrolmentInput(EnrolmentPolicy.Automatic, new System.Text.Json.Nodes.JsonObject { ["authentication"] = "certificate" }, new Dictionary<string, string>()), default);
        await OpenAsync(new DevicePort(port, await ProfileAsync("mutual", await CertificateAsync("acs.example.net"), authorities: devices.Pem), false, "", []));
        using var own = devices.Issue("00D09E-Box-K1");

        (await InformAsync(own, "K1")).Should().StartWith("HTTP/1.1 200").And.Contain("InformResponse");
        (await InformAsync(own, "K2")).Should().StartWith("HTTP/1.1 401", "the certificate is that of another");
        (await InformAsync(devices.Issue("00D09E-Box-K2"), "K1")).Should().StartWith("HTTP/1.1 401");

        var told = new List<CallAttempt>();
        await EventuallyAsync(async () => (told = [.. (await host.Get<EnrolmentService>().AttemptsAsync(TestDatabase.CallerOf(tenant), 10, default)).Value]).Count == 2);
        told.Should().OnlyContain(a => a.Reason.Contains("but its certificate is that of 00D09E-Box-K", StringComparison.Ordinal));
        (await host.Database.ScalarAsync<long>("SELECT count(*) FROM devices WHERE tenant_id = $1", tenant)).Should().Be(1);
    }

    private Task<string> InformAsync(X509Certificate2 certificate, string serial)
    {
        var inform = Protocols.Cwmp.WireCpe.Inform(serial);
        return AskAsync("acs.example.net", $"POST /cwmp/c{port} HTTP/1.1\r\nHost: acs.example.net\r\nContent-Length: {inform.Length}\r\nConnection: close\r\n\r\n{inform}", certificate);
    }

    private async Task<string> UpgradeAsync(X509Certificate2 certificate, string endpointId)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = await ShakeHandsAsync(client, "usp.example.net", certificate, SslProtocols.None);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET /usp/t{port}?eid={endpointId} HTTP/1.1\r\nHost: usp.example.net\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v1.usp\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(tls, Encoding.ASCII);
        return await reader.ReadLineAsync(patience.Token) ?? "";
    }

    [Theory]
    [InlineData("PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n", "203.0.113.9")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x0a\xc0\0\x02\x01\x12\x67\x01\xbb", "203.0.113.10")]
    public async Task A_trusted_balancers_header_gives_the_devices_own_address_before_tls(string header, string device)
    {
        await OpenAsync(new DevicePort(port, await ProfileAsync("acs", await CertificateAsync("acs.example.net")), true, "", []));
        var bytes = Encoding.Latin1.GetBytes(header);
        await AskAsync("acs.example.net", "GET /webpa/api/v2/device HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", from: "127.0.0.2", before: bytes);
        (await AttemptAsync(a => a.Remote == device)).Reason.Should().Contain("no WebSocket upgrade");
    }

    [Fact]
    public async Task A_header_of_anybody_else_ends_the_connection()
    {
        await OpenAsync(new DevicePort(port, null, true, "", []));
        const string Header = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n", Ask = "POST /cwmp HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

        (await PlainAsync(Header + Ask)).Should().BeEmpty();
        (await ToldAsync("PROXY")).Should().Contain("which is no trusted balancer").And.Contain("DEVICECONSOLE_TRUSTED_PROXIES");
        (await PlainAsync(Ask)).Should().StartWith("HTTP/1.1 204", "a device that calls by itself stands for itself");
        (await PlainAsync(Ask, from: "127.0.0.2")).Should().BeEmpty("the balancer has to say for whom it calls");
        (await ToldAsync("PROXY", "does not begin")).Should().Contain("127.0.0.2");
        (await PlainAsync("PROXY TCP4 1.2.3.4 5.6.7.8 1 x\r\n" + Ask, from: "127.0.0.2")).Should().BeEmpty();
        (await PlainAsync("PROXY UNKNOWN\r\n" + Ask, from: "127.0.0.2")).Should().StartWith("HTTP/1.1 204");
    }

    [Fact]
    public async Task A_header_on_a_port_that_expects_none_is_told_with_what_to_do()
    {
        await OpenAsync(new DevicePort(port, null, false, "", []));
        (await PlainAsync("PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n", from: "127.0.0.2")).Should().BeEmpty();
        (await ToldAsync("PROXY")).Should().Contain($"port {port}, which expects none");
    }

    private async Task<Guid> CertificateAsync(string name, Guid? id = null)
    {
        using var issued = authority.Issue(name, [name]);
        var input = new CertificateInput(id ?? Guid.CreateVersion7(), $"{name} {port}") { Pem = Authority.PemOf(issued) };
        (await host.Get<CertificateService>().SaveAsync(Platform, input, default)).Problem.Should().BeNull();
        return input.Id;
    }

    private async Task<Guid> ProfileAsync(string name, Guid certificate, string version = "1.2", string? authorities = null)
    {
        var profile = new TlsProfile(Guid.CreateVersion7(), $"{name} {port}", certificate, version, authorities is null ? ClientCertificates.None : ClientCertificates.Required, authorities ?? "", null);
        (await host.Get<TlsProfileService>().SaveAsync(Platform, profile, default)).Problem.Should().BeNull();
        return profile.Id;
    }

    private async Task OpenAsync(DevicePort setup)
    {
        (await host.Get<DevicePortService>().SaveAsync(Platform, setup, default)).Problem.Should().BeNull();
        await EventuallyAsync(AcceptsAsync);
    }

    private async Task<bool> AcceptsAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<string> ShownAsync(string name, SslProtocols versions = SslProtocols.None)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = await ShakeHandsAsync(client, name, null, versions);
        return tls.RemoteCertificate!.Subject;
    }

    private async Task<string> AskAsync(string name, string request, X509Certificate2? certificate = null, string from = "127.0.0.1", byte[]? before = null)
    {
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(IPAddress.Loopback, port);
        if (before is not null) await client.GetStream().WriteAsync(before);
        await using var tls = await ShakeHandsAsync(client, name, certificate, SslProtocols.None);
        return await TalkAsync(tls, request);
    }

    private static async Task<SslStream> ShakeHandsAsync(TcpClient client, string name, X509Certificate2? certificate, SslProtocols versions)
    {
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name, EnabledSslProtocols = versions, RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        });
        return tls;
    }

    // With TLS 1.3 a client learns of its refusal with the first answer only.
    private async Task<string> RefusedAsync(string request, X509Certificate2? certificate)
    {
        var before = (await AttemptsAsync()).Select(a => a.Reason).ToHashSet();
        try
        {
            (await AskAsync("acs.example.net", request, certificate)).Should().BeEmpty();
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // Refused, as it must be.
        }
        return (await AttemptAsync(a => a.Protocol == "TLS" && a.Transport == $"port {port}" && !before.Contains(a.Reason))).Reason;
    }

    private async Task<string> PlainAsync(string request, string from = "127.0.0.1")
    {
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(IPAddress.Loopback, port);
        return await TalkAsync(client.GetStream(), request);
    }

    private static async Task<string> TalkAsync(Stream stream, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync(patience.Token);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<string> ToldAsync(string layer, string part = "") => (await AttemptAsync(a => a.Protocol == layer && a.Transport == $"port {port}" && a.Reason.Contains(part, StringComparison.Ordinal))).Reason;

    private async Task<CallAttempt> AttemptAsync(Func<CallAttempt, bool> which)
    {
        CallAttempt? found = null;
        await EventuallyAsync(async () => (found = (await AttemptsAsync()).FirstOrDefault(which)) is not null);
        return found!;
    }

    private async Task<IReadOnlyList<CallAttempt>> AttemptsAsync() => (await host.Get<EnrolmentService>().AttemptsAsync(Platform, 100, default)).Value;

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(50, patience.Token);
    }
}
