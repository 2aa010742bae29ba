using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.WebPa;

namespace DeviceConsole.Tests.Protocols.WebPa;

/// <summary>What the product asks the module before a job is queued.</summary>
public sealed class WebPaModuleTests
{
    private readonly WebPaModule module = new();

    [Theory]
    [InlineData("mac:14CFE2142142", "mac:14cfe2142142")]
    [InlineData("MAC:14:cf:e2:14:21:42", "mac:14cfe2142142")]
    [InlineData("mac:14-cf-e2-14-21-42", "mac:14cfe2142142")]
    [InlineData(" 14cf.e214.2142 ", "mac:14cfe2142142")]
    [InlineData("uuid:123E4567-E89B-12D3-A456-426614174000", "uuid:123e4567-e89b-12d3-a456-426614174000")]
    [InlineData("serial:Fer23u948590", "serial:Fer23u948590")]
    [InlineData("dns:Gateway.Example.NET", "dns:gateway.example.net")]
    public void Names_have_one_stored_form(string text, string stored)
    {
        module.CheckIdentity(text).Should().Be(new IdentityCheck(stored, null));
        module.CheckIdentity(stored).Identity.Should().Be(stored);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mac:")]
    [InlineData("mac:14cfe214214")]
    [InlineData("mac:14cfe2142142/config")]
    [InlineData("uuid:1")]
    [InlineData("serial:")]
    [InlineData("serial:a b")]
    [InlineData("event:x")]
    [InlineData("router")]
    public void What_is_no_name_has_a_sentence(string text)
    {
        var check = module.CheckIdentity(text);

        check.Identity.Should().BeNull();
        check.Error.Should().EndWith(".");
    }

    [Theory]
    [InlineData("get", """{"names":["Device.DeviceInfo."," "]}""", true)]
    [InlineData("get", """{"names":["Device Info"]}""", false)]
    [InlineData("get", """{"names":["SerialNumber"]}""", false)]
    [InlineData("get-attributes", """{"names":["Device.DeviceInfo."]}""", false)]
    [InlineData("refresh", """{"path":"Device.WiFi."}""", true)]
    [InlineData("refresh", """{"path":"Device.WiFi"}""", false)]
    [InlineData("set", """{"values":[{"name":"Device.A.B","type":"boolean","value":"true"}]}""", true)]
    [InlineData("set", """{"values":[{"name":"Device.A.B","type":"boolean","value":"yes"}]}""", false)]
    [InlineData("set", """{"values":[{"name":"Device.A.B","type":"unsignedInt","value":"-1"}]}""", false)]
    [InlineData("set", """{"values":[{"name":"Device.A.","value":"x"}]}""", false)]
    [InlineData("add-row", """{"table":"Device.NAT.PortMapping."}""", true)]
    [InlineData("add-row", """{"table":"Device.NAT.PortMapping.","values":[{"name":"Device.X","value":"1"}]}""", false)]
    [InlineData("delete-row", """{"row":"Device.NAT.PortMapping.1."}""", true)]
    [InlineData("delete-row", """{"row":"Device.NAT.PortMapping."}""", false)]
    [InlineData("reboot", "{}", true)]
    [InlineData("fly", "{}", false)]
    public void Arguments_are_checked_before_they_become_a_job(string operation, string arguments, bool good)
    {
        var errors = module.CheckArguments(operation, JsonNode.Parse(arguments)!.AsObject());

        errors.Should().HaveCount(good ? 0 : 1);
        errors.Where(e => !e.Message.EndsWith('.')).Should().BeEmpty();
    }

    [Fact]
    public void More_names_than_a_device_has_room_for_are_refused()
    {
        var names = new JsonArray([.. Enumerable.Range(0, 501).Select(i => (JsonNode)$"Device.A.{i}")]);

        module.CheckArguments("get", new JsonObject { ["names"] = names }).Should().ContainSingle().Which.Message.Should().Contain("500");
    }

    [Fact]
    public void A_request_in_words_holds_no_secret()
    {
        var arguments = WebPaDevice.Value("Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "canary");

        module.Describe("set", arguments).Should().Contain("KeyPassphrase").And.NotContain("canary");
    }

    [Fact]
    public void The_guide_names_the_tenants_address()
    {
        var guide = module.Connect(new ConnectContext("north", new Uri("http://acs.example.net:8081")));

        guide.Lines.Select(l => l.Value).Should().Contain("http://acs.example.net:8081/webpa/north/api/v2/device").And.Contain("--webpa-url=http://acs.example.net:8081");
        guide.Lines.Select(l => l.Value).Should().NotContain(v => v.Contains("enrolment", StringComparison.Ordinal), "nobody new is let in");
        module.Connect(new ConnectContext("north", new Uri("http://acs.example.net:8081")) { Enrols = true }).Lines.Select(l => l.Value).Should().Contain(v => v.Contains("enrolment's for a new one", StringComparison.Ordinal));
    }

    [Fact]
    public void The_descriptor_can_build_forms_without_knowing_the_protocol()
    {
        var operations = module.Descriptor.Operations;

        operations.Select(o => o.Id).Should().OnlyHaveUniqueItems();
        operations.Should().OnlyContain(o => o.Description.EndsWith('.'));
        operations.Where(o => o.Tree is not null).Select(o => o.Tree!.Role).Should().BeEquivalentTo(Enum.GetValues<TreeRole>());
        foreach (var use in operations.Where(o => o.Tree is not null)) use.Fields.Should().Contain(f => f.Id == use.Tree!.PathField);
    }
}
