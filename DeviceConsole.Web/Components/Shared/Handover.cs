using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>
/// Carries what the first, static rendering of a page has read over to its circuit, so that the circuit's first rendering
/// shows the same and nothing flickers.
/// </summary>
public sealed class Handover(PersistentComponentState state) : IDisposable
{
    private readonly List<PersistingComponentStateSubscription> subscriptions = [];

    /// <summary>What the static rendering left under <paramref name="key"/>; otherwise reads it, and leaves it there when this is the static rendering.</summary>
    /// <param name="key">Unique on the page.</param>
    /// <param name="isInteractive">The component's RendererInfo.IsInteractive.</param>
    /// <param name="load">Reads it.</param>
    /// <param name="fits">False for what is too much to travel through the browser: the circuit then reads it again.</param>
    public async Task<T> TakeOrLoadAsync<T>(string key, bool isInteractive, Func<Task<T>> load, Func<T, bool>? fits = null)
    {
        if (isInteractive && state.TryTakeFromJson<T>(key, out var kept) && kept is not null) return kept;
        var value = await load();
        if (!isInteractive && fits?.Invoke(value) != false)
        {
            subscriptions.Add(state.RegisterOnPersisting(() =>
            {
                state.PersistAsJson(key, value);
                return Task.CompletedTask;
            }, RenderMode.InteractiveServer));
        }
        return value;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var subscription in subscriptions) subscription.Dispose();
    }
}
