using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Collisions;

/// <summary>Identities that two places claimed, live, and what is decided about them.</summary>
public sealed partial class CollisionsPage(CollisionService collisions, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<IdentityCollision>? rows;
    private IdentityCollision? blocking;
    private Problem? problem;
    private Problem? blockProblem;
    private bool mayDecide;
    private bool working;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        var caller = await current.GetAsync();
        var found = await collisions.ListAsync(caller, null, CancellationToken.None);
        (problem, rows, mayDecide) = (found.Problem, found.IsSuccess ? found.Value : null, caller.May(Rights.ManageDevices));
    }

    private async Task BlockAsync()
    {
        var result = await collisions.ResolveAsync(await current.GetAsync(), blocking!.Id, CollisionState.Blocked, CancellationToken.None);
        blockProblem = result.Problem;
        if (!result.IsSuccess) return;
        blocking = null;
        toasts.Success("The other one is not let in any more.");
        await ReadAsync();
    }

    private Task ResolveAsync(IdentityCollision row, CollisionState answer) =>
        DoAsync(async caller => (await collisions.ResolveAsync(caller, row.Id, answer, CancellationToken.None)).Problem, answer == CollisionState.Moved ? "The device has moved." : "It is not told again.");

    private Task ForgetAsync(IdentityCollision row) => DoAsync(async caller => (await collisions.ForgetAsync(caller, row.Id, CancellationToken.None)).Problem, "The decision is taken back.");

    private async Task DoAsync(Func<Caller, Task<Problem?>> work, string done)
    {
        if (working) return;
        working = true;
        try
        {
            var failed = await work(await current.GetAsync());
            if (failed is null) toasts.Success(done);
            await ReadAsync();
            problem = failed ?? problem;
        }
        finally
        {
            working = false;
        }
    }
}
