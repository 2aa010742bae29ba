using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Devices;
using DeviceConsole.Migrations;

namespace DeviceConsole.Web.Hosting;

/// <summary>The application's command line: no argument serves; every failure is one sentence on stderr and exit code 1.</summary>
public static class Commands
{
    private const string Usage = "Use: DeviceConsole.Web [migrate up|down [N]|status|script | seed | check-secrets | config check [--database] | health]";

    /// <summary>Runs one command; the process's exit code.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="build">Makes the application from a builder and its settings.</param>
    public static async Task<int> RunAsync(string[] args, Func<WebApplicationBuilder, HostSettings, WebApplication> build)
    {
        try
        {
            return args switch
            {
                ["migrate", .. var rest] => await MigrateAsync(rest),
                ["seed"] => await SeedAsync(build),
                ["check-secrets"] => await CheckSecretsAsync(build),
                ["config", "check"] => await ConfigCheck.RunAsync(build, database: false),
                ["config", "check", "--database"] => await ConfigCheck.RunAsync(build, database: true),
                ["health"] => await HealthCommand.RunAsync(),
                [] or [['-', '-', ..], ..] => await ServeAsync(args, build),
                _ => await FailAsync(Usage),
            };
        }
        catch (StartupException e)
        {
            return await FailAsync(e.Message);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return await FailAsync($"{e.Message} Stop the other program or choose another port.");
        }
    }

    private static Task<int> MigrateAsync(string[] arguments) =>
        MigrationCommand.RunAsync(WebHostSetup.CreateBuilder([]).Configuration.GetConnectionString("Migrator"), arguments, Console.Out, Console.Error);

    private static async Task<int> SeedAsync(Func<WebApplicationBuilder, HostSettings, WebApplication> build)
    {
        await using var app = Build([], build);
        await StartupCheck.RunAsync(app.Services, CancellationToken.None);
        var input = ReadSeed(app.Configuration);
        var problem = await app.Services.GetRequiredService<Seed>().RunAsync(input, CancellationToken.None);
        if (problem is null && input.Demo)
            problem = await app.Services.GetRequiredService<DemoDevices>().EnrolAsync(app.Configuration["DEVICECONSOLE_FLEET_SECRET"], CancellationToken.None);
        if (problem is null && input.Demo)
            problem = await app.Services.GetRequiredService<DemoDevices>().RunAsync(app.Configuration["DEVICECONSOLE_SIMULATOR_SNMP"], CancellationToken.None);
        return problem is null ? 0 : await FailAsync(problem);
    }

    private static async Task<int> CheckSecretsAsync(Func<WebApplicationBuilder, HostSettings, WebApplication> build)
    {
        await using var app = Build([], build);
        await StartupCheck.RunAsync(app.Services, CancellationToken.None);
        var report = await app.Services.GetRequiredService<SecretCheck>().RunAsync(CancellationToken.None);
        foreach (var sentence in report.Unreadable) await Console.Error.WriteLineAsync(sentence);
        Console.WriteLine($"{report.Opened} credentials open, {report.UnreadableCount} do not.");
        return report.UnreadableCount == 0 ? 0 : 1;
    }

    private static async Task<int> ServeAsync(string[] args, Func<WebApplicationBuilder, HostSettings, WebApplication> build)
    {
        await using var app = Build(args, build);
        await StartupCheck.RunAsync(app.Services, CancellationToken.None);
        await app.RunAsync();
        return 0;
    }

    private static WebApplication Build(string[] args, Func<WebApplicationBuilder, HostSettings, WebApplication> build)
    {
        var builder = WebHostSetup.CreateBuilder(args);
        return build(builder, HostSettings.Read(builder.Configuration, builder.Environment.IsDevelopment()));
    }

    private static SeedInput ReadSeed(IConfiguration configuration)
    {
        var password = configuration["DEVICECONSOLE_ADMIN_PASSWORD"] ?? "";
        if (password.Length > 0 && Placeholders.IsOne(password))
            throw new StartupException("DEVICECONSOLE_ADMIN_PASSWORD is a placeholder that everybody would try: choose a password for the first administrator.");
        return new SeedInput(configuration["DEVICECONSOLE_ADMIN_USER"] ?? "", password, configuration.GetValue("DEVICECONSOLE_DEMO", false));
    }

    private static async Task<int> FailAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        return 1;
    }
}
