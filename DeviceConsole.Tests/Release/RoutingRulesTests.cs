using System.Text.RegularExpressions;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Peers;
using YamlDotNet.RepresentationModel;

namespace DeviceConsole.Tests.Release;

/// <summary>deploy/nginx and the ingress of deploy/kubernetes say the same: who stays with which node, how long is waited, how much may be sent.</summary>
public sealed partial class RoutingRulesTests
{
    private static readonly string Configuration = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "nginx", "deviceconsole.conf"));
    private static readonly string Pages = Configuration[Configuration.IndexOf("listen 443", StringComparison.Ordinal)..Configuration.IndexOf("listen 7547", StringComparison.Ordinal)];
    private static readonly string Calls = Configuration[Configuration.IndexOf("listen 7547", StringComparison.Ordinal)..];
    private readonly Dictionary<string, YamlMappingNode> ingresses = DeploymentFilesTests.Load(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "kubernetes", "base", "ingress.yaml")))
        .ToDictionary(d => d.Children["metadata"]["name"].ToString());

    [Fact]
    public void People_are_sticky_by_the_same_cookie_on_both_ways()
    {
        Upstream("deviceconsole_web").Should().Contain("hash $dc_person consistent;");
        Configuration.Should().Contain("map $cookie_dc_node $dc_person").And.Contain("\"dc_node=$request_id; Path=/; HttpOnly; Secure; SameSite=Lax\"");
        Rule("web", "affinity").Should().Be("cookie");
        (Rule("web", "session-cookie-name"), Rule("web", "session-cookie-path"), Rule("web", "session-cookie-secure"), Rule("web", "session-cookie-samesite")).Should().Be(("dc_node", "/", "true", "Lax"));
        Rule("web", "session-cookie-change-on-failure").Should().Be("true", "the hash of nginx chooses another node where one is gone");
        RouteOf("web").Should().Be(("/", "web"));
    }

    [Fact]
    public void Devices_and_clients_of_the_hub_are_sticky_by_address_on_both_ways()
    {
        Upstream("deviceconsole_gateway").Should().Contain("hash $remote_addr consistent;");
        Upstream("deviceconsole_hub").Should().Contain("hash $dc_client consistent;");
        foreach (var name in (string[])["gateway", "hub"]) Rule(name, "upstream-hash-by").Should().Be("$remote_addr");
        RouteOf("hub").Should().Be(("/hubs/", "hub"), "the ingress chooses nodes by service: the cookie of the pages belongs to another one");
        RouteOf("gateway").Should().Be(("/", "gateway"));
    }

    [Fact]
    public void Time_outs_sizes_and_buffers_are_the_same_on_both_ways()
    {
        foreach (var (name, text) in new[] { ("web", Pages), ("hub", Pages), ("files", Pages), ("gateway", Calls) })
        {
            foreach (var wait in (string[])["connect", "read", "send"])
                Rule(name, $"proxy-{wait}-timeout").Should().Be(Seconds(Setting(text, $"proxy_{wait}_timeout")), $"{name}, {wait}");
        }
        Rule("web", "proxy-body-size").Should().Be(Setting(Pages, "client_max_body_size"));
        Rule("files", "proxy-body-size").Should().Be(Setting(Location("/api/v1/files"), "client_max_body_size"));
        Rule("files", "proxy-request-buffering").Should().Be(Setting(Location("/api/v1/files"), "proxy_request_buffering"));
        RouteOf("files").Path.Should().Be("/api/v1/files");
        foreach (var (rule, setting) in new[] { ("proxy-body-size", "client_max_body_size"), ("proxy-buffering", "proxy_buffering"), ("proxy-request-buffering", "proxy_request_buffering") })
            Rule("gateway", rule).Should().Be(Setting(Calls, setting));
        Rule("hub", "proxy-buffering").Should().Be(Setting(Location("/hubs/"), "proxy_buffering"));
        Rule("web", "proxy-buffering").Should().Be(Setting(Location("/api/v1/jobs/events"), "proxy_buffering"), "the ingress has no rule of its own for events");
        Rule("web", "proxy-next-upstream").Should().Be(Setting(Pages, "proxy_next_upstream"));
        Rule("web", "proxy-next-upstream-tries").Should().Be(Setting(Pages, "proxy_next_upstream_tries"));
    }

    [Fact]
    public async Task A_browser_that_no_node_answers_is_told_to_ask_again()
    {
        Uri Nobody() => new($"http://127.0.0.1:{PostgresServer.FreePort()}");
        await using var nginx = await NginxBalancer.StartAsync(PostgresServer.FreePort(), [Nobody(), Nobody()], [Nobody()]);
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetRawCertData().AsSpan().SequenceEqual(nginx.Certificate.RawData) } };
        using var browser = new HttpClient(handler) { BaseAddress = nginx.Address };

        var (status, body, answer) = await browser.AskAsync("GET", "/devices");

        using (answer)
        {
            status.Should().Be(503);
            body.Should().Be("DeviceConsole cannot be reached at the moment. This page asks again by itself.\n");
            answer.Headers.GetValues("Refresh").Should().Equal("5");
            answer.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(5));
        }
    }

    private string Rule(string ingress, string name) => ((YamlMappingNode)ingresses[ingress].Children["metadata"]["annotations"]).Children[$"nginx.ingress.kubernetes.io/{name}"].ToString();

    private (string Path, string Service) RouteOf(string ingress)
    {
        var path = ingresses[ingress].Children["spec"]["rules"][0]["http"]["paths"][0];
        return (path["path"].ToString(), path["backend"]["service"]["name"].ToString());
    }

    private static string Upstream(string name) => Block($"upstream {name} {{", Configuration);

    private static string Location(string path) => Block($"location {path} {{", Pages);

    private static string Block(string start, string text)
    {
        var at = text.IndexOf(start, StringComparison.Ordinal);
        at.Should().BePositive(start);
        return text[at..text.IndexOf('}', at)];
    }

    // Of the block itself: what stands in a location is deeper.
    private static string Setting(string text, string name) =>
        Settings().Matches(text).Where(m => m.Groups["name"].Value == name).OrderBy(m => m.Groups["indent"].Length).First().Groups["value"].Value;

    private static string Seconds(string time) => time.EndsWith('h') ? $"{int.Parse(time[..^1], System.Globalization.CultureInfo.InvariantCulture) * 3600}" : time.TrimEnd('s');

    [GeneratedRegex(@"^(?<indent> +)(?<name>[a-z_]+) +(?<value>[^;]+);", RegexOptions.Multiline)]
    private static partial Regex Settings();
}
