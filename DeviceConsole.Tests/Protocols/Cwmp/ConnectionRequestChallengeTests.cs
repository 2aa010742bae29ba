using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.ConnectionRequest;
using DeviceConsole.Protocols.Cwmp.Http;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>How devices challenge connection requests, and what they do wrong about it.</summary>
public sealed class ConnectionRequestChallengeTests
{
    private const string User = "acs", Password = "let me in";

    [Theory]
    [InlineData("Digest realm=\"cpe\", nonce=\"n\"", "")]
    [InlineData("Digest realm=\"cpe\", nonce=\"n\", algorithm=\"MD5\", qop=\"auth\"", "auth")]
    [InlineData("Digest qop=\"auth\" nonce=\"n\" opaque=\"o\" realm=\"cpe\"", "auth")] // netcwmp: no commas
    [InlineData("Digest realm=\"cpe\", nonce=\"n\", algorithm=MD5, qop=auth", "auth")]
    [InlineData("Digest realm=\"cpe\", nonce=\"n\", qop=\"auth,auth-int\", opaque=\"o\"", "auth")]
    [InlineData("Digest realm=\"cpe\", nonce=\"n\", qop=\"auth-int\"", "auth-int")]
    [InlineData("Digest realm=\"cpe\", nonce=\"n\", algorithm=MD5-sess, qop=\"auth\"", "auth")]
    [InlineData("Digest realm=\"cpe\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"", "auth")]
    [InlineData("Basic realm=\"cpe\"\r\nWWW-Authenticate: Digest realm=\"cpe\", nonce=\"n\", qop=\"auth\"", "auth")]
    public async Task Every_form_of_a_digest_challenge_is_answered(string challenge, string qop)
    {
        await using var cpe = new Cpe(challenge);

        (await AskAsync(cpe)).Attempts.Should().ContainSingle().Which.Should().Be(new WakeAttempt("HTTP", true, null));

        var shown = DigestHeader.Parse(cpe.Shown.Single()["Digest ".Length..])!;
        (shown["qop"], shown["opaque"]).Should().Be((qop, challenge.Contains("opaque", StringComparison.Ordinal) ? "o" : ""));
        (cpe.Shown[0].Contains("nc=", StringComparison.Ordinal), cpe.Shown[0].Contains("algorithm=", StringComparison.Ordinal)).Should().Be((qop.Length > 0, challenge.Contains("algorithm", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task Both_200_and_204_mean_success(int status)
    {
        await using var cpe = new Cpe("Digest realm=\"cpe\", nonce=\"n\", qop=\"auth\"") { Success = status };
        (await AskAsync(cpe)).Attempts.Should().ContainSingle().Which.Reached.Should().BeTrue();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_connection_that_is_closed_after_the_challenge_or_in_place_of_the_answer_is_tried_once_more(bool closes, bool drops)
    {
        await using var cpe = new Cpe("Digest realm=\"cpe\", nonce=\"n\", qop=\"auth\"") { ClosesAfterChallenge = closes, DropsOnce = drops };

        (await AskAsync(cpe)).Attempts.Should().ContainSingle().Which.Reached.Should().BeTrue();

        cpe.Connections.Should().Be(2);
    }

    [Fact]
    public async Task Where_no_credentials_are_entered_a_device_that_wants_none_is_reached_and_one_that_does_says_what_to_enter()
    {
        await using var open = new Cpe(null);
        (await AskAsync(open, secrets: [])).Attempts.Single().Reached.Should().BeTrue();

        // A device's own password reads as empty (TR-069: "always returns an empty string"), so that nothing can be learnt from it.
        await using var closed = new Cpe("Digest realm=\"cpe\", nonce=\"n\", qop=\"auth\"");
        (await AskAsync(closed, secrets: [])).Sentence.Should().Contain("asks for a username and password, and none are entered here");
        closed.Shown.Should().BeEmpty();
    }

    [Fact]
    public async Task Several_pairs_of_credentials_are_tried_one_after_the_other()
    {
        await using var cpe = new Cpe("Digest realm=\"cpe\", nonce=\"n\", qop=\"auth\"");

        (await AskAsync(cpe, secrets: new() { ["connectionRequestUsername"] = "old", ["connectionRequestPassword"] = "older", ["username"] = User, ["password"] = Password })).Attempts.Single().Reached.Should().BeTrue();

        cpe.Shown.Should().HaveCount(2);
    }

    [Fact]
    public async Task Basic_is_shown_only_where_it_is_a_quirk_of_the_model()
    {
        await using var cpe = new Cpe("Basic realm=\"cpe\"");

        (await AskAsync(cpe)).Sentence.Should().Contain("does not offer Digest").And.Contain("Model quirks");
        cpe.Shown.Should().BeEmpty("the password was told to nobody");

        (await AskAsync(cpe, quirks: new JsonObject { ["connectionRequestBasic"] = true })).Attempts.Single().Reached.Should().BeTrue();
        cpe.Shown.Should().Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_taken_only_where_that_is_a_quirk_of_the_model()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=cpe", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var cpe = new Cpe("Digest realm=\"cpe\", nonce=\"n\", qop=\"auth\"") { Certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null) };

        (await AskAsync(cpe)).Sentence.Should().Contain("its certificate is not trusted");
        (await AskAsync(cpe, quirks: new JsonObject { ["connectionRequestAnyCertificate"] = true })).Attempts.Single().Reached.Should().BeTrue();
    }

    [Fact]
    public async Task A_quirk_of_its_model_reaches_the_device_that_a_job_waits_for()
    {
        await using var world = await CwmpWorld.CreateAsync();
        await using var cpe = new Cpe("Basic realm=\"cpe\"");
        await world.Database.ExecuteAsync("UPDATE tenants SET allowed_networks = ARRAY['127.0.0.0/8'::cidr] WHERE id = $1", world.Tenant);
        var device = await world.CreateDeviceAsync("00D09E-Box-Q1", new JsonObject { ["connectionRequestUrl"] = cpe.Url.ToString() });
        using (var wire = await ConnectAsync(world.Acs))
        {
            var begun = await wire.PostAsync(Basic(), Inform("Q1", "1 BOOT"));
            (await wire.PostAsync($"Cookie: {begun.Cookie}\r\n", "")).Status.Should().Be(204);
        }
        (await world.Quirks.SaveAsync(world.Admin, "cwmp", new DeviceModel("Old", "Box", "*"), new JsonObject { ["connectionRequestBasic"] = true }, default)).IsSuccess.Should().BeTrue();

        await world.EnqueueAsync(device, "get-rpc-methods");

        await JobWorld.UntilAsync(() => Task.FromResult(cpe.Shown.Count > 0), "the device is asked as its model wants it");
        cpe.Shown[0].Should().StartWith("Basic ");
    }

    [Fact]
    public async Task A_request_over_UDP_says_that_a_symmetric_NAT_defeats_it()
    {
        var target = new ProtocolTarget(Guid.NewGuid(), Guid.NewGuid(), new JsonObject { ["udpConnectionRequestAddress"] = "127.0.0.1:9" },
            new Dictionary<string, string> { ["connectionRequestUsername"] = User, ["connectionRequestPassword"] = Password }, new NetworkPolicy([System.Net.IPNetwork.Parse("127.0.0.0/8")]));

        var report = await new ConnectionRequester(new CwmpOptions(), TimeProvider.System).ReportAsync(target, default);

        report.Sentence.Should().Contain("Asked by UDP connection request").And.Contain("A symmetric NAT keeps it out");
        report.Attempts.Should().ContainSingle().Which.Reached.Should().BeNull("nobody answers");
        CwmpModuleDescriptor.Create().Settings.Single(s => s.Id == "udpConnectionRequestAddress").Help.Should().Contain("symmetric NAT");
    }

    private static async Task<WakeReport> AskAsync(Cpe cpe, JsonObject? quirks = null, Dictionary<string, string>? secrets = null)
    {
        var requester = new ConnectionRequester(new CwmpOptions { ConnectionRequestTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System);
        var target = new ProtocolTarget(Guid.NewGuid(), Guid.NewGuid(), new JsonObject { ["connectionRequestUrl"] = cpe.Url.ToString() },
            secrets ?? new() { ["connectionRequestUsername"] = User, ["connectionRequestPassword"] = Password }, new NetworkPolicy([System.Net.IPNetwork.Parse("127.0.0.0/8")]));
        return await requester.ReportAsync(target with { Quirks = quirks ?? [] }, default);
    }

    /// <summary>A CPE's side made of bytes: challenges, and takes the right answer.</summary>
    private sealed class Cpe : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly string? challenge;
        private readonly Task serving;
        private bool dropped;

        public Cpe(string? challenge)
        {
            this.challenge = challenge;
            listener.Start();
            serving = ServeAsync();
        }

        public Uri Url => new($"{(Certificate is null ? "http" : "https")}://{listener.LocalEndpoint}/cr?x=1");

        public int Success { get; init; } = 200;

        public bool ClosesAfterChallenge { get; init; }

        public bool DropsOnce { get; init; }

        public X509Certificate2? Certificate { get; init; }

        public List<string> Shown { get; } = [];

        public int Connections { get; private set; }

        public async ValueTask DisposeAsync()
        {
            listener.Dispose();
            await serving;
            Certificate?.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                try
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    Connections++;
                    await TalkAsync(client);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
                {
                    return;
                }
                catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // The caller does not trust it, or went.
                }
            }
        }

        private async Task TalkAsync(TcpClient client)
        {
            Stream stream = client.GetStream();
            if (Certificate is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(Certificate);
                stream = secure;
            }
            await using var disposed = stream;
            using var reader = new StreamReader(stream, Encoding.ASCII);
            while (await HeadAsync(reader) is { } head)
            {
                var shown = head.FirstOrDefault(l => l.StartsWith("Authorization: ", StringComparison.Ordinal))?["Authorization: ".Length..];
                if (shown is not null && DropsOnce && !dropped)
                {
                    dropped = true;
                    return;
                }
                if (shown is not null) Shown.Add(shown);
                var right = challenge is null || (shown is not null && IsRight(challenge, shown));
                var answer = right ? $"HTTP/1.1 {Success} OK\r\nContent-Length: 0\r\n\r\n" : $"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n{(ClosesAfterChallenge ? "Connection: close\r\n" : "")}\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
                if (ClosesAfterChallenge && !right) return;
            }
        }

        private static bool IsRight(string challenge, string shown)
        {
            if (shown.StartsWith("Basic ", StringComparison.Ordinal)) return challenge.StartsWith("Basic", StringComparison.Ordinal);
            var digest = DigestHeader.Parse(shown["Digest ".Length..])!;
            var algorithm = DigestHeader.Parse(challenge[(challenge.LastIndexOf("Digest ", StringComparison.Ordinal) + 7)..])?["algorithm"] ?? "";
            var hash = new DigestHash(algorithm, digest["qop"], "GET", "/cr?x=1", "cpe", "n", digest["cnonce"], digest["nc"]);
            return (digest["username"], digest["uri"], digest["response"]) == (User, "/cr?x=1", hash.Compute(User, Password));
        }

        private static async Task<List<string>?> HeadAsync(StreamReader reader)
        {
            var lines = new List<string>();
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Length == 0) return lines;
                lines.Add(line);
            }
            return null;
        }
    }
}
