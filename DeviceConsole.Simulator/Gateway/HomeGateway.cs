namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// A home gateway with a TR-181 Device:2 tree of some 1,200 parameters, whatever protocol speaks for it. Thread-safe. Nothing runs by
/// itself: whoever owns it calls <see cref="Tick"/> about once a second; counters and times are right without.
/// </summary>
public sealed partial class HomeGateway
{
    private const int MaxRows = 64;
    private readonly Lock gate = new();
    private readonly HomeGatewayOptions options;
    private readonly TimeProvider time;
    private readonly Dictionary<string, string> provisioned = new(StringComparer.Ordinal);
    private readonly List<GatewayEvent> events = [];
    private GatewayTree tree;

    /// <summary>A gateway that has been up for some days.</summary>
    public HomeGateway(HomeGatewayOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        tree = NewTree(time.GetUtcNow().AddMinutes(-(20 + (options.Seed & 0x3fff))));
        nextGauges = nextStation = time.GetUtcNow();
    }

    /// <summary>A value or row changed; raised after the change, outside of any lock, on the thread that made it.</summary>
    public event Action<GatewayChange>? Changed;

    /// <summary>A reboot, firmware or diagnostic event; raised as <see cref="Changed"/> is, after the changes that belong to it.</summary>
    public event Action<GatewayEvent>? Happened;

    /// <summary>The model of the tree, for protocols that describe what they support.</summary>
    public static GatewayModel Model => GatewayModel.Instance;

    /// <summary>Who it is.</summary>
    public HomeGatewayOptions Options => options;

    /// <summary>The parameter at that full path, or null.</summary>
    public GatewayParameter? Find(string path)
    {
        lock (gate) return tree.Resolve(path) is { } at ? tree.Parameter(at.Node, at.Index) : null;
    }

    /// <summary>The path of an object as its rows' numbers have it ("Device.WiFi.SSID.[home]." becomes "Device.WiFi.SSID.1."); null where there is none.</summary>
    public string? PathOf(string path)
    {
        lock (gate) return tree.Root.Find(path)?.Path;
    }

    /// <summary>Whether there is an object (path with or without the last dot) or parameter of that path.</summary>
    public bool Exists(string path)
    {
        lock (gate) return tree.Resolve(path) is not null || tree.Root.Find(path) is not null;
    }

    /// <summary>
    /// Names as TR-069 GetParameterNames gives them. An object path (ends with a dot; empty = above "Device."): with
    /// <paramref name="nextLevel"/> what is directly below, else the object itself and all below. A parameter path: itself.
    /// An unknown path gives nothing.
    /// </summary>
    public IReadOnlyList<GatewayNode> List(string objectPath, bool nextLevel)
    {
        lock (gate)
        {
            var found = new List<GatewayNode>();
            if (objectPath.Length > 0 && objectPath[^1] != '.')
            {
                if (tree.Resolve(objectPath) is { } at) found.Add(new GatewayNode(objectPath, false, at.Node.Model.Parameters[at.Index].Writable));
            }
            else if (objectPath.Length == 0 && nextLevel)
            {
                found.Add(new GatewayNode(tree.Root.Path, true, false));
            }
            else if (tree.Root.Find(objectPath.Length == 0 ? "Device." : objectPath) is { } node)
            {
                if (!nextLevel) found.Add(new GatewayNode(node.Path, true, node.Writable));
                Collect(node, node.Path, nextLevel, found);
            }

            return found;
        }
    }

    /// <summary>The parameter, or all parameters below the object (path ends with a dot; empty = all). Unknown paths give nothing.</summary>
    public IReadOnlyList<GatewayParameter> Read(string pathOrObject)
    {
        lock (gate)
        {
            if (tree.Resolve(pathOrObject) is { } at) return [tree.Parameter(at.Node, at.Index)];
            var found = new List<GatewayParameter>();
            var path = pathOrObject.Length == 0 ? "Device." : pathOrObject;
            if (path[^1] == '.' && tree.Root.Find(path) is { } node) Collect(node, node.Path, found);
            return found;
        }
    }

    private static void Collect(TreeNode node, string path, bool nextLevel, List<GatewayNode> found)
    {
        if (!node.IsTable)
        {
            foreach (var parameter in node.Model.Parameters) found.Add(new GatewayNode(path + parameter.Name, false, parameter.Writable));
        }

        foreach (var child in node.Below)
        {
            var childPath = child.Path;
            found.Add(new GatewayNode(childPath, true, child.Writable));
            if (!nextLevel) Collect(child, childPath, false, found);
        }
    }

    private void Collect(TreeNode node, string path, List<GatewayParameter> found)
    {
        if (!node.IsTable)
        {
            for (var i = 0; i < node.Model.Parameters.Count; i++) found.Add(tree.Parameter(node, i, path));
        }

        foreach (var child in node.Below) Collect(child, child.Path, found);
    }

    private GatewayTree NewTree(DateTimeOffset bootedAt)
    {
        var made = new GatewayTree(options, time) { BootedAt = bootedAt };
        HomeStations.Populate(made);
        foreach (var (path, value) in provisioned)
        {
            if (made.Resolve(path) is { } at) made.Set(at.Node, at.Index, value);
        }

        made.Changes.Clear();
        return made;
    }

    /// <summary>Does the work under the lock, then tells what it changed.</summary>
    private T Change<T>(Func<T> work)
    {
        T result;
        GatewayChange[] changes;
        GatewayEvent[] happened;
        lock (gate)
        {
            result = work();
            changes = [.. tree.Changes];
            happened = [.. events];
            tree.Changes.Clear();
            events.Clear();
        }

        foreach (var change in changes) Changed?.Invoke(change);
        foreach (var one in happened) Happened?.Invoke(one);
        return result;
    }

    private void Raise(GatewayEventKind kind, string path, string cause) =>
        events.Add(new GatewayEvent(kind, path, cause, tree.Value(tree.Root.Find("Device.DeviceInfo")!, "SoftwareVersion")));
}
