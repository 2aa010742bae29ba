using DeviceConsole.Core.Diagnostics;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>/health and /metrics.</summary>
public static class DiagnosticsSetup
{
    /// <summary>Needs the domain.</summary>
    public static IServiceCollection AddDiagnostics(this IServiceCollection services)
    {
        services.AddDomainDiagnostics();
        services.AddSingleton<HealthCache>();
        services.AddSingleton<CircuitCounter>();
        services.AddSingleton<CircuitHandler>(s => s.GetRequiredService<CircuitCounter>());
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<MetricStore>();
        services.AddHostedService<PublicCertificates>();
        return services;
    }

    /// <summary>On the port of operations.</summary>
    public static void MapDiagnostics(this WebApplication app)
    {
        // They count from the start, not from the first scrape on.
        var store = app.Services.GetRequiredService<MetricStore>();
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<ProcessMetrics>());
        app.MapHealth();
        app.MapGet("/metrics", async (JobGauges jobs, AlarmGauges alarms, CertificateGauges certificates, CancellationToken cancellationToken) =>
        {
            await jobs.RefreshAsync(cancellationToken);
            await alarms.RefreshAsync(cancellationToken);
            await certificates.RefreshAsync(cancellationToken);
            store.Observe();
            return Results.Text(PrometheusText.Write(store), PrometheusText.MediaType);
        }).Open();
    }
}
