using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Core.Tenancy.Export;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Accounts;

/// <summary>Registers accounts, tenants and audit.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Needs <see cref="DataSources"/> and data protection.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TenantDbContextFactory>();
        services.AddSingleton<TenantDirectory>();
        services.TryAddSingleton<TenantDeletion>();
        services.AddSingleton<TenantExport>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AccountStates>();
        services.AddSingleton<PasswordLogin>();
        services.AddSingleton<UserService>();
        services.AddSingleton<TenantSetup>();
        services.AddSingleton<ClientService>();
        services.AddSingleton<Seed>();
        services.AddSingleton<IdentityScopeFactory>();
        services.AddScoped<IdentityContext>();
        services.AddScoped<IUserStore<User>, TenantUserStore>();
        services.AddIdentityCore<User>(Configure).AddPasswordValidator<PasswordRules>().AddDefaultTokenProviders();
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = 210_000);
        // Stateless, and needed outside a scope by the log-in.
        services.Replace(ServiceDescriptor.Singleton<IPasswordHasher<User>, PasswordHasher<User>>());
        services.Replace(ServiceDescriptor.Singleton<ILookupNormalizer, UpperInvariantLookupNormalizer>());
        return services;
    }

    private static void Configure(IdentityOptions options)
    {
        options.Password = new PasswordOptions
        {
            RequiredLength = PasswordRules.MinimumLength, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false, RequiredUniqueChars = 1,
        };
        options.Lockout = new LockoutOptions { MaxFailedAccessAttempts = PasswordLogin.MaximumFailures, DefaultLockoutTimeSpan = PasswordLogin.LockoutTime };
        options.User.RequireUniqueEmail = false;
    }
}
