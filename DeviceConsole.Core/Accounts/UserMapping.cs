using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceConsole.Core.Accounts;

/// <summary>
/// Identity's entities on the tables of migration 0002. The database's key is (tenant_id, id); the model knows the id alone,
/// because a context sees one tenant and Identity's stores find by id.
/// </summary>
internal sealed class UserMapping : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users").HasKey(u => u.Id);
        user.Property(u => u.Id).HasColumnName("id").ValueGeneratedNever();
        user.Property(u => u.TenantId).HasColumnName("tenant_id");
        user.Property(u => u.UserName).HasColumnName("user_name");
        user.Property(u => u.NormalizedUserName).HasColumnName("normalized_user_name");
        user.Property(u => u.Email).HasColumnName("email");
        user.Property(u => u.NormalizedEmail).HasColumnName("normalized_email");
        user.Property(u => u.EmailConfirmed).HasColumnName("email_confirmed");
        user.Property(u => u.PasswordHash).HasColumnName("password_hash");
        user.Property(u => u.SecurityStamp).HasColumnName("security_stamp");
        user.Property(u => u.ConcurrencyStamp).HasColumnName("concurrency_stamp").IsConcurrencyToken();
        user.Property(u => u.PhoneNumber).HasColumnName("phone_number");
        user.Property(u => u.PhoneNumberConfirmed).HasColumnName("phone_number_confirmed");
        user.Property(u => u.TwoFactorEnabled).HasColumnName("two_factor_enabled");
        user.Property(u => u.LockoutEnd).HasColumnName("lockout_end");
        user.Property(u => u.LockoutEnabled).HasColumnName("lockout_enabled");
        user.Property(u => u.AccessFailedCount).HasColumnName("access_failed_count");
        user.Property(u => u.DisplayName).HasColumnName("display_name");
        user.Property(u => u.Role).HasColumnName("role");
        user.Property(u => u.Disabled).HasColumnName("disabled");
        user.Property(u => u.CreatedAt).HasColumnName("created_at");
        user.Property(u => u.LastLoginAt).HasColumnName("last_login_at");
    }
}

// The tables below take their tenant_id from the transaction's setting by default.
internal sealed class UserClaimMapping : IEntityTypeConfiguration<IdentityUserClaim<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> claim)
    {
        claim.ToTable("user_claims").HasKey(c => c.Id);
        claim.Property(c => c.Id).HasColumnName("id").ValueGeneratedOnAdd();
        claim.Property(c => c.UserId).HasColumnName("user_id");
        claim.Property(c => c.ClaimType).HasColumnName("claim_type");
        claim.Property(c => c.ClaimValue).HasColumnName("claim_value");
    }
}

internal sealed class UserLoginMapping : IEntityTypeConfiguration<IdentityUserLogin<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> login)
    {
        login.ToTable("user_logins").HasKey(l => new { l.LoginProvider, l.ProviderKey });
        login.Property(l => l.LoginProvider).HasColumnName("login_provider");
        login.Property(l => l.ProviderKey).HasColumnName("provider_key");
        login.Property(l => l.ProviderDisplayName).HasColumnName("provider_display_name");
        login.Property(l => l.UserId).HasColumnName("user_id");
    }
}

internal sealed class UserTokenMapping : IEntityTypeConfiguration<IdentityUserToken<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> token)
    {
        token.ToTable("user_tokens").HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        token.Property(t => t.UserId).HasColumnName("user_id");
        token.Property(t => t.LoginProvider).HasColumnName("login_provider");
        token.Property(t => t.Name).HasColumnName("name");
        token.Property(t => t.Value).HasColumnName("value");
    }
}
