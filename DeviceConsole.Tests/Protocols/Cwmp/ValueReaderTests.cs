using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>How many names are asked for at once, of devices that take fewer than they are sent.</summary>
public sealed class ValueReaderTests
{
    private static readonly string[] Names = [.. Enumerable.Range(1, 200).Select(i => $"Device.A.{i}.B")];

    [Theory]
    [InlineData(9002)]
    [InlineData(9004)]
    public async Task A_device_that_fails_at_32_names_is_read_in_smaller_requests_and_its_model_remembered(int code)
    {
        var (cpe, quirks) = (new Cpe(code, 31), CwmpQuirks.None);
        var reader = new ValueReader(Context(cpe, quirks));

        (await reader.ReadAsync(Names)).Should().BeNull();

        reader.Read.Select(v => v.Path).Should().Equal(Names);
        reader.Refused.Should().BeEmpty();
        quirks.Names.Should().BeInRange(8, 31);
        var refused = cpe.Refused;
        (await new ValueReader(Context(cpe, quirks)).ReadAsync(Names)).Should().BeNull();
        cpe.Refused.Should().Be(refused, "the next one is not asked for more than its model takes");
    }

    [Fact]
    public async Task A_device_that_fails_at_one_name_loses_that_one_and_nothing_is_remembered_of_its_model()
    {
        var (cpe, quirks) = (new Cpe(9002, 1_000) { Poison = Names[42] }, CwmpQuirks.None);
        var reader = new ValueReader(Context(cpe, quirks));

        (await reader.ReadAsync(Names)).Should().BeNull();

        reader.Refused.Should().ContainSingle().Which.Name.Should().Be(Names[42]);
        reader.Read.Should().HaveCount(199);
        quirks.Names.Should().BeNull("it is no question of their number");
    }

    // netcwmp ends with a segmentation fault where it is asked for many names: three tries alike would be three crashes.
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 16)]
    public async Task A_job_that_is_tried_again_asks_for_few_names_at_once(int attempt, int expected)
    {
        var cpe = new Cpe(9004, 1_000);

        (await new ValueReader(Context(cpe, CwmpQuirks.None) with { Attempt = attempt }).ReadAsync(Names)).Should().BeNull();

        cpe.Asked[0].Should().Be(expected);
        cpe.Asked.Sum().Should().Be(200);
        if (attempt > 1) cpe.Asked.Max().Should().Be(expected, "it does not grow again");
    }

    private static JobContext Context(IRpc rpc, CwmpQuirks quirks) => new(rpc, Guid.NewGuid(), new JsonObject(), DateTimeOffset.MaxValue, "Device.", quirks, TimeProvider.System);

    private sealed class Cpe(int code, int most) : IRpc
    {
        public string? Poison { get; init; }

        public int Refused { get; private set; }

        public List<int> Asked { get; } = [];

        public Task<RpcReply> CallAsync(CwmpMessage request)
        {
            var names = ((GetParameterValues)request).Names;
            Asked.Add(names.Count);
            if (names.Count <= most && !names.Contains(Poison)) return Task.FromResult(RpcReply.Of(new GetParameterValuesResponse([.. names.Select(n => new ParameterValueStruct(n, "1", "string"))])));
            Refused++;
            return Task.FromResult(RpcReply.Of(new CwmpFault(code, "no", [])));
        }
    }
}
