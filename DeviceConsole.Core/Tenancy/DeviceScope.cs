namespace DeviceConsole.Core.Tenancy;

/// <summary>The devices that a caller may see and touch: all of the tenant, or a list.</summary>
public sealed class DeviceScope
{
    private readonly HashSet<Guid>? devices;

    private DeviceScope(HashSet<Guid>? devices) => this.devices = devices;

    /// <summary>Every device of the tenant.</summary>
    public static DeviceScope All { get; } = new(null);

    /// <summary>These devices only.</summary>
    public static DeviceScope Of(IEnumerable<Guid> devices) => new([.. devices]);

    /// <summary>True where the scope is the whole tenant.</summary>
    public bool IsAll => devices is null;

    /// <summary>True where the device is within the scope.</summary>
    public bool Allows(Guid device) => devices is null || devices.Contains(device);

    /// <summary>The devices as an SQL parameter: null for all (<c>$1::uuid[] IS NULL OR id = ANY ($1)</c>).</summary>
    public Guid[]? ToArray() => devices?.ToArray();
}
