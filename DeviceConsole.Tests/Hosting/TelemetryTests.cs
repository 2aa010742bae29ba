using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Hosting;

/// <summary>What leaves the process for those who watch it: traces and metrics over OTLP, log lines as JSON.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Traces_and_metrics_go_to_a_collector_where_one_is_named()
    {
        var address = $"http://127.0.0.1:{PostgresServer.FreePort()}/";
        using var collector = new HttpListener();
        collector.Prefixes.Add(address);
        collector.Start();
        var got = new ConcurrentDictionary<string, string>();
        var serving = Task.Run(() => CollectAsync(collector, got));
        await using var database = await TestDatabase.CreateAsync();
        await using (var app = await RunningApp.StartAsync(database, ("OTEL_EXPORTER_OTLP_ENDPOINT", address.TrimEnd('/')), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "200")))
        {
            (await app.Http.AskAsync("GET", "/t/platform/login", null, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))).Status.Should().Be(200);
            await JobWorld.UntilAsync(() => Task.FromResult(got.ContainsKey("/v1/traces") && got.TryGetValue("/v1/metrics", out var metrics) && metrics.Contains("deviceconsole.build.info", StringComparison.Ordinal)), "the collector gets both", 40);
            var id = Encoding.Latin1.GetString(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c"));
            await JobWorld.UntilAsync(() => Task.FromResult(got["/v1/traces"].Contains(id, StringComparison.Ordinal)), "the caller's trace goes on", 40);
            got["/v1/traces"].Should().Contain("deviceconsole").And.Contain(BuildInfo.Version);
            Lines(app.Log).Should().NotBeEmpty().And.OnlyContain(l => l!["Timestamp"] != null && l["LogLevel"] != null && l["EventId"] != null);
        }
        collector.Stop();
        await serving;
    }

    [Fact]
    public void A_log_line_is_one_line_of_json_with_its_trace()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "DeviceConsole.Test", new EventId(7), "a\r\nb \u001b[31mred", null, (state, _) => state);

        new JsonLines().Write(entry, null, text);

        var line = text.ToString().TrimEnd('\n', '\r');
        line.Should().NotContainAny("\n", "\r", "\u001b");
        var json = JsonNode.Parse(line)!;
        json["TraceId"]!.GetValue<string>().Should().Be(activity.TraceId.ToHexString());
        json["SpanId"]!.GetValue<string>().Should().Be(activity.SpanId.ToHexString());
        (json["EventId"]!.GetValue<int>(), json["LogLevel"]!.GetValue<string>(), json["Message"]!.GetValue<string>()).Should().Be((7, "Warning", "a\r\nb \u001b[31mred"));
    }

    private static List<JsonNode?> Lines(string log) => [.. log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l))];

    private static async Task CollectAsync(HttpListener collector, ConcurrentDictionary<string, string> got)
    {
        while (true)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                got.AddOrUpdate(context.Request.Url!.AbsolutePath, _ => Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
                context.Response.StatusCode = 200;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
