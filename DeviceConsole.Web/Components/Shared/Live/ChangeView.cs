using DeviceConsole.Core.Live;

namespace DeviceConsole.Web.Components.Shared.Live;

/// <summary>
/// Follows one topic of the change feed for one component: reads its data again after changes, at most every <see cref="Pause"/>.
/// Dispose it with the component.
/// </summary>
public sealed class ChangeView : IDisposable
{
    /// <summary>The least time between two readings; the first change after a pause is read at once.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource stop = new();
    private readonly Func<Func<Task>, Task> dispatch;
    private readonly Func<Task> reload;
    private readonly Func<Exception, Task> fail;
    private readonly TimeProvider time;
    private IDisposable? subscription;
    private int asked;

    private ChangeView(Func<Task> reload, Func<Func<Task>, Task> dispatch, Func<Exception, Task> fail, TimeProvider time) =>
        (this.reload, this.dispatch, this.fail, this.time) = (reload, dispatch, fail, time);

    /// <summary>Starts to follow.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="concerns">True where these keys concern the component; not asked where everything may have changed.</param>
    /// <param name="reload">Reads and renders, on the component's dispatcher.</param>
    /// <param name="dispatch">The component's InvokeAsync.</param>
    /// <param name="fail">The component's DispatchExceptionAsync.</param>
    /// <param name="time">The clock.</param>
    public static ChangeView Follow(ChangeFeed feed, Guid tenant, string topic, Func<IReadOnlyList<string>, bool> concerns,
        Func<Task> reload, Func<Func<Task>, Task> dispatch, Func<Exception, Task> fail, TimeProvider time)
    {
        var view = new ChangeView(reload, dispatch, fail, time);
        view.subscription = feed.Subscribe(tenant, topic, keys =>
        {
            if (keys is null || concerns(keys)) view.Ask();
        });
        return view;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        subscription?.Dispose();
        stop.Cancel();
    }

    // 0: idle. 1: reading or pausing. 2: another change came meanwhile.
    private void Ask()
    {
        if (Interlocked.CompareExchange(ref asked, 1, 0) == 0) _ = ReadAsync();
        else Interlocked.CompareExchange(ref asked, 2, 1);
    }

    private async Task ReadAsync()
    {
        try
        {
            do
            {
                Interlocked.Exchange(ref asked, 1);
                await dispatch(() => stop.IsCancellationRequested ? Task.CompletedTask : reload());
                await Task.Delay(Pause, time, stop.Token);
            }
            while (Interlocked.CompareExchange(ref asked, 0, 1) == 2);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The component is gone.
        }
        catch (Exception e)
        {
            await fail(e);
        }
    }
}
