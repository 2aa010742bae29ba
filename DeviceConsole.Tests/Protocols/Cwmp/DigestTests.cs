using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Http;
using DeviceConsole.Protocols.Cwmp.Session;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>HTTP authentication by the RFCs' own examples, and what it refuses.</summary>
public sealed class DigestTests
{
    private static readonly CallCredentials Stored = new([], new Dictionary<string, string> { ["username"] = "cpe", ["password"] = "secret" });
    private readonly CwmpAuthenticator authenticator = new(new CwmpOptions(), TimeProvider.System);

    // RFC 2617 §3.5.
    [Fact]
    public void The_example_of_RFC_2617_comes_out() =>
        new DigestHash("MD5", "auth", "GET", "/dir/index.html", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "0a4f113b", "00000001")
            .Compute("Mufasa", "Circle Of Life").Should().Be("6629fae49393a05397450978507c4ef1");

    // RFC 7616 §3.9.1.
    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_examples_of_RFC_7616_come_out(string algorithm, string expected) =>
        new DigestHash(algorithm, "auth", "GET", "/dir/index.html", "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "00000001")
            .Compute("Mufasa", "Circle of Life").Should().Be(expected);

    // RFC 2069 §2.4; the value is md5sum's.
    [Fact]
    public void Without_qop_it_is_composed_as_in_RFC_2069() => new DigestHash("", "", "POST", "/", "r", "n", "", "").Compute("u", "p").Should().Be("b42d384f116f87fa53bcb3234a866d2c");

    [Theory]
    [InlineData("username=\"u\", realm=\"a, b\", nc=00000001, qop=auth", "realm", "a, b")]
    [InlineData("username=u,realm=r,algorithm=\"MD5\"", "algorithm", "MD5")]
    [InlineData("realm=\"a \\\"quoted\\\" b\"", "realm", "a \"quoted\" b")]
    [InlineData("NONCE=\"n\"", "nonce", "n")]
    [InlineData("nonce=\"n\"", "opaque", "")]
    public void Parameters_are_read_quoted_or_not(string text, string name, string expected) => DigestHeader.Parse(text)![name].Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("nothing")]
    [InlineData("realm=\"open")]
    public void What_is_no_list_of_parameters_is_none(string text) => DigestHeader.Parse(text).Should().BeNull();

    [Fact]
    public void A_right_answer_proves_the_device_on_any_connection() => Check(Answer(Nonce())).Should().Be(CredentialCheck.Proved);

    [Fact]
    public void An_answer_without_qop_proves_it_too() => Check(Answer(Nonce(), qop: "")).Should().Be(CredentialCheck.Proved);

    [Fact]
    public void A_wrong_password_or_user_is_wrong()
    {
        Check(Answer(Nonce(), password: "Secret")).Should().Be(CredentialCheck.Wrong);
        Check(Answer(Nonce(), user: "other")).Should().Be(CredentialCheck.Wrong);
    }

    [Fact]
    public void A_replay_is_challenged_again_and_proves_nothing()
    {
        var nonce = Nonce();
        Check(Answer(nonce)).Should().Be(CredentialCheck.Proved);
        Check(Answer(nonce)).Should().Be(CredentialCheck.Missing, "the count was seen");
        Check(Answer(nonce, count: "00000002")).Should().Be(CredentialCheck.Proved, "the next count was not");
        Check(Answer(nonce, count: "00000001")).Should().Be(CredentialCheck.Missing);
    }

    [Fact]
    public void Without_a_count_a_nonce_is_good_once()
    {
        var nonce = Nonce();
        Check(Answer(nonce, qop: "")).Should().Be(CredentialCheck.Proved);
        Check(Answer(nonce, qop: "")).Should().Be(CredentialCheck.Missing);
    }

    [Fact]
    public void A_nonce_that_is_not_ours_or_too_old_is_challenged_again()
    {
        Check(Answer("deadbeef")).Should().Be(CredentialCheck.Missing);
        Check(Answer(new string('0', 32))).Should().Be(CredentialCheck.Missing);
        var brief = new CwmpAuthenticator(new CwmpOptions { NonceLifetime = TimeSpan.FromMilliseconds(-1) }, TimeProvider.System);
        var proof = brief.Begin("POST", Answer(NonceOf(brief)));
        proof.Verify(Stored).Should().Be(CredentialCheck.Missing);
        brief.Challenge(proof).Should().Contain("stale=true");
    }

    // netcwmp keeps 32 characters of a nonce and answers with them, in the form without qop.
    [Fact]
    public void A_nonce_is_short_enough_for_devices_that_keep_32_characters_of_it() => Check(Answer(Nonce()[..32], qop: "")).Should().Be(CredentialCheck.Proved);

    [Fact]
    public void A_nonce_has_no_characters_that_end_a_parameter() => Nonce().Should().MatchRegex("^[-A-Za-z0-9_]{32}$");

    [Theory]
    [InlineData("", true)]
    [InlineData("000001a208ac0638e58c084decf70519", false)]
    [InlineData("000001a208ac0638e58c084decf705190420dd743d4f141749655e8760dcb5e8", true)]
    public void A_nonce_that_no_console_gives_is_told_from_one_of_another_node(string nonce, bool foreign) =>
        authenticator.Begin("POST", Answer(nonce, qop: "")).HasForeignNonce.Should().Be(foreign);

