using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Gateway.GatewayWorld;

namespace DeviceConsole.Tests.Gateway;

/// <summary>A restored database has older credentials than a device that was given new ones since the backup: the two ways that docs/OPERATIONS.md names.</summary>
public sealed class RotatedCredentialsTests : IAsyncLifetime
{
    private GatewayWorld world = null!;
    private Guid acme;

    public async Task InitializeAsync()
    {
        world = await GatewayWorld.CreateAsync();
        acme = await world.Jobs.Database.CreateTenantAsync("acme");
        await world.EnrolAsync(acme, EnrolmentPolicy.Automatic, "let me in");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_device_with_newer_credentials_is_refused_with_the_reason_until_they_are_entered_again_or_it_enrols_anew()
    {
        var device = (await CallsAsync("let me in")).Target!.DeviceId;

        (await CallsAsync("given since the backup")).Outcome.Should().Be(CallOutcome.Refused);
        await JobWorld.UntilAsync(async () => (await world.Node.Enrolments.AttemptsAsync(JobWorld.Admin(acme), 10, default)).Value
            .Any(a => a.Identity == "box-1" && a.Reason.Contains("The device is known, but its credentials are wrong. Enter the same ones here")), "the panel says why", 30);

        var devices = world.Node.Devices;
        var known = (await devices.GetAsync(JobWorld.Admin(acme), device, default)).Value;
        var entered = new EndpointInput(CallInProtocol.Id, new JsonObject(), new Dictionary<string, string> { ["password"] = "given since the backup" }) { Identity = "box-1" };
        (await devices.UpdateAsync(JobWorld.Admin(acme), device, new DeviceInput { Name = known.Device.Name, SerialNumber = known.Device.SerialNumber, Endpoints = [entered] }, null, default)).IsSuccess.Should().BeTrue();
        await JobWorld.UntilAsync(async () => (await CallsAsync("given since the backup")).Target?.DeviceId == device, "the same device is let in again", 30);

        (await devices.DeleteAsync(JobWorld.Admin(acme), device, default)).IsSuccess.Should().BeTrue();
        await JobWorld.UntilAsync(async () => (await CallsAsync("let me in")).Target is { } anew && anew.DeviceId != device, "the device enrols anew", 30);
    }

    private Task<CallVerdict> CallsAsync(string password) => world.Gateway.AuthenticateAsync(Call("acme", "box-1"), Password(password), default);
}
