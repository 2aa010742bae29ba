using System.Text.Json.Nodes;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Live;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Components.Devices.Parameters;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Tests.Components.Pages;

/// <summary>Writing from the parameter browser to a device so quick that its job has ended before the page knows that it was asked for.</summary>
public sealed class ParameterPagesTests : IAsyncLifetime
{
    private const string Path = "Device.DeviceInfo.ProvisioningCode";
    private readonly PageWorld world = new() { FollowsAddress = true };

    public async Task InitializeAsync()
    {
        await world.InitializeAsync();
        await world.Database.ExecuteAsync(
            """
            CREATE FUNCTION ended_at_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                UPDATE jobs SET state = 'completed', attempt = 1, started_at = clock_timestamp(), finished_at = clock_timestamp(), worker = NULL, summary = 'Written', revision = revision + 1 WHERE id = NEW.id;
                RETURN NULL;
            END $$
            """);
        await world.Database.ExecuteAsync("CREATE TRIGGER ended_at_once AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION ended_at_once()");
    }

    public Task DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_value_that_is_set_is_shown_as_written()
    {
        using var page = await PageAsync();

        await TypeAsync(page, "north-7");
        await page.RaiseAsync(page.One(e => e.Name == "form"), "onsubmit", EventArgs.Empty);

        page.Html.Should().Contain("Written");
        page.Elements().Where(e => e.HasClass("state")).Should().NotBeEmpty().And.OnlyContain(e => e.HasClass("completed"));
    }

    [Fact]
    public async Task Changes_that_are_sent_together_leave_the_bar()
    {
        using var page = await PageAsync();
        await TypeAsync(page, "north-7");
        await page.ClickAsync(e => e.Name == "button" && e["title"]?.StartsWith("Puts it aside", StringComparison.Ordinal) == true);
        page.Elements().Should().ContainSingle(e => e.HasClass("collected"));

        await page.RaiseAsync(page.Elements().Single(e => e.Name == "button" && e.HasClass("btn-primary") && e.HasClass("btn-sm")), "onclick", new MouseEventArgs());

        page.Elements().Should().NotContain(e => e.HasClass("collected"));
    }

    private static Task TypeAsync(ComponentHost page, string value) => page.RaiseAsync(page.One(e => e["id"] == "new-value"), "oninput", new ChangeEventArgs { Value = value });

    private async Task<ComponentHost> PageAsync()
    {
        var made = await world.Get<DeviceService>().CreateAsync(world.Operator, new DeviceInput
        {
            Name = "quick", Endpoints = [new EndpointInput("cwmp", [], new Dictionary<string, string> { ["username"] = "cpe", ["password"] = "a-long-enough-one" }) { Identity = "00D09E-HG-1" }],
        }, default);
        made.Problem.Should().BeNull();
        var device = made.Value.Device.Id;
        await world.Database.ExecuteAsync("INSERT INTO parameter_paths (tenant_id, path) VALUES ($1, $2)", world.Tenant, Path);
        await world.Database.ExecuteAsync(
            "INSERT INTO parameters (tenant_id, device_id, path_id, value, type, source, writable) SELECT tenant_id, $2, id, 'north-6', 'string', 'cwmp', true FROM parameter_paths WHERE tenant_id = $1", world.Tenant, device);
        world.Get<NavigationManager>().NavigateTo($"/devices/{device}/parameters?path={Path}");
        var page = await ComponentHost.RenderAsync<ParameterBrowser>(world.Services, ("Device", (await world.Get<DeviceService>().GetAsync(world.Operator, device, default)).Value));
        page.Html.Should().Contain("north-6");
        return page;
    }
}
