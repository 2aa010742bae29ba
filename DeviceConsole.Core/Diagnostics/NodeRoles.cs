namespace DeviceConsole.Core.Diagnostics;

/// <summary>What a node does. One program plays every role; several nodes on one database share them out.</summary>
/// <param name="Web">Pages, REST API, hub, log-in and tokens.</param>
/// <param name="Gateway">Devices call in, brokers are listened to, devices are asked to call.</param>
/// <param name="Worker">Jobs run here on devices that are called.</param>
/// <param name="Scheduler">The clock: schedules, sweeps, retention; clustered, so any number of nodes may have it.</param>
public sealed record NodeRoles(bool Web, bool Gateway, bool Worker, bool Scheduler)
{
    private static readonly string[] Names = ["web", "gateway", "worker", "scheduler"];

    /// <summary>Everything: the single node.</summary>
    public static NodeRoles All { get; } = new(true, true, true, true);

    /// <summary>Reads names parted by commas; empty stands for all. Null with a sentence where a name is unknown.</summary>
    public static NodeRoles? Parse(string? text, out string? error)
    {
        error = null;
        var wanted = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (wanted.Length == 0) return All;
        if (wanted.FirstOrDefault(w => !Names.Contains(w, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            error = $"DeviceConsole__Roles holds '{unknown}', which is no role; use {string.Join(", ", Names)}, parted by commas.";
            return null;
        }
        bool Has(string name) => wanted.Contains(name, StringComparer.OrdinalIgnoreCase);
        return new NodeRoles(Has(Names[0]), Has(Names[1]), Has(Names[2]), Has(Names[3]));
    }

    /// <summary>The names, parted by commas.</summary>
    public override string ToString() => string.Join(',', new[] { Web, Gateway, Worker, Scheduler }.Zip(Names).Where(r => r.First).Select(r => r.Second));
}
