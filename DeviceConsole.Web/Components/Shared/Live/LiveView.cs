using DeviceConsole.Core.Live;

namespace DeviceConsole.Web.Components.Shared.Live;

/// <summary>
/// Follows a live feed for one component: changes go into its model as they come, renderings are held apart so that a busy
/// feed costs a few a second. Dispose it with the component.
/// </summary>
public sealed class LiveView : IAsyncDisposable
{
    /// <summary>The least time between two renderings; the first change after a pause shows at once.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    private readonly CancellationTokenSource stop = new();
    private readonly Func<Task> render;
    private readonly TimeProvider time;
    private Task reading = Task.CompletedTask;
    private long rendered;
    private int waiting;

    private LiveView(Func<Task> render, TimeProvider time) => (this.render, this.time) = (render, time);

    /// <summary>Starts to follow.</summary>
    /// <param name="subscription">Subscribed before the snapshot was read; disposed with this view.</param>
    /// <param name="apply">Puts changes into the model, on the component's dispatcher; true where something visible has changed.</param>
    /// <param name="resync">Reads the snapshot again, because changes were lost; on the component's dispatcher.</param>
    /// <param name="dispatch">The component's InvokeAsync.</param>
    /// <param name="render">The component's StateHasChanged.</param>
    /// <param name="fail">The component's DispatchExceptionAsync.</param>
    /// <param name="time">The clock.</param>
    public static LiveView Follow<T>(
        LiveSubscription<T> subscription, Func<IReadOnlyList<T>, bool> apply, Func<Task> resync,
        Func<Func<Task>, Task> dispatch, Action render, Func<Exception, Task> fail, TimeProvider time)
    {
        var view = new LiveView(() => dispatch(() => { render(); return Task.CompletedTask; }), time);
        view.reading = view.ReadAsync(subscription, apply, resync, dispatch, fail);
        return view;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading;
        stop.Dispose();
    }

    private async Task ReadAsync<T>(LiveSubscription<T> subscription, Func<IReadOnlyList<T>, bool> apply, Func<Task> resync, Func<Func<Task>, Task> dispatch, Func<Exception, Task> fail)
    {
        try
        {
            await foreach (var batch in subscription.ReadAllAsync(stop.Token))
            {
                var visible = true;
                await dispatch(async () =>
                {
                    if (batch.Resync) await resync();
                    else visible = apply(batch.Changes);
                });
                if (visible) await RenderSoonAsync(fail);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The component is gone.
        }
        catch (Exception e)
        {
            await fail(e);
        }
        finally
        {
            await subscription.DisposeAsync();
        }
    }

    private async Task RenderSoonAsync(Func<Exception, Task> fail)
    {
        var since = time.GetElapsedTime(rendered);
        if (rendered == 0 || since >= Pause)
        {
            rendered = time.GetTimestamp();
            await render();
        }
        else if (Interlocked.Exchange(ref waiting, 1) == 0)
        {
            _ = RenderLaterAsync(Pause - since, fail);
        }
    }

    private async Task RenderLaterAsync(TimeSpan delay, Func<Exception, Task> fail)
    {
        try
        {
            await Task.Delay(delay, time, stop.Token);
            Interlocked.Exchange(ref waiting, 0);
            rendered = time.GetTimestamp();
            await render();
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
