using DeviceConsole.Core.Diagnostics;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Web.Hosting;
using Microsoft.Extensions.Configuration;

namespace DeviceConsole.Tests.Hosting;

/// <summary>What the application refuses to start with, and the sentence that says so.</summary>
public sealed class SettingsTests
{
    private const string App = "ConnectionStrings:App";

    [Theory]
    [InlineData(App, "Host=db;Username=dc_app;Password=changeme", "The password in ConnectionStrings__App is a placeholder")]
    [InlineData(App, "Host=db;Username=dc_app;Password=<a password>", "placeholder")]
    [InlineData("ConnectionStrings:Direct", "Host=db;Username=dc_app;Password=postgres", "ConnectionStrings__Direct is a placeholder")]
    [InlineData("DEVICECONSOLE_MASTER_KEY", HostSettings.DevelopmentKey, "key of development machines")]
    [InlineData("DEVICECONSOLE_MASTER_KEY", "<openssl rand -base64 32>", "not base64")]
    [InlineData("DEVICECONSOLE_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "placeholder, not a random key")]
    [InlineData("DEVICECONSOLE_PUBLIC_URL", "console.example.net", "no address of an installation")]
    [InlineData("DEVICECONSOLE_PUBLIC_URL", "https://console.example.net/app", "scheme and name only")]
    [InlineData("Api:CorsOrigins", "*", "without *")]
    [InlineData("Api:CorsOrigins", "https://portal.example.net/", "no origin")]
    [InlineData("Api:CorsOrigins", "https://portal.example.net,portal", "'portal', which is no origin")]
    [InlineData("Api:CorsOrigins", "http://portal.example.net", "use https")]
    [InlineData("DeviceConsole:Roles", "web,clerk", "'clerk', which is no role")]
    public void What_cannot_be_right_is_refused_in_one_sentence(string name, string value, string sentence)
    {
        var act = () => HostSettings.Read(Configuration((name, value)), development: false);

        act.Should().Throw<StartupException>().WithMessage($"*{sentence}*").Which.Message.Should().NotContain("\n");
    }

    [Fact]
    public void An_installation_that_others_reach_has_to_know_its_public_address()
    {
        var open = ("DEVICECONSOLE_UI_URL", "http://0.0.0.0:5080");

        FluentActions.Invoking(() => HostSettings.Read(Configuration(open), development: false)).Should().Throw<StartupException>().WithMessage("DEVICECONSOLE_PUBLIC_URL is not set*");
        HostSettings.Read(Configuration(open), development: true).PublicUrl.Should().Be("http://0.0.0.0:5080");
        HostSettings.Read(Configuration(open, ("DEVICECONSOLE_PUBLIC_URL", "https://console.example.net/")), development: false).PublicUrl.Should().Be("https://console.example.net");
        HostSettings.Read(Configuration(open, ("DeviceConsole:Roles", "worker,scheduler")), development: false).Roles.Should().Be(new NodeRoles(false, false, true, true));
    }

    [Fact]
    public void A_node_without_the_gateway_opens_no_port_for_devices()
    {
        HostSettings.Read(Configuration(("DeviceConsole:Roles", "web")), development: false).DeviceUrls.Should().BeEmpty();
        HostSettings.Read(Configuration(), development: false).DeviceUrls.Should().Equal("http://127.0.0.1:5081");
    }

    [Fact]
    public void The_check_shows_fingerprints_in_the_place_of_secrets()
    {
        var configuration = Configuration((App, "Host=db;Username=dc_app;Password=n0t-to-be-seen"));
        var lines = SettingCatalog.All.Select(s => ConfigCheck.Line(configuration, s)).ToList();

        var key = configuration["DEVICECONSOLE_MASTER_KEY"]!;
        lines.Should().NotContain(l => l.Contains("n0t-to-be-seen") || l.Contains(key));
        lines.Should().Contain(l => l.StartsWith("DEVICECONSOLE_MASTER_KEY") && l.Contains(ConfigCheck.Fingerprint(key)));
        lines.Should().Contain(l => l.StartsWith("ConnectionStrings__App") && l.Contains("db") && l.Contains(ConfigCheck.Fingerprint("n0t-to-be-seen")));
        // printf %s abc | sha256sum
        ConfigCheck.Fingerprint("abc").Should().Be("ba7816bf8f01");
    }

    private static IConfigurationRoot Configuration(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { [App] = "Host=db;Username=dc_app;Password=quite-a-good-one", ["DEVICECONSOLE_MASTER_KEY"] = MasterKey.Generate() };
        foreach (var (name, value) in settings) all[name] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(all).Build();
    }
}
