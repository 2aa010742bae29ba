using System.Net;

namespace DeviceConsole.Tests.Api;

/// <summary>Addresses that are burnt into fleets, on the devices' listener of the real application.</summary>
[Collection(ApiGroup.Name)]
public sealed class DeviceAddressTests(ApiWorld world)
{
    private const string Inform =
        """
        <soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cwmp="urn:dslforum-org:cwmp-1-0">
        <soap-env:Header><cwmp:ID soap-env:mustUnderstand="1">1</cwmp:ID></soap-env:Header>
        <soap-env:Body><cwmp:Inform><DeviceId><Manufacturer>Acme</Manufacturer><OUI>001122</OUI><ProductClass>Box</ProductClass><SerialNumber>1</SerialNumber></DeviceId>
        <Event><EventStruct><EventCode>2 PERIODIC</EventCode><CommandKey></CommandKey></EventStruct></Event><MaxEnvelopes>1</MaxEnvelopes>
        <CurrentTime>2026-01-01T00:00:00Z</CurrentTime><RetryCount>0</RetryCount><ParameterList></ParameterList></cwmp:Inform></soap-env:Body></soap-env:Envelope>
        """;

    [Theory]
    [InlineData("/")]
    [InlineData("/cwmp")]
    [InlineData("/cwmp/acme")]
    public async Task An_inform_to_a_bare_host_name_meets_the_acs(string path)
    {
        using var client = new HttpClient { BaseAddress = world.App.DeviceAddress };
        using var body = new StringContent(Inform, System.Text.Encoding.UTF8, "text/xml");
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), body);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized, "a device without credentials is challenged");
        answer.Headers.WwwAuthenticate.Should().Contain(h => h.Scheme == "Digest");
    }

    [Theory]
    [InlineData("/api/v2/device")]
    [InlineData("/webpa/acme/api/v2/device")]
    [InlineData("/usp/acme")]
    public async Task Other_devices_find_their_gateways_and_people_do_not(string path)
    {
        using var devices = new HttpClient { BaseAddress = world.App.DeviceAddress };
        using var met = await devices.GetAsync(new Uri(path, UriKind.Relative));
        met.StatusCode.Should().NotBe(HttpStatusCode.NotFound, "a gateway is there and asks for more");
        ((int)met.StatusCode).Should().BeInRange(400, 499);
        using var missed = await world.Anonymous.GetAsync(new Uri(path, UriKind.Relative));
        missed.StatusCode.Should().BeOneOf([HttpStatusCode.NotFound, HttpStatusCode.Unauthorized], "devices are not served on the port of people");
    }
}
