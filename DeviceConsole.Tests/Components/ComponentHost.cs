using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.HtmlRendering.Infrastructure;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Components;

/// <summary>An element as it stands on the page, with the ids of its event handlers.</summary>
public sealed record RenderedElement(string Name, IReadOnlyDictionary<string, object?> Attributes, IReadOnlyDictionary<string, ulong> Handlers)
{
    /// <summary>An attribute as text, or null.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute)?.ToString();

    /// <summary>True where the class attribute names it.</summary>
    public bool HasClass(string name) => (this["class"] ?? "").Split(' ').Contains(name);
}

/// <summary>Renders components as a circuit would, without a browser: HTML, elements, events.</summary>
public sealed class ComponentHost : StaticHtmlRenderer
{
    // The first component of a renderer.
    private const int RootId = 0;

    private HtmlRootComponent root;

    private ComponentHost(IServiceProvider services) : base(services, NullLoggerFactory.Instance)
    {
    }

    /// <summary>The page as HTML.</summary>
    public string Html => Dispatcher.InvokeAsync(root.ToHtmlString).GetAwaiter().GetResult();

    /// <summary>Components are told that they are interactive.</summary>
    protected override RendererInfo RendererInfo => new("Server", isInteractive: true);

    /// <summary>Renders a component.</summary>
    public static async Task<ComponentHost> RenderAsync<T>(IServiceProvider services, params (string Name, object? Value)[] parameters) where T : IComponent
    {
        var host = new ComponentHost(services);
        var view = ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value));
        host.root = await host.Dispatcher.InvokeAsync(() => host.BeginRenderingComponent(typeof(T), view));
        await host.Dispatcher.InvokeAsync(() => host.root.QuiescenceTask);
        return host;
    }

    /// <summary>A container with what every component may ask for.</summary>
    public static ServiceProvider Services(Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddScoped<DeviceConsole.Web.Components.Shared.Time.Ticker>();
        services.AddSingleton(new DeviceConsole.Core.Protocols.ProtocolCatalog([]));
        more?.Invoke(services);
        return services.BuildServiceProvider();
    }

    /// <summary>Every element, in the page's order.</summary>
    public IReadOnlyList<RenderedElement> Elements()
    {
        var found = new List<RenderedElement>();
        Walk(RootId, found);
        return found;
    }

    /// <summary>The one element of which that is true.</summary>
    public RenderedElement One(Func<RenderedElement, bool> which) => Elements().Single(which);

    /// <summary>The input of that name attribute.</summary>
    public RenderedElement Input(string name) => One(e => e["name"] == name);

    /// <summary>Raises an event.</summary>
    public Task RaiseAsync(RenderedElement element, string name, EventArgs args) =>
        Dispatcher.InvokeAsync(() => DispatchEventAsync(element.Handlers[name], null, args));

    /// <summary>Types into an input and leaves it.</summary>
    public Task ChangeAsync(string name, object value) => RaiseAsync(Input(name), "onchange", new ChangeEventArgs { Value = value });

    /// <summary>Clicks.</summary>
    public Task ClickAsync(Func<RenderedElement, bool> which) => RaiseAsync(One(which), "onclick", new MouseEventArgs());

    /// <inheritdoc />
    protected override Task UpdateDisplayAsync(in RenderBatch renderBatch)
    {
        base.UpdateDisplayAsync(renderBatch);
        return Task.CompletedTask;
    }

    private void Walk(int component, List<RenderedElement> found)
    {
        var frames = GetCurrentRenderTreeFrames(component);
        for (var i = 0; i < frames.Count; i++)
        {
            ref var frame = ref frames.Array[i];
            if (frame.FrameType == RenderTreeFrameType.Component) Walk(frame.ComponentId, found);
            if (frame.FrameType == RenderTreeFrameType.Element) found.Add(Element(frames, i));
        }
    }

    private static RenderedElement Element(ArrayRange<RenderTreeFrame> frames, int at)
    {
        var attributes = new Dictionary<string, object?>();
        var handlers = new Dictionary<string, ulong>();
        for (var i = at + 1; i < frames.Count && frames.Array[i].FrameType == RenderTreeFrameType.Attribute; i++)
        {
            ref var frame = ref frames.Array[i];
            if (frame.AttributeEventHandlerId != 0) handlers[frame.AttributeName] = frame.AttributeEventHandlerId;
            else attributes[frame.AttributeName] = frame.AttributeValue;
        }
        return new(frames.Array[at].ElementName, attributes, handlers);
    }
}