    [Fact]
    public void Basic_is_taken_where_the_endpoint_allows_it_and_refused_where_Digest_is_required()
    {
        var basic = CallerCredentials.Parse("Basic " + Convert.ToBase64String("cpe:secret"u8));
        Check(basic).Should().Be(CredentialCheck.Proved);
        Check(basic, "digest").Should().Be(CredentialCheck.Wrong);
        Check(CallerCredentials.Parse("Basic " + Convert.ToBase64String("cpe:wrong"u8))).Should().Be(CredentialCheck.Wrong);
        Check(Answer(Nonce()), "basic").Should().Be(CredentialCheck.Wrong);
    }

    // The values of an answer that another implementation made are those of RFC 7616 above; here both sides of the endpoint's wish.
    [Theory]
    [InlineData("MD5-sess", "auth")]
    [InlineData("SHA-256", "auth")]
    [InlineData("SHA-256-sess", "auth")]
    [InlineData("MD5", "auth-int")]
    [InlineData("SHA-256", "auth-int")]
    public void A_stronger_form_is_asked_for_where_the_endpoint_wants_it_and_a_weaker_one_refused(string algorithm, string qop)
    {
        var stored = Stored with { Settings = new JsonObject { ["digestAlgorithm"] = algorithm, ["digestQop"] = qop } };
        var first = authenticator.Begin("POST", CallerCredentials.None);
        first.Verify(stored).Should().Be(CredentialCheck.Missing);
        authenticator.Challenge(first).Should().Contain($"algorithm={algorithm}").And.Contain($"qop=\"{qop}\"");
        var body = "<Inform/>"u8.ToArray();

        Verify(algorithm, qop, body).Should().Be(CredentialCheck.Proved);
        Verify("MD5", "auth", body).Should().Be(CredentialCheck.Wrong);
        Verify(algorithm, qop, "<Inform>changed on its way</Inform>"u8.ToArray()).Should().Be(qop == "auth-int" ? CredentialCheck.Wrong : CredentialCheck.Proved);

        CredentialCheck Verify(string a, string q, byte[] arrived)
        {
            var hash = new DigestHash(a, q, "POST", "/", "DeviceConsole", Nonce(), "c", "00000001") { Body = body };
            var header = $"Digest username=\"cpe\", realm=\"DeviceConsole\", nonce=\"{hash.Nonce}\", uri=\"/\", response=\"{hash.Compute("cpe", "secret")}\", algorithm={a}, qop={q}, nc=00000001, cnonce=\"c\"";
            return authenticator.Begin("POST", CallerCredentials.Parse(header), arrived).Verify(stored);
        }
    }

    [Fact]
    public void A_device_that_knows_no_qop_is_challenged_without_where_the_endpoint_says_so()
    {
        var stored = Stored with { Settings = new JsonObject { ["digestQop"] = "none" } };
        var first = authenticator.Begin("POST", CallerCredentials.None);
        first.Verify(stored).Should().Be(CredentialCheck.Missing);
        authenticator.Challenge(first).Should().NotContain("qop");
        authenticator.Begin("POST", Answer(Nonce(), qop: "")).Verify(stored).Should().Be(CredentialCheck.Proved);
    }

    [Fact]
    public void Nothing_is_asked_only_where_the_endpoint_says_so()
    {
        Check(CallerCredentials.None).Should().Be(CredentialCheck.Missing);
        Check(CallerCredentials.None, "none").Should().Be(CredentialCheck.Proved);
    }

    [Fact]
    public void A_password_that_is_not_stored_proves_nothing()
    {
        var nothing = new CallCredentials([], new Dictionary<string, string>());
        authenticator.Begin("POST", CallerCredentials.Parse("Basic " + Convert.ToBase64String(":"u8))).Verify(nothing).Should().Be(CredentialCheck.Wrong);
        authenticator.Begin("POST", CallerCredentials.None).Verify(nothing).Should().Be(CredentialCheck.Missing, "an unknown device is challenged like a known one");
    }

    [Theory]
    [InlineData("session=abc", "abc")]
    [InlineData("a=1; session=\"abc\"; b=2", "abc")]
    [InlineData("$Version=1, session=abc, $Path=/", "abc")]
    [InlineData("session=old; session=new", "new")]
    [InlineData("sessions=abc", null)]
    [InlineData("", null)]
    public void Cookies_are_read_in_every_spelling(string header, string? expected) => SessionCookie.Read([header]).Should().Be(expected);

    private CredentialCheck Check(CallerCredentials caller, string? authentication = null) =>
        authenticator.Begin("POST", caller).Verify(authentication is null ? Stored : Stored with { Settings = new JsonObject { ["authentication"] = authentication } });

    private string Nonce() => NonceOf(authenticator);

    private static string NonceOf(CwmpAuthenticator from) => from.Challenge(from.Begin("POST", CallerCredentials.None)).Split("nonce=\"")[1].Split('"')[0];

    private static CallerCredentials Answer(string nonce, string user = "cpe", string password = "secret", string qop = "auth", string count = "00000001")
    {
        var hash = new DigestHash("MD5", qop, "POST", "/", "DeviceConsole", nonce, "c", count);
        var header = $"Digest username=\"{user}\", realm=\"DeviceConsole\", nonce=\"{nonce}\", uri=\"/\", response=\"{hash.Compute(user, password)}\", algorithm=\"MD5\"";
        return CallerCredentials.Parse(qop.Length == 0 ? header : header + $", qop={qop}, nc={count}, cnonce=\"c\"");
    }
}
