using System.Collections;
using System.Globalization;
using System.Reflection;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Hosting;

/// <summary>One setting.</summary>
/// <param name="Name">As an environment variable; in appsettings.json <c>__</c> is a level.</param>
/// <param name="Default">What counts where it is not set.</param>
/// <param name="Meaning">What it does; null where the property of <paramref name="Source"/> tells it.</param>
/// <param name="IsSecret">Never shown.</param>
/// <param name="Source">The class of options and the property it is read into.</param>
public sealed record Setting(string Name, string Default, string? Meaning, bool IsSecret = false, PropertyInfo? Source = null)
{
    /// <summary>The key in the configuration.</summary>
    public string Key => Name.Replace("__", ":", StringComparison.Ordinal);
}

/// <summary>Every setting of the application: those that are listed here, and the properties of every class with <see cref="SettingsSectionAttribute"/>.</summary>
public static class SettingCatalog
{
    private static readonly string[] SecretWords = ["Password", "Secret", "Token", "Key"];

    private static readonly Setting[] Own =
    [
        new("ConnectionStrings__App", "required", "Log-in to PostgreSQL as `dc_app`; may go through a pooler.", true),
        new("ConnectionStrings__Direct", "ConnectionStrings__App", "The same past any pooler: notifications and the clock.", true),
        new("ConnectionStrings__Migrator", "", "Log-in as `dc_migrator`; only for the command `migrate`. A serving process has no use for it.", true),
        new("DEVICECONSOLE_MASTER_KEY", "required", "32 random bytes in base64 (`openssl rand -base64 32`): everything stored is sealed under it. All nodes of one database share it; losing it loses every stored secret.", true),
        new("DeviceConsole__Roles", "web,gateway,worker,scheduler", "What this node does: any of `web` (pages, API, log-in), `gateway` (devices call in), `worker` (jobs on devices that are called), `scheduler` (the clock)."),
        new("DEVICECONSOLE_UI_URL", "http://127.0.0.1:5080", "Where the pages and the API listen; several parted by semicolons."),
        new("DEVICECONSOLE_DEVICE_URL", "the next port", "Where devices call in."),
        new("DEVICECONSOLE_OPS_URL", "with the pages", "A listener of its own for /health and /metrics."),
        new("DEVICECONSOLE_PUBLIC_URL", "the first address of DEVICECONSOLE_UI_URL", "How people and API clients reach the installation, `https://console.example.net`; the issuer of access tokens. Required in production where the UI listens for more than this machine."),
        new("DEVICECONSOLE_DEVICE_PUBLIC_URL", "the public name with the devices' port", "How devices reach their listener, `https://acs.example.net`; shown on the page Connect a device."),
        new("DEVICECONSOLE_TRUSTED_PROXIES", "", "Addresses or networks, parted by commas, whose X-Forwarded-* headers are believed."),
        new("DEVICECONSOLE_DEMO", "false", "A demo tenant when the command `seed` runs."),
        new("DEVICECONSOLE_ADMIN_USER", "", "The first administrator, for the command `seed`."),
        new("DEVICECONSOLE_ADMIN_PASSWORD", "", "The first administrator's password, for the command `seed`.", true),
        new("DEVICECONSOLE_FLEET_SECRET", "", "What the demo's simulated devices enrol with, for the command `seed`.", true),
        new("DEVICECONSOLE_SIMULATOR_SNMP", "", "Where the demo's simulated SNMP agents are, `ADDRESS:PORT+COUNT`, for the command `seed`."),
        new("Api__CorsOrigins", "", "Origins, parted by commas, of other sites' pages that may call the API with a token, `https://portal.example.net`."),
        new("Api__ServerSentEvents", "true", "False switches the event stream /api/v1/jobs/events off; pages and the hub go on."),
        new("Api__Burst", "400", "API requests of one caller at once."),
        new("Api__PerSecond", "100", "API requests of one caller a second, lasting."),
        new("ASPNETCORE_ENVIRONMENT", "Production", "`Development` lets placeholders pass and writes a log for people; nothing else of ours depends on it."),
        new("Logging__LogLevel__Default", "Information", "How much is logged; `Logging__LogLevel__CATEGORY` for one category."),
        new("OTEL_EXPORTER_OTLP_ENDPOINT", "", "A collector for metrics and traces (OTLP); empty: none. The other variables of the OpenTelemetry specification count too."),
    ];

    /// <summary>All of them, sections after what stands by itself.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Own, .. OptionClasses().SelectMany(Of)];

    /// <summary>The classes of options, by their sections.</summary>
    public static IEnumerable<Type> OptionClasses() =>
        new[] { typeof(SettingsSectionAttribute).Assembly, typeof(DeviceConsole.Protocols.ProtocolRegistration).Assembly, typeof(SettingCatalog).Assembly }
            .SelectMany(a => a.GetTypes()).Where(t => t.IsDefined(typeof(SettingsSectionAttribute))).OrderBy(SectionOf, StringComparer.Ordinal);

    private static string SectionOf(Type type) => type.GetCustomAttribute<SettingsSectionAttribute>()!.Section;

    private static IEnumerable<Setting> Of(Type type)
    {
        var defaults = Activator.CreateInstance(type);
        var section = SectionOf(type).Replace(":", "__", StringComparison.Ordinal);
        return type.GetProperties().Where(p => p.SetMethod is { IsPublic: true })
            .Select(p => new Setting($"{section}__{p.Name}", Text(p.GetValue(defaults)), null, IsSecret(p.Name), p));
    }

    private static bool IsSecret(string name) => SecretWords.Any(w => name.EndsWith(w, StringComparison.Ordinal));

    private static string Text(object? value) => value switch
    {
        null => "",
        bool b => b ? "true" : "false",
        TimeSpan t => t.ToString("c", CultureInfo.InvariantCulture),
        string s => s,
        IEnumerable list => string.Join(",", list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
