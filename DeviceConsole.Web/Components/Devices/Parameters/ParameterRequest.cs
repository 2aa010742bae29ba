using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Devices.Parameters;

/// <summary>Something that the browser asks of the device.</summary>
public sealed record ParameterRequest(TreeRole Role, string Path)
{
    /// <summary>The value, for <see cref="TreeRole.Write"/>.</summary>
    public TreeWrite? Write { get; init; }

    /// <summary>The line at which its job is shown; the path where null.</summary>
    public string? ShownAt { get; init; }
}
