using System.Data.Common;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DeviceConsole.Core.Accounts;

/// <summary>Opens ASP.NET Core Identity on one tenant, for one operation.</summary>
public sealed class IdentityScopeFactory(IServiceScopeFactory scopes)
{
    /// <summary>A scope whose user manager sees the users of <paramref name="tenant"/> and no others.</summary>
    public IdentityScope Open(Guid tenant)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IdentityContext>().Tenant = tenant;
        return new IdentityScope(scope);
    }
}

/// <summary>Identity's stock <see cref="UserManager{TUser}"/> on one tenant; disposed when the operation is done.</summary>
public sealed class IdentityScope(AsyncServiceScope scope) : IAsyncDisposable
{
    /// <summary>The user manager.</summary>
    public UserManager<User> Users { get; } = scope.ServiceProvider.GetRequiredService<UserManager<User>>();

    private AppDbContext Db => scope.ServiceProvider.GetRequiredService<IdentityContext>().Db;

    /// <summary>A transaction in which everything that follows happens, or nothing.</summary>
    public Task<IDbContextTransaction> BeginAsync(CancellationToken cancellationToken) => Db.Database.BeginTransactionAsync(cancellationToken);

    /// <summary>Writes an audit row in the transaction of <see cref="BeginAsync"/>.</summary>
    public Task AuditAsync(Caller caller, AuditEntry entry, CancellationToken cancellationToken) => RunAsync(AuditLog.Command(caller, entry), cancellationToken);

    /// <summary>Runs one statement in the transaction of <see cref="BeginAsync"/>.</summary>
    public async Task RunAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        var transaction = Db.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("There is no transaction: call BeginAsync first.");
        await using var batch = new NpgsqlBatch((NpgsqlConnection)Db.Database.GetDbConnection(), (NpgsqlTransaction)(DbTransaction)transaction);
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => scope.DisposeAsync();
}

/// <summary>The database context behind one <see cref="IdentityScope"/>. Without a tenant there is none.</summary>
internal sealed class IdentityContext(TenantDbContextFactory contexts) : IAsyncDisposable, IDisposable
{
    private AppDbContext? db;

    public Guid? Tenant { get; set; }

    public AppDbContext Db => db ??= contexts.Create(Tenant
        ?? throw new InvalidOperationException("Identity was used outside an IdentityScope, so there is no tenant."));

    public void Dispose() => db?.Dispose();

    public ValueTask DisposeAsync() => db?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Identity's stock store on the context of the scope's tenant.</summary>
internal sealed class TenantUserStore(IdentityContext context, IdentityErrorDescriber describer)
    : UserOnlyStore<User, AppDbContext, Guid>(context.Db, describer);
