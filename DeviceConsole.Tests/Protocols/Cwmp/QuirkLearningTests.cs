using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Spellings that a model does not take, found out by what its device refuses and what it takes after that.</summary>
public sealed class QuirkLearningTests
{
    private readonly CwmpQuirks quirks = new([]);

    [Fact]
    public async Task Booleans_go_as_digits_and_as_words_where_a_device_takes_nothing_else()
    {
        var cpe = new Cpe(request => request is SetParameterValues set && set.Parameters.All(p => p.Value is "true" or "false") ? new SetParameterValuesResponse(0) : Refused(9007));

        (await ValueJobs.SetAsync(Context(cpe, Values("boolean", "true")))).Outcome!.Fault.Should().BeNull();
        (await ValueJobs.SetAsync(Context(cpe, Values("boolean", "false")))).Outcome!.Fault.Should().BeNull();

        cpe.Asked.OfType<SetParameterValues>().Select(s => s.Parameters[0].Value).Should().Equal("1", "true", "false");
        quirks.Learnt!["booleans"]!.GetValue<string>().Should().Be("words");
    }

    [Fact]
    public async Task Times_go_with_a_Z_and_without_fractions_and_without_a_zone_where_a_device_takes_nothing_else()
    {
        var cpe = new Cpe(request => request is SetParameterValues set && !set.Parameters[0].Value!.EndsWith('Z') ? new SetParameterValuesResponse(0) : Refused(9006));

        (await ValueJobs.SetAsync(Context(cpe, Values("dateTime", "2026-01-31T12:00:00.5Z")))).Outcome!.Fault.Should().BeNull();

        cpe.Asked.OfType<SetParameterValues>().Select(s => s.Parameters[0].Value).Should().Equal("2026-01-31T12:00:00Z", "2026-01-31T12:00:00");
        quirks.Learnt!["dates"]!.GetValue<string>().Should().Be("no-zone");
    }

    [Fact]
    public async Task A_value_that_is_refused_in_either_spelling_is_refused_as_it_was_at_first_and_nothing_is_learnt()
    {
        var cpe = new Cpe(_ => Refused(9007));

        (await ValueJobs.SetAsync(Context(cpe, Values("boolean", "1")))).Outcome!.Fault!.Code.Should().Be("cwmp.invalid-value");

        quirks.Learnt.Should().BeNull();
    }

    [Fact]
    public async Task NextLevel_goes_as_a_digit_and_as_a_word_where_a_device_takes_nothing_else()
    {
        // It lists one level at a time, and takes NextLevel in words alone.
        var cpe = new Cpe(request => request switch
        {
            GetParameterNames { NextLevel: false } => Refused(9004),
            GetParameterNames { InWords: false } => Refused(9003),
            GetParameterNames { ParameterPath: "Device." } => new GetParameterNamesResponse([new ParameterInfoStruct("Device.A.", false)]),
            _ => new GetParameterNamesResponse([new ParameterInfoStruct("Device.A.B", true)]),
        });
        var discovery = new DeviceConsole.Protocols.Cwmp.Jobs.Discovery(Context(cpe, []));

        (await discovery.RunAsync("Device.")).Should().BeNull();

        discovery.Parameters().Should().Equal("Device.A.B");
        quirks.Learnt!["nextLevel"]!.GetValue<string>().Should().Be("words");
        quirks.NextLevelInWords.Should().BeTrue();
    }

    // cwmp-sim answers the empty path with an empty list, and lists the root by its name.
    [Fact]
    public async Task A_device_that_has_nothing_below_the_empty_path_is_asked_by_the_roots_name_from_then_on()
    {
        var cpe = new Cpe(request => new GetParameterNamesResponse(request is GetParameterNames { ParameterPath: "" } ? [] : [new ParameterInfoStruct("Device.A.B", true)]));
        var discovery = new DeviceConsole.Protocols.Cwmp.Jobs.Discovery(Context(cpe, []));

        (await discovery.RunAsync("")).Should().BeNull();

        discovery.Parameters().Should().Equal("Device.A.B");
        cpe.Asked.OfType<GetParameterNames>().Select(g => g.ParameterPath).Should().Equal("", "Device.");
        quirks.SkipsEmptyPath.Should().BeTrue();
    }

    // netcwmp ends with a segmentation fault at the empty path, and lists the root by its name.
    [Theory]
    [InlineData(1, "", false)]
    [InlineData(2, "Device.", true)]
    public async Task A_refresh_that_a_device_did_not_live_through_is_tried_again_by_the_roots_name(int attempt, string asked, bool lives)
    {
        var cpe = new Cpe(request => request is GetParameterNames { ParameterPath: "" } ? null : new GetParameterNamesResponse([new ParameterInfoStruct("Device.A.B", true)]));
        var discovery = new DeviceConsole.Protocols.Cwmp.Jobs.Discovery(Context(cpe, []) with { Attempt = attempt });

        (await discovery.RunAsync("") is null).Should().Be(lives);

        cpe.Asked.OfType<GetParameterNames>().Select(g => g.ParameterPath).Should().Equal(asked);
        quirks.Learnt.Should().BeNull("a second try has other reasons too");
    }

    [Theory]
    [InlineData(true, false, "<NextLevel>1</NextLevel>")]
    [InlineData(false, false, "<NextLevel>0</NextLevel>")]
    [InlineData(true, true, "<NextLevel>true</NextLevel>")]
    public void NextLevel_is_written_as_the_model_wants_it(bool nextLevel, bool words, string expected) =>
        System.Text.Encoding.UTF8.GetString(new CwmpEnvelope(new GetParameterNames("Device.", nextLevel) { InWords = words }).Write().Span).Should().Contain(expected);

    private JobContext Context(IRpc rpc, JsonObject arguments) => new(rpc, Guid.NewGuid(), arguments, DateTimeOffset.MaxValue, "Device.", quirks, TimeProvider.System);

    private static JsonObject Values(string type, string value) => new() { ["values"] = new JsonArray(new JsonObject { ["path"] = "Device.A.B", ["type"] = type, ["value"] = value }) };

    private static CwmpFault Refused(int code) => new(code is 9006 or 9007 ? 9003 : code, "no", code is 9006 or 9007 ? [new ParameterFault("Device.A.B", code, "no")] : []);

    private sealed class Cpe(Func<CwmpMessage, CwmpMessage?> answer) : IRpc
    {
        public List<CwmpMessage> Asked { get; } = [];

        public Task<RpcReply> CallAsync(CwmpMessage request)
        {
            Asked.Add(request);
            return Task.FromResult(answer(request) is { } message ? RpcReply.Of(message) : RpcReply.Failed(FaultCodes.Vanished("The device hung up.")));
        }
    }
}
