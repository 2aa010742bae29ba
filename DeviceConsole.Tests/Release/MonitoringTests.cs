using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Api;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Diagnostics;

namespace DeviceConsole.Tests.Release;

/// <summary>Rules, dashboard and runbooks: promtool takes them, and they name only what there is.</summary>
[Collection(ApiGroup.Name)]
public sealed partial class MonitoringTests(ApiWorld world)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "monitoring");
    private static readonly string[] OfExporters = ["up", "pg_", "node_"];

    [Fact]
    public async Task Promtool_takes_the_rules_and_the_configuration()
    {
        (await Script.OutputAsync(Folder, "promtool", "check", "rules", "alerts.yml")).Should().Contain("SUCCESS");
        (await Script.OutputAsync(Folder, "promtool", "check", "config", "prometheus.yml")).Should().Contain("SUCCESS");
    }

    [Fact]
    public async Task Every_metric_that_rules_and_dashboard_name_exists()
    {
        var device = (await world.CreateDeviceAsync())["id"]!.GetValue<string>();
        await world.CreateJobAsync(device);
        var (_, scraped, _) = await world.Anonymous.AskAsync("GET", "/metrics");
        var known = Typed().Matches(scraped).Select(m => m.Groups[1].Value).Concat(Declared()).ToHashSet();

        foreach (var expression in Expressions())
        {
            var names = Name().Matches(Text().Replace(expression, "")).Select(m => m.Groups[1].Value).Where(n => !Words.Contains(n)).ToList();
            names.Should().NotBeEmpty(expression);
            foreach (var name in names.Where(n => !OfExporters.Any(n.StartsWith)))
                known.Should().Contain(Suffix().Replace(name, ""), expression);
        }
    }

    [Fact]
    public async Task Every_metric_of_an_exporter_that_rules_and_dashboard_name_is_one_of_its_own()
    {
        var port = PostgresServer.FreePort();
        await using var exporter = await ServerProcess.StartAsync("prometheus-node-exporter", [$"--web.listen-address=127.0.0.1:{port}"], port);
        using var client = new HttpClient();
        var ofNodes = Typed().Matches(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"))).Select(m => m.Groups[1].Value).ToHashSet();
        var compose = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "compose", "compose.yml"));

        foreach (var name in Expressions().SelectMany(e => Name().Matches(Text().Replace(e, "")).Select(m => m.Groups[1].Value)).Distinct())
        {
            if (name.StartsWith("node_", StringComparison.Ordinal)) ofNodes.Should().Contain(name);
            if (!name.StartsWith("pg_", StringComparison.Ordinal)) continue;
            OfPostgres.Should().ContainKey(name);
            if (OfPostgres[name] is { } collector) compose.Should().Contain($"--collector.{collector}", $"{name} comes from a collector that has to be switched on");
        }
    }

    // postgres_exporter 0.17: its metrics, and the collector that has to be named on the command line where it is off by default.
    private static readonly Dictionary<string, string?> OfPostgres = new()
    {
        ["pg_up"] = null, ["pg_settings_max_connections"] = null, ["pg_stat_activity_count"] = null,
        ["pg_long_running_transactions_oldest_timestamp_seconds"] = "long_running_transactions",
        ["pg_stat_user_tables_n_dead_tup"] = "stat_user_tables", ["pg_stat_user_tables_n_live_tup"] = "stat_user_tables",
    };

    [Fact]
    public void Every_alert_has_a_runbook_and_every_runbook_an_alert()
    {
        var alerts = Alert().Matches(File.ReadAllText(Path.Combine(Folder, "alerts.yml"))).Select(m => m.Groups[1].Value).ToList();
        var runbooks = Path.Combine(Repository.Root, "docs", "runbooks");

        alerts.Should().HaveCountGreaterThan(15).And.OnlyHaveUniqueItems();
        Directory.GetFiles(runbooks).Select(Path.GetFileNameWithoutExtension).Where(n => n != "README").Should().BeEquivalentTo(alerts);
        foreach (var alert in alerts) File.ReadAllText(Path.Combine(runbooks, alert + ".md")).Should().Contain("## Look").And.Contain("## Do");
    }

    private static readonly HashSet<string> Words = ["sum", "by", "rate", "max", "min", "avg", "count", "or", "le", "time", "changes", "histogram_quantile", "predict_linear", "topk",
        "certificate", "protocol", "outcome", "state", "instance", "severity", "version", "http_route", "http_response_status_code", "relname"];

    // The label's values and ranges are no metrics.
    private static IEnumerable<string> Expressions()
    {
        var rules = Regex.Matches(File.ReadAllText(Path.Combine(Folder, "alerts.yml")), @"expr: >-\n\s+(.*)").Select(m => m.Groups[1].Value);
        var dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "grafana", "dashboards", "deviceconsole.json")))!;
        return rules.Concat(dashboard["panels"]!.AsArray().SelectMany(p => p!["targets"]!.AsArray()).Select(t => t!["expr"]!.ToString()));
    }

    // A counter that has not counted yet is not in /metrics; its declaration is in the sources.
    private static IEnumerable<string> Declared() =>
        ((string[])["DeviceConsole.Core", "DeviceConsole.Protocols", "DeviceConsole.Web"]).SelectMany(p => Directory.GetFiles(Path.Combine(Repository.Root, p), "*Metrics.cs", SearchOption.AllDirectories))
            .SelectMany(f => Instrument().Matches(File.ReadAllText(f)))
            .Select(m => PrometheusText.NameOf(JobMetrics.MeterName, m.Groups[2].Value, m.Groups[3].Success ? m.Groups[3].Value : null,
                m.Groups[1].Value.EndsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram : m.Groups[1].Value is "Counter" or "ObservableCounter" ? MetricKind.Counter : MetricKind.Gauge));

    [GeneratedRegex(@"^# TYPE (\w+)", RegexOptions.Multiline)]
    private static partial Regex Typed();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex Text();

    [GeneratedRegex(@"(?<![\w.])([a-zA-Z_]\w*)")]
    private static partial Regex Name();

    [GeneratedRegex(@"_(bucket|count|sum)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"Create(\w+)(?:<\w+>)?\(""([\w.]+)""(?:, (?:\(\) => .*?, )?(?:""([^""]*)""|null)(?=[,)]))?")]
    private static partial Regex Instrument();
}
