namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>
/// The last notifications of each device, across its sessions: an agent that got no acknowledgement tells the same again with the same message ID.
/// </summary>
internal sealed class RecentNotifications
{
    private const int PerDevice = 32, MaximumDevices = 100_000;
    private readonly Dictionary<(Guid Tenant, Guid Device), Queue<string>> seen = [];
    private readonly Queue<(Guid, Guid)> order = [];
    private readonly Lock gate = new();

    /// <summary>True where this one was handled before.</summary>
    public bool Contains(Guid tenant, Guid device, string messageId)
    {
        lock (gate) return seen.TryGetValue((tenant, device), out var ids) && ids.Contains(messageId);
    }

    /// <summary>Remembers that it was handled.</summary>
    public void Add(Guid tenant, Guid device, string messageId)
    {
        lock (gate)
        {
            if (!seen.TryGetValue((tenant, device), out var ids))
            {
                if (seen.Count >= MaximumDevices) seen.Remove(order.Dequeue());
                seen[(tenant, device)] = ids = [];
                order.Enqueue((tenant, device));
            }
            ids.Enqueue(messageId);
            if (ids.Count > PerDevice) ids.Dequeue();
        }
    }
}
