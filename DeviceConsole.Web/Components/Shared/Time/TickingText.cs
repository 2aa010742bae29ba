using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Shared.Time;

/// <summary>A text that depends on the present moment; renders again only when the text has changed.</summary>
public abstract class TickingText : ComponentBase, IDisposable
{
    private IDisposable? listening;

    /// <summary>The circuit's clock.</summary>
    [Inject] protected Ticker Ticker { get; set; } = default!;

    /// <summary>The browser's zone.</summary>
    [CascadingParameter] protected BrowserTime? Time { get; set; }

    /// <summary>What is shown.</summary>
    protected string Text { get; private set; } = "";

    /// <summary>The text at this moment.</summary>
    protected abstract string TextAt(DateTimeOffset now);

    /// <summary>False where the text will not change any more.</summary>
    protected virtual bool IsTicking => true;

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        Text = TextAt(Ticker.Now);
        if (!IsTicking) Stop();
        else if (RendererInfo.IsInteractive) listening ??= Ticker.Listen(Tick);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        GC.SuppressFinalize(this);
    }

    private void Stop()
    {
        listening?.Dispose();
        listening = null;
    }

    private void Tick()
    {
        if (TextAt(Ticker.Now) == Text) return;
        _ = InvokeAsync(() =>
        {
            Text = TextAt(Ticker.Now);
            StateHasChanged();
        });
    }
}
