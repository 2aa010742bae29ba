using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Sessions of known devices that only ask for work: they live in the node's memory, and nothing that matters may get lost with that.</summary>
public sealed class CwmpRoutineTests : IAsyncLifetime
{
    private const string Parameters = "<ParameterValueStruct><Name>Device.DeviceInfo.SoftwareVersion</Name><Value>1.0</Value></ParameterValueStruct>";

    private CwmpWorld world = null!;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await CwmpWorld.CreateAsync();
        device = await world.CreateDeviceAsync("00D09E-Box-1");
        await KnowAsync();
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task It_takes_no_connection_and_is_in_the_list_of_sessions_after_its_end()
    {
        var epoch = await EpochAsync();

        await SessionAsync();

        (await EpochAsync()).Should().Be(epoch, "nobody else had to know of it");
        await JobWorld.UntilAsync(async () => await CountAsync() > 0, "its row is written");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE closed_at IS NULL OR failed OR reason IS NULL")).Should().Be(0);
    }

    [Fact]
    public async Task A_job_that_was_queued_after_its_Inform_is_carried_out_in_it()
    {
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);
        var job = await world.EnqueueAsync(device, "get-rpc-methods", attempts: 1);

        var request = await cpe.PostAsync($"Cookie: {cookie}\r\n", "");

        request.Body.Should().Contain("GetRPCMethods");
        (await cpe.PostAsync($"Cookie: {cookie}\r\n", Message("<cwmp:GetRPCMethodsResponse><MethodList><string>Inform</string></MethodList></cwmp:GetRPCMethodsResponse>", IdOf(request)))).Status.Should().Be(204);
        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_value_that_is_another_than_the_last_time_is_stored_before_the_Inform_is_answered()
    {
        using var cpe = await ConnectAsync(world.Acs);

        await BeginAsync(cpe, Parameters.Replace("1.0", "2.0", StringComparison.Ordinal));

        (await world.ValuesAsync(device))["Device.DeviceInfo.SoftwareVersion"].Value.Should().Be("2.0");
    }

    [Fact]
    public async Task A_value_that_somebody_else_changed_meanwhile_is_stored_as_the_device_reports_it()
    {
        await using (var batch = new TenantBatch(world.Database.Sources.App, world.Tenant))
        {
            batch.Add("SELECT sys.store_parameters(ARRAY[$1::uuid], ARRAY['Device.DeviceInfo.SoftwareVersion'], ARRAY['other'], ARRAY['string'], ARRAY[NULL::boolean], 'cwmp'), sys.notify_change('parameters', $2, ARRAY[$1::text])",
                Sql.Uuid(device), Sql.Uuid(world.Tenant));
            await batch.ExecuteAsync(default);
        }

        await JobWorld.UntilAsync(async () =>
        {
            await SessionAsync();
            return (await world.ValuesAsync(device))["Device.DeviceInfo.SoftwareVersion"].Value == "1.0";
        }, "the node hears of the change and writes what the device reports");
    }

    [Fact]
    public async Task A_password_that_was_changed_lets_nobody_get_a_job_with_the_old_one()
    {
        var job = await world.EnqueueAsync(device, "get-rpc-methods", attempts: 1);
        var secrets = new Dictionary<string, string> { ["password"] = "a new one" };
        var stored = (await world.Service<DeviceService>().GetAsync(world.Admin, device, default)).Value;
        using var cpe = await ConnectAsync(world.Acs);
        var cookie = await BeginAsync(cpe);

        (await world.Service<DeviceService>().UpdateAsync(world.Admin, device, new DeviceInput { Name = stored.Device.Name, Endpoints = [new EndpointInput("cwmp", [], secrets) { Identity = "00D09E-Box-1" }] }, null, default)).IsSuccess.Should().BeTrue();

        (await cpe.PostAsync($"Cookie: {cookie}\r\n", "")).Status.Should().Be(204, "what it was let in with is no longer right");
        (await world.DetailAsync(job)).Job.State.Should().Be(JobState.Queued);
        await JobWorld.UntilAsync(async () =>
        {
            using var again = await ConnectAsync(world.Acs);
            return (await again.PostAsync(Basic(), Inform("1", parameters: Parameters))).Status == 401;
        }, "the old password is refused");
        using var right = await ConnectAsync(world.Acs);
        (await right.PostAsync(Basic(password: "a new one"), Inform("1", parameters: Parameters))).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_device_that_was_deleted_is_not_let_in_by_what_is_remembered_of_it()
    {
        (await world.Service<DeviceService>().DeleteAsync(world.Admin, device, default)).IsSuccess.Should().BeTrue();

        await JobWorld.UntilAsync(async () =>
        {
            using var cpe = await ConnectAsync(world.Acs);
            return (await cpe.PostAsync(Basic(), Inform("1", parameters: Parameters))).Status == 401;
        }, "it is unknown");
    }

    [Fact]
    public async Task One_that_falls_silent_is_told_with_its_exchange()
    {
        using var cpe = await ConnectAsync(world.Acs);
        await BeginAsync(cpe, header: "<cwmp:SessionTimeout>2</cwmp:SessionTimeout>");

        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions s JOIN traces t ON t.session_id = s.id WHERE s.failed AND t.entries::text LIKE '%Inform%'") == 1, "it says so");
    }

    // The second Inform with the same values is remembered whatever becomes of the first one's own notification.
    private async Task KnowAsync()
    {
        for (var i = 0; i < 2; i++) await SessionAsync();
        var epoch = await EpochAsync();
        await JobWorld.UntilAsync(async () =>
        {
            await SessionAsync();
            var (before, now) = (epoch, await EpochAsync());
            epoch = now;
            return before == now;
        }, "the device is known");
        await JobWorld.UntilAsync(async () => await CountAsync() > 0, "the last session is written");
        await world.Database.ExecuteAsync("DELETE FROM traces; DELETE FROM device_sessions");
    }

    private async Task SessionAsync()
    {
        using var cpe = await ConnectAsync(world.Acs);
        (await cpe.PostAsync($"Cookie: {await BeginAsync(cpe)}\r\n", "")).Status.Should().Be(204);
    }

    private static async Task<string> BeginAsync(WireCpe cpe, string parameters = Parameters, string header = "")
    {
        var answer = await cpe.PostAsync(Basic(), Inform("1", parameters: parameters).Replace("</soap:Header>", header + "</soap:Header>", StringComparison.Ordinal));
        answer.Status.Should().Be(200);
        return answer.Cookie;
    }

    private Task<long> EpochAsync() => world.Database.ScalarAsync<long>($"SELECT epoch FROM connections WHERE device_id = '{device}'");

    private Task<long> CountAsync() => world.Database.ScalarAsync<long>("SELECT count(*) FROM device_sessions WHERE closed_at IS NOT NULL");
}
