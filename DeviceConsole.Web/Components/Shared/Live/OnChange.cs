using DeviceConsole.Core.Live;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Shared.Live;

/// <summary>Has its parent read again after changes of a topic, for as long as it stands in the page (<see cref="ChangeView"/>). Shows nothing.</summary>
public sealed class OnChange(ChangeFeed feed, CurrentCaller current, TimeProvider time) : ComponentBase, IDisposable
{
    private ChangeView? view;
    private bool isGone;

    /// <summary>The topic.</summary>
    [Parameter, EditorRequired] public string Of { get; set; } = "";

    /// <summary>True where changes of these keys concern the parent; all do without it.</summary>
    [Parameter] public Func<IReadOnlyList<string>, bool>? Where { get; set; }

    /// <summary>Reads again; the parent is rendered afterwards.</summary>
    [Parameter, EditorRequired] public EventCallback Read { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        isGone = true;
        view?.Dispose();
    }

    /// <inheritdoc />
    protected override bool ShouldRender() => false;

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        view = ChangeView.Follow(feed, (await current.GetAsync()).Tenant, Of, keys => Where is null || Where(keys), () => Read.InvokeAsync(), InvokeAsync, DispatchExceptionAsync, time);
        // The page may have been left while the caller was looked up.
        if (isGone) view.Dispose();
    }
}
