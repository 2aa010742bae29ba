using DeviceConsole.Core.Jobs;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>
/// Metrics and traces to a collector over OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one; the specification's other variables
/// (protocol, headers, sampler) count too. /metrics is there in any case.
/// </summary>
public static class TelemetryExport
{
    /// <summary>Adds the exporters, or nothing.</summary>
    public static void AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;
        services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("deviceconsole", serviceVersion: BuildInfo.Version, serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}"))
            .WithMetrics(m => m.AddMeter(MetricStore.Meters).AddOtlpExporter())
            .WithTracing(t => t.AddSource(JobTraces.SourceName, "Microsoft.AspNetCore", "Npgsql").AddOtlpExporter());
    }
}
