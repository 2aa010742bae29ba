using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Forms;

namespace DeviceConsole.Tests.Components;

public sealed class SecretFieldsTests
{
    private readonly SecretValues secrets = new([new("read", "Read community", FieldKind.Text) { Required = true }, new("write", "Write community", FieldKind.Text)], ["read", "write"]);

    [Fact]
    public async Task A_stored_secret_is_shown_as_set_and_sends_nothing()
    {
        var form = await RenderAsync();

        form.Elements().Should().NotContain(e => e.Name == "input");
        form.Html.Should().Contain("Set");
        secrets.ToInput().Should().BeEmpty();
    }

    [Fact]
    public async Task Replacing_sends_the_new_one_and_never_puts_it_into_a_draft()
    {
        var form = await RenderAsync();

        await form.RaiseAsync(form.Elements().First(e => e.Name == "button"), "onclick", new Microsoft.AspNetCore.Components.Web.MouseEventArgs());
        form.Input("read")["type"].Should().Be("password");
        form.Input("read").Attributes.Should().ContainKey("data-no-draft");
        await form.ChangeAsync("read", "s3cret");

        secrets.ToInput().Should().Equal(new Dictionary<string, string> { ["read"] = "s3cret" });
    }

    [Fact]
    public void Removing_sends_an_empty_text_and_can_be_undone()
    {
        secrets.Remove("write");
        secrets.ToInput().Should().Equal(new Dictionary<string, string> { ["write"] = "" });

        secrets.Keep("write");
        secrets.ToInput().Should().BeEmpty();
    }

    [Fact]
    public void Keeping_the_old_one_forgets_what_was_typed()
    {
        secrets.Replace("read");
        secrets["read"] = "typed";
        secrets.Keep("read");

        secrets.ToInput().Should().BeEmpty();
        secrets["read"].Should().BeEmpty();
    }

    private Task<ComponentHost> RenderAsync() => ComponentHost.RenderAsync<SecretFields>(ComponentHost.Services(), ("Secrets", secrets));
}
