using System.Text;
using DeviceConsole.Protocols.Cwmp.BulkData.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Cwmp.BulkData;

/// <summary>Reports in CSV and JSON: the standard's own examples, what devices do otherwise, and what means harm.</summary>
public sealed class BulkCodecTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_364_529_149);

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 500_000 : 10_000;

    [Fact]
    public void A_row_a_parameter_is_read_as_the_standard_prints_it()
    {
        var report = Csv(Text("per-row.csv"), BulkCsvLayout.ParameterPerRow);

        var only = report.Collections.Should().ContainSingle().Subject;
        only.At.Should().Be(At);
        only.Entries.Should().Equal(
            new BulkEntry("Device.MoCA.Interface.1.Stats.BroadPktSent", "25248", "unsignedLong"), new BulkEntry("Device.MoCA.Interface.1.Stats.BytesReceived", "200543250", "unsignedLong"),
            new BulkEntry("Device.MoCA.Interface.1.Stats.Stats.BytesSent", "7682161", "unsignedLong"), new BulkEntry("Device.MoCA.Interface.1.Stats.MultiPktReceived", "890682272", "unsignedLong"));
        report.Bad.Should().Be(0);
    }

    [Fact]
    public void A_column_a_parameter_with_three_reports_that_were_kept_is_read_as_the_standard_prints_it()
    {
        var report = Csv(Text("per-column.csv"), BulkCsvLayout.Unknown);

        report.Collections.Select(c => c.At!.Value.ToUnixTimeSeconds()).Should().Equal(1_364_529_149, 1_464_639_150, 1_564_749_151, 1_664_859_152);
        report.Collections[3].Entries.Should().Equal(new BulkEntry("BroadPktSent", "25252", ""), new BulkEntry("BytesReceived", "200653267", ""), new BulkEntry("BytesSent", "7685167", ""), new BulkEntry("MultiPktReceived", "9705982277", ""));
    }

    [Theory]
    [InlineData("hierarchy.json")]
    [InlineData("pairs.json")]
    public void Both_forms_of_JSON_come_to_the_same(string file)
    {
        var report = BulkJson.Read(Bytes(file));

        var only = report.Collections.Should().ContainSingle().Subject;
        only.At.Should().Be(At);
        only.Entries.Select(e => (e.Name, e.Value)).Should().Equal(
            ("Device.MoCA.Interface.1.Stats.BroadPktSent", "25248"), ("Device.MoCA.Interface.1.Stats.BytesReceived", "200543250"), ("Device.MoCA.Interface.1.Stats.BytesSent", "25248"),
            ("Device.MoCA.Interface.1.Stats.MultiPktReceived", "200543250"), ("Device.MoCA.Interface.2.Stats.BroadPktSent", "93247"), ("Device.MoCA.Interface.2.Stats.BytesReceived", "900543250"),
            ("Device.MoCA.Interface.2.Stats.BytesSent", "93247"), ("Device.MoCA.Interface.2.Stats.MultiPktReceived", "900543250"));
    }

    [Fact]
    public void Separators_quotes_and_line_ends_are_read_as_RFC_4180_has_them_and_as_devices_have_them()
    {
        const string body = "\ufeffParameterName;ParameterValue;ParameterType\rDevice.A;\"one;\r\n \"\"two\"\"\";string\nDevice.B;;string\r\n\r\nDevice.C;a\"b;string";

        var report = BulkCsv.Read(body, new BulkCsvFormat(';'), BulkCsvLayout.ParameterPerRow);

        report.Collections.Should().ContainSingle().Which.At.Should().BeNull();
        report.Collections[0].Entries.Should().Equal(new BulkEntry("Device.A", "one;\r\n \"two\"", "string"), new BulkEntry("Device.B", "", "string"), new BulkEntry("Device.C", "a\"b", "string"));
    }

    [Fact]
    public void A_report_without_its_header_is_read_in_the_standards_order() =>
        Csv("1364529149,Device.A,1,unsignedInt\n1364529149,Device.B,2,unsignedInt", BulkCsvLayout.ParameterPerRow).Collections.Should().ContainSingle().Which.Entries.Select(e => e.Name).Should().Equal("Device.A", "Device.B");

    [Fact]
    public void A_bad_row_loses_only_itself_and_is_told()
    {
        var report = Csv("ReportTimestamp,ParameterName,ParameterValue,ParameterType\n1364529149,Device.A,1,int\nyesterday,Device.B,2,int\n1364529149\n1364529149,,3,int\n1364529149,Device.D,4,int,5\n1364529149,Device.C,6,int", BulkCsvLayout.ParameterPerRow);

        report.Collections.Single().Entries.Select(e => e.Name).Should().Equal("Device.A", "Device.C");
        report.Bad.Should().Be(4);
        report.Problems.Should().HaveCount(4);
        report.Problems[0].Should().Be("Row 3 was collected at \"yesterday\", which is no time.");
        report.Problems[1].Should().Contain("Row 4 has 1 fields where 4 were announced");
    }

    [Fact]
    public void What_is_no_parameter_in_JSON_loses_only_itself()
    {
        var report = BulkJson.Read("""{"Other":[{}],"Report":[{"CollectionTime":"2013-03-29T03:52:29Z","Device":{"A":true,"List":[1,{"x":2}],"B":null,"":"no name","C":-1.5,"D":"x"}},7]}"""u8);

        report.Collections.Single().At.Should().Be(At);
        report.Collections.Single().Entries.Should().Equal(new BulkEntry("Device.A", "true", "boolean"), new BulkEntry("Device.", "no name", "string"), new BulkEntry("Device.C", "-1.5", "decimal"), new BulkEntry("Device.D", "x", "string"));
        report.Problems.Should().Equal("Device.List is a list, which no parameter is.", "One of the reports is no object.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Report\":7}")]
    [InlineData("{\"Report\":[{\"A\":1}")]
    [InlineData("{\"Report\":[{\"A\":1}]} x")]
    public void What_is_no_report_is_refused(string body) => FluentActions.Invoking(() => BulkJson.Read(Encoding.UTF8.GetBytes(body))).Should().Throw<BulkDecodeException>();

    [Fact]
    public void Depth_numbers_of_parameters_and_lengths_of_names_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));
        FluentActions.Invoking(() => BulkJson.Read(Encoding.UTF8.GetBytes("{\"Report\":[" + deep))).Should().Throw<BulkDecodeException>();
        var many = string.Concat(Enumerable.Range(0, 100_001).Select(i => $"a{i},1\n"));
        FluentActions.Invoking(() => Csv("ParameterName,ParameterValue\n" + many, BulkCsvLayout.ParameterPerRow)).Should().Throw<BulkDecodeException>().Which.IsTooLarge.Should().BeTrue();
        FluentActions.Invoking(() => Csv(string.Concat(Enumerable.Repeat("a,", 30_000)), BulkCsvLayout.ParameterPerColumn)).Should().Throw<BulkDecodeException>();
        var name = new string('n', 1_000);
        BulkJson.Read(Encoding.UTF8.GetBytes($$$"""{"Report":[{"{{{name}}}":{"{{{name}}}":1},"b":1}]}""")).Should().Match<BulkReportBody>(r => r.Bad == 1 && r.Count == 1);
    }

    [Theory]
    [InlineData("1364529149", 1_364_529_149_000)]
    [InlineData("1364529149.5", 1_364_529_149_500)]
    [InlineData("2013-03-29T03:52:29Z", 1_364_529_149_000)]
    [InlineData("2013-03-29T04:52:29+01:00", 1_364_529_149_000)]
    [InlineData("2013-03-29T03:52:29", 1_364_529_149_000)]
    public void Times_are_read_in_both_forms(string text, long milliseconds)
    {
        BulkTime.TryRead(text, out var at).Should().BeTrue();
        at.ToUnixTimeMilliseconds().Should().Be(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.2.3")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("Friday")]
    public void What_is_no_time_is_none(string text) => BulkTime.TryRead(text, out _).Should().BeFalse();

    [Fact]
    public void Random_and_mutated_bytes_are_a_report_or_the_one_exception()
    {
        var random = new Random(20_130_329);
        byte[][] seeds = [Bytes("per-row.csv"), Bytes("per-column.csv"), Bytes("hierarchy.json"), Bytes("pairs.json")];
        for (var i = 0; i < Rounds; i++)
        {
            var body = seeds[i % seeds.Length].ToArray();
            if (i % 5 == 0) random.NextBytes(body);
            for (var n = random.Next(1, 8); n > 0; n--) body[random.Next(body.Length)] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)"\",{}[]\r\n"[random.Next(8)], _ => body[random.Next(body.Length)] };
            var cut = body.AsSpan(0, random.Next(body.Length + 1)).ToArray();
            Try(() => BulkJson.Read(cut));
            Try(() => BulkCsv.Read(Encoding.UTF8.GetString(cut), BulkCsvFormat.Standard, (BulkCsvLayout)(i % 3)));
        }

        static void Try(Func<BulkReportBody> read)
        {
            try
            {
                read().Problems.Count.Should().BeLessThanOrEqualTo(BulkLimits.Problems);
            }
            catch (BulkDecodeException)
            {
                // The one that is allowed.
            }
        }
    }

    private static BulkReportBody Csv(string body, BulkCsvLayout layout) => BulkCsv.Read(body, BulkCsvFormat.Standard, layout);

    private static string Text(string file) => Encoding.UTF8.GetString(Bytes(file));

    private static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Captures", "bulkdata", file));
}
