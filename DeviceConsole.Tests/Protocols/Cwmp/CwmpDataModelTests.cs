using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using static DeviceConsole.Tests.Protocols.Cwmp.WireCpe;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>What devices in the field do to their data model, on raw sockets.</summary>
public sealed class CwmpDataModelTests : IAsyncLifetime
{
    private const string A = "Device.X_A.Row.1.A", B = "Device.X_A.Row.1.B";
    private CwmpWorld world = default!;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await CwmpWorld.CreateAsync(o => o.SessionTimeout = TimeSpan.FromSeconds(60));
        device = await world.CreateDeviceAsync("00D09E-Box-D1");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Objects_that_are_given_as_leaves_and_parents_that_are_missing_are_objects_all_the_same()
    {
        var job = await world.EnqueueAsync(device, "refresh", attempts: 1);
        using var cpe = await ConnectAsync(world.Acs);
        var asked = await BeginAsync(cpe);
        asked.Last.Body.Should().Contain("GetParameterNames");
        // X_A has no dot, and neither Row. nor Row.1. is named at all.
        asked = await AnswerAsync(cpe, asked, Names("Device.", "Device.X_A", A, B));
        asked.Last.Body.Should().Contain("GetParameterValues").And.Contain(A).And.Contain(B).And.NotContain("Device.X_A<");
        (await AnswerAsync(cpe, asked, Values(A, B))).Last.Status.Should().Be(204);

        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
        (await world.ValuesAsync(device)).Keys.Should().Contain(new[] { A, B });
    }

    [Fact]
    public async Task A_path_that_was_there_and_is_refused_with_9005_is_forgotten_and_its_object_listed_anew()
    {
        using var cpe = await ConnectAsync(world.Acs);
        (await cpe.PostAsync($"{Basic()}", Inform("D1", "1 BOOT", parameters: Parameters(A, B)))).Status.Should().Be(200);
        (await world.ValuesAsync(device)).Keys.Should().Contain(new[] { A, B });
        var job = await world.EnqueueAsync(device, "get", new JsonObject { ["names"] = new JsonArray(A) }, 1);
        using var again = await ConnectAsync(world.Acs);
        var asked = await BeginAsync(again);

        asked = await AnswerAsync(again, asked, Fault(9005));
        asked.Last.Body.Should().Contain("GetParameterNames").And.Contain("<ParameterPath>Device.X_A.Row.1.</ParameterPath>");
        (await AnswerAsync(again, asked, Names("Device.X_A.Row.1.", B))).Last.Status.Should().Be(204);

        (await world.EndAsync(job)).Job.Fault!.Code.Should().Be("cwmp.invalid-name");
        (await world.ValuesAsync(device)).Keys.Should().Contain(B).And.NotContain(A);
    }

    [Fact]
    public async Task A_parameter_that_is_said_to_be_read_only_is_set_when_somebody_asks_for_it()
    {
        var job = await world.EnqueueAsync(device, "set", new JsonObject { ["values"] = new JsonArray(new JsonObject { ["path"] = A, ["value"] = "x" }) }, 1);
        using var cpe = await ConnectAsync(world.Acs);
        var asked = await BeginAsync(cpe);
        asked = await AnswerAsync(cpe, asked, Values(A));
        asked.Last.Body.Should().Contain("SetParameterValues").And.Contain("<ParameterKey");
        // Its answer has neither a ParameterKey nor anything else that was not asked.
        (await AnswerAsync(cpe, asked, "<cwmp:SetParameterValuesResponse><Status>0</Status></cwmp:SetParameterValuesResponse>")).Last.Status.Should().Be(204);

        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
    }

    [Fact]
    public async Task A_refused_set_without_a_word_of_the_parameter_is_a_sentence()
    {
        var job = await world.EnqueueAsync(device, "set", new JsonObject { ["values"] = new JsonArray(new JsonObject { ["path"] = A, ["type"] = "string", ["value"] = "x" }) }, 1);
        using var cpe = await ConnectAsync(world.Acs);
        (await AnswerAsync(cpe, await BeginAsync(cpe), Fault(9003))).Last.Status.Should().Be(204);

        var end = await world.EndAsync(job);
        (end.Job.State, end.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.invalid-arguments"));
    }

    [Fact]
    public async Task Times_that_nobody_can_read_and_types_that_nobody_knows_are_kept_as_they_came()
    {
        var job = await world.EnqueueAsync(device, "get", new JsonObject { ["names"] = new JsonArray("Device.X_A.") }, 1);
        using var cpe = await ConnectAsync(world.Acs);
        (string Name, string Type, string Text)[] sent = [("T1", "xsd:dateTime", "yesterday at noon"), ("T2", "xsd:dateTime", "2026-01-31T12:00:00"), ("T3", "xsd:dateTime", "2026-01-31T12:00:00.123+02:00"), ("N", "xsd:unsignedInt", "many"), ("V", "vendor:colour", "red")];
        var values = string.Concat(sent
            .Select(v => $"<ParameterValueStruct><Name>Device.X_A.{v.Name}</Name><Value xsi:type='{v.Type}'>{v.Text}</Value></ParameterValueStruct>"));
        (await AnswerAsync(cpe, await BeginAsync(cpe), $"<cwmp:GetParameterValuesResponse><ParameterList>{values}</ParameterList></cwmp:GetParameterValuesResponse>")).Last.Status.Should().Be(204);

        (await world.EndAsync(job)).Job.State.Should().Be(JobState.Completed);
        (await world.ValuesAsync(device)).Values.Where(v => v.Path.StartsWith("Device.X_A.", StringComparison.Ordinal)).Select(v => $"{v.Path[11..]} {v.Type} {v.Value}").Should().BeEquivalentTo(
            "T1 dateTime yesterday at noon", "T2 dateTime 2026-01-31T12:00:00", "T3 dateTime 2026-01-31T12:00:00.123+02:00", "N unsignedInt many", "V colour red");
    }

    private static async Task<(string Cookie, Answer Last)> BeginAsync(WireCpe cpe)
    {
        var begun = await cpe.PostAsync(Basic(), Inform("D1"));
        return (begun.Cookie, await cpe.PostAsync($"Cookie: {begun.Cookie}\r\n", ""));
    }

    private static async Task<(string Cookie, Answer Last)> AnswerAsync(WireCpe cpe, (string Cookie, Answer Last) asked, string body) =>
        (asked.Cookie, await cpe.PostAsync($"Cookie: {asked.Cookie}\r\n", Message(body, IdOf(asked.Last))));

    private static string Names(params string[] names) =>
        $"<cwmp:GetParameterNamesResponse><ParameterList>{string.Concat(names.Select(n => $"<ParameterInfoStruct><Name>{n}</Name><Writable>0</Writable></ParameterInfoStruct>"))}</ParameterList></cwmp:GetParameterNamesResponse>";

    private static string Values(params string[] names) => $"<cwmp:GetParameterValuesResponse><ParameterList>{Parameters(names)}</ParameterList></cwmp:GetParameterValuesResponse>";

    private static string Parameters(params string[] names) => string.Concat(names.Select(n => $"<ParameterValueStruct><Name>{n}</Name><Value>1</Value></ParameterValueStruct>"));

    private static string Fault(int code) =>
        $"<soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>{code}</FaultCode><FaultString>no</FaultString></cwmp:Fault></detail></soap:Fault>";
}
