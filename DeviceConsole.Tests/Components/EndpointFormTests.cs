using System.Text.Json.Nodes;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Web.Components.Devices;

namespace DeviceConsole.Tests.Components;

/// <summary>A device's endpoint with and without a credential template.</summary>
public sealed class EndpointFormTests
{
    private readonly EndpointForm form;

    public EndpointFormTests()
    {
        using var client = new SnmpClient();
        form = EndpointForm.New(new SnmpModule(client, TimeProvider.System).Descriptor);
    }

    [Fact]
    public void A_template_takes_version_user_and_credentials_out_of_the_form_and_its_version_decides_what_else_is_shown()
    {
        form.Secrets["readCommunity"] = "typed before";
        form.Use(new CredentialTemplate(Guid.NewGuid(), "v3", "snmp", new JsonObject { ["version"] = "v3", ["user"] = "operator" }, ["authPassword"], 0, default));

        form.Descriptor.Settings.Where(form.Shows).Select(f => f.Id).Should().NotContain(["version", "user", "authProtocol", "privProtocol"]).And.Contain(["host", "port", "contextName"]);
        form.Settings["version"].Should().Be("v3");
        var input = form.ToInput();
        input.Secrets.Should().BeEmpty("the template has its own");
        input.TemplateId.Should().NotBeNull();

        form.Use(null);
        form.Descriptor.Settings.Should().OnlyContain(f => form.Shows(f));
        form.ToInput().TemplateId.Should().BeNull();
        form.ToInput().Secrets["readCommunity"].Should().Be("typed before");
    }
}
