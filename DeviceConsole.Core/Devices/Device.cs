using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Devices;

/// <summary>A device as lists show it.</summary>
public sealed record DeviceRow
{
    /// <summary>The device (UUID v7).</summary>
    public required Guid Id { get; init; }

    /// <summary>What operators call it; not unique.</summary>
    public required string Name { get; init; }

    /// <summary>Unique within the tenant; empty where unknown.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Who made it.</summary>
    public required string Manufacturer { get; init; }

    /// <summary>Which model it is.</summary>
    public required string Model { get; init; }

    /// <summary>Its management address, as shown in lists.</summary>
    public required string Address { get; init; }

    /// <summary>Where it stands.</summary>
    public required string Site { get; init; }

    /// <summary>Free labels, lower case.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Ids of the protocols it has an endpoint for.</summary>
    public required IReadOnlyList<string> Protocols { get; init; }

    /// <summary>When it last answered or called; null where it never did.</summary>
    public DateTimeOffset? LastContactAt { get; init; }

    /// <summary>When a job last failed to reach it.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>That failure, in a sentence.</summary>
    public string? LastFailure { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Grows with every edit; the API's ETag.</summary>
    public required int Version { get; init; }
}

/// <summary>How one protocol reaches a device. Secrets are never read back, only which are set.</summary>
/// <remarks>With a credential template, its settings and the names of its credentials stand here too.</remarks>
public sealed record DeviceEndpoint(string Protocol, string? Identity, JsonObject Settings, IReadOnlyList<string> SecretsSet, DateTimeOffset? LastContactAt)
{
    /// <summary>The credential template that is used; null where the device has credentials of its own.</summary>
    public Guid? TemplateId { get; init; }

    /// <summary>Its name.</summary>
    public string? TemplateName { get; init; }
}

/// <summary>A device with its endpoints.</summary>
public sealed record DeviceDetail(DeviceRow Device, string Notes, IReadOnlyList<DeviceEndpoint> Endpoints, DateTimeOffset UpdatedAt);

/// <summary>What an operator enters for a device.</summary>
public sealed record DeviceInput
{
    /// <summary>1 to 200 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>Up to 200 characters, unique in the tenant when not empty.</summary>
    public string SerialNumber { get; init; } = "";

    /// <summary>Up to 200 characters.</summary>
    public string Manufacturer { get; init; } = "";

    /// <summary>Up to 200 characters.</summary>
    public string Model { get; init; } = "";

    /// <summary>Up to 200 characters.</summary>
    public string Site { get; init; } = "";

    /// <summary>Up to 50 labels of up to 50 characters.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Up to 4,000 characters.</summary>
    public string Notes { get; init; } = "";

    /// <summary>All endpoints of the device: one that is missing here is removed.</summary>
    public IReadOnlyList<EndpointInput> Endpoints { get; init; } = [];
}

/// <summary>One endpoint as entered.</summary>
/// <param name="Protocol">A protocol's id.</param>
/// <param name="Settings">Values by the ids of the descriptor's settings.</param>
/// <param name="Secrets">Values by the ids of the descriptor's credentials. A field that is absent keeps what is stored; an empty one removes it.</param>
public sealed record EndpointInput(string Protocol, JsonObject Settings, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Who the device says it is in this protocol (for devices that call in); null for dial-out.</summary>
    public string? Identity { get; init; }

    /// <summary>A credential template to use in place of credentials of the device's own.</summary>
    public Guid? TemplateId { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"{Protocol} endpoint";
}

/// <summary>The order of a list of devices.</summary>
public enum DeviceSort
{
    /// <summary>By name.</summary>
    Name,

    /// <summary>By model.</summary>
    Model,

    /// <summary>By last contact; never-seen devices are the oldest.</summary>
    LastContact,

    /// <summary>By creation.</summary>
    Created,
}

/// <summary>The orders' names in the API and in addresses: lower case.</summary>
public static class DeviceSorts
{
    private static readonly string[] Names = ["name", "model", "last_contact", "created"];

    /// <summary>The order's name.</summary>
    public static string Text(this DeviceSort sort) => Names[(int)sort];

    /// <summary>The order of that name, or null.</summary>
    public static DeviceSort? Parse(string? text) => Array.IndexOf(Names, text) is >= 0 and var i ? (DeviceSort)i : null;
}

/// <summary>A tenant's devices in numbers.</summary>
/// <param name="Total">All devices that the caller may see.</param>
/// <param name="SeenLastHour">Those that answered or called within the last hour.</param>
/// <param name="NeverSeen">Those that never did.</param>
/// <param name="Failing">Those whose last talk failed.</param>
public sealed record DeviceCounts(int Total, int SeenLastHour, int NeverSeen, int Failing);

/// <summary>A list of devices.</summary>
public sealed record DeviceQuery
{
    /// <summary>
    /// Looked for in name, serial number, manufacturer, model, address and site; null or empty for all. Up to 100 characters, taken
    /// literally. Fewer than three letters or digits in a row are looked for at the beginning of name and serial number only.
    /// </summary>
    public string? Search { get; init; }

    /// <summary>Only devices with this label.</summary>
    public string? Tag { get; init; }

    /// <summary>The order.</summary>
    public DeviceSort Sort { get; init; } = DeviceSort.Name;

    /// <summary>Last first.</summary>
    public bool Descending { get; init; }

    /// <summary>Continue after this cursor of <see cref="Page{T}.Next"/>.</summary>
    public string? After { get; init; }

    /// <summary>Rows a page, 1 to 200.</summary>
    public int Limit { get; init; } = 50;
}
