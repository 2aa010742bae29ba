using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace DeviceConsole.Web.Hosting;

/// <summary>
/// <c>config check</c>: prints what a start would use and where it comes from. Secrets are not shown, but a fingerprint of each, to compare
/// with a secrets manager: <c>printf %s "$SECRET" | sha256sum | cut -c 1-12</c>.
/// </summary>
public static class ConfigCheck
{
    private const string Prefix = "DEVICECONSOLE_";

    // Read by the scripts of the repository, not by the application.
    private static readonly string[] OfScripts = ["DB_", "REGISTRY", "IMAGE", "CLUSTER", "RELEASE_", "NOTICE_", "BACKUP_", "RESTORE_", "DATABASE_", "VERSION", "TEST_", "ROLLOUT_", "REPOSITORY", "VULNERABILITY_", "DOTNET_", "BENCH_"];

    /// <summary>0 where the application would start with it.</summary>
    /// <param name="build">Makes the application, for the check of the database.</param>
    /// <param name="database">True where the database is looked at too.</param>
    public static async Task<int> RunAsync(Func<WebApplicationBuilder, HostSettings, WebApplication> build, bool database)
    {
        var builder = WebHostSetup.CreateBuilder([]);
        var output = Console.Out;
        foreach (var setting in SettingCatalog.All) await output.WriteLineAsync(Line(builder.Configuration, setting));
        foreach (var name in Unknown(builder.Configuration)) await output.WriteLineAsync($"{name}  is no setting of the application: look for a slip of the pen.");
        // Throws the sentence that says what is wrong.
        var settings = HostSettings.Read(builder.Configuration, builder.Environment.IsDevelopment());
        if (database)
        {
            await using var app = build(builder, settings);
            await StartupCheck.RunAsync(app.Services, CancellationToken.None);
        }
        await output.WriteLineAsync(database ? "The application would start with this configuration on this database." : "The application would accept this configuration.");
        return 0;
    }

    /// <summary>The first twelve hexadecimal digits of the SHA-256 of a secret.</summary>
    public static string Fingerprint(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))[..12];

    /// <summary>One setting as it is printed.</summary>
    public static string Line(IConfigurationRoot configuration, Setting setting)
    {
        if (configuration[setting.Key] is not { Length: > 0 } value) return $"{setting.Name} = {(setting.Default.Length > 0 ? setting.Default : "(empty)")}  [default]";
        return $"{setting.Name} = {(setting.IsSecret ? Masked(value) : value)}  [{Origin(configuration, setting.Key)}]";
    }

    // Of a connection string everything but the password is worth seeing.
    private static string Masked(string value)
    {
        if (!value.Contains('=', StringComparison.Ordinal) || value.EndsWith('=') || Placeholders.PasswordOf(value) is not { } password) return $"(secret, sha256 {Fingerprint(value)})";
        var parts = new DbConnectionStringBuilder { ConnectionString = value };
        foreach (var key in (string[])["Password", "PWD"])
            if (parts.ContainsKey(key)) parts[key] = $"(sha256 {Fingerprint(password)})";
        return parts.ConnectionString;
    }

    private static string Origin(IConfigurationRoot configuration, string key) =>
        configuration.Providers.Reverse().FirstOrDefault(p => p.TryGet(key, out _)) switch
        {
            EnvironmentVariablesConfigurationProvider => "environment",
            FileConfigurationProvider file => file.Source.Path ?? "file",
            { } other => other.GetType().Name,
            null => "default",
        };

    private static IEnumerable<string> Unknown(ConfigurationManager configuration) =>
        configuration.GetChildren().Select(c => c.Key).Where(k => k.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && SettingCatalog.All.All(s => !s.Name.Equals(k, StringComparison.OrdinalIgnoreCase))
            && !OfScripts.Any(o => k.AsSpan(Prefix.Length).StartsWith(o, StringComparison.OrdinalIgnoreCase)));
}
