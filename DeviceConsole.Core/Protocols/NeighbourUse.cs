using System.Text.Json.Serialization;

namespace DeviceConsole.Core.Protocols;

/// <summary>How devices of a protocol tell which gateway they are behind, and gateways what is behind them (TR-069 Annexes F and J).</summary>
/// <param name="Operation">The operation, without arguments, that reads what the device knows of it.</param>
/// <param name="IdentityOf">The identity of a device by its OUI, product class (may be empty) and serial number; null where these make none.</param>
public sealed record NeighbourUse(string Operation, [property: JsonIgnore] Func<string, string, string, string?> IdentityOf)
{
    /// <summary>The setting of an endpoint that holds its gateway's identity, as the device tells it in its calls. An index finds devices by it.</summary>
    public const string Setting = "gateway";
}
