using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>The CPE's software modules: deployment units by UUID, with TR-069's faults where an operation does not fit (A.5.1, 9022 to 9032).</summary>
public sealed class CpeModules
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Number, string Version)> units = new(StringComparer.OrdinalIgnoreCase);
    private int last;

    /// <summary>The units' UUIDs with their versions.</summary>
    public IReadOnlyDictionary<string, string> Units
    {
        get
        {
            lock (gate) return units.ToDictionary(u => u.Key, u => u.Value.Version);
        }
    }

    /// <summary>Carries one operation out.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="fetched">The fault of fetching its file; null where it came.</param>
    public DUStateChangeResult Apply(DUOperation operation, TransferFault? fetched)
    {
        lock (gate)
        {
            var uuid = operation.Uuid.Length > 0 ? operation.Uuid : $"00000000-0000-5000-8000-{last + 1:x12}";
            var fault = fetched ?? Check(operation, uuid);
            if (fault is not null) return new DUStateChangeResult(uuid, "", operation.Version, "Failed", "", fault);
            if (operation.Kind == DUOperationKind.Uninstall)
            {
                units.Remove(uuid, out var gone);
                return new DUStateChangeResult(uuid, Path(gone.Number), gone.Version, "UnInstalled", "", TransferFault.None);
            }
            var unit = (Number: units.TryGetValue(uuid, out var known) ? known.Number : ++last, Version: operation.Version.Length > 0 ? operation.Version : "1.0");
            units[uuid] = unit;
            return new DUStateChangeResult(uuid, Path(unit.Number), unit.Version, "Installed", "", TransferFault.None);
        }
    }

    private TransferFault? Check(DUOperation operation, string uuid) => (operation.Kind, units.TryGetValue(uuid, out var unit)) switch
    {
        (DUOperationKind.Install, true) => new TransferFault(9026, "Duplicate Deployment Unit"),
        (DUOperationKind.Update or DUOperationKind.Uninstall, false) => new TransferFault(9028, "Unknown Deployment Unit"),
        (DUOperationKind.Update, true) when operation.Version == unit.Version => new TransferFault(9032, "Version Already Exists"),
        _ => null,
    };

    private static string Path(int number) => FormattableString.Invariant($"Device.SoftwareModules.DeploymentUnit.{number}.");
}
