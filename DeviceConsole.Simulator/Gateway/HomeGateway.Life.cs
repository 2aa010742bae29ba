using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

public sealed partial class HomeGateway
{
    private const string Images = "Device.DeviceInfo.FirmwareImage.";
    private DateTimeOffset? upAt;
    private DateTimeOffset nextGauges;
    private DateTimeOffset nextStation;
    private string bootCause = "";

    /// <summary>False between <see cref="GatewayEventKind.Rebooting"/> and <see cref="GatewayEventKind.Booted"/>.</summary>
    public bool IsUp
    {
        get
        {
            lock (gate) return upAt is null;
        }
    }

    /// <summary>Goes down now and is up again after <see cref="HomeGatewayOptions.BootDuration"/>; while it is down already, nothing.</summary>
    public void Reboot(string cause) => Change(() =>
    {
        GoDown(cause);
        return 0;
    });

    /// <summary>All settings back to their defaults, besides what was provisioned and the firmware; then a reboot.</summary>
    public void FactoryReset(string cause = "RemoteFactoryReset") => Change(() =>
    {
        var images = Read(Images);
        var info = tree.Root.Find("Device.DeviceInfo")!;
        var kept = KeptOverReset.Select(n => (n, tree.Value(info, n))).ToList();
        tree = NewTree(tree.BootedAt);
        running.Clear();
        foreach (var image in images.Where(i => !i.Path.EndsWith(".Alias", StringComparison.Ordinal)))
        {
            var (node, index) = tree.Resolve(image.Path)!.Value;
            tree.Set(node, index, image.Value);
        }

        info = tree.Root.Find("Device.DeviceInfo")!;
        foreach (var (name, value) in kept) tree.Set(info, name, value);
        tree.Changes.Clear();
        Raise(GatewayEventKind.FactoryReset, "Device.", cause);
        GoDown(cause);
        return 0;
    });

    /// <summary>Writes an image to the bank that does not run; its FirmwareImage path.</summary>
    public string DownloadFirmware(string version) => Change(() =>
    {
        var bank = SpareBank();
        tree.Set(bank, "Version", version);
        tree.Set(bank, "Status", "Available");
        tree.Set(bank, "Available", "true");
        Raise(GatewayEventKind.FirmwareDownloaded, bank.Path, version);
        return bank.Path;
    });

    /// <summary>Boots the given image ("Device.DeviceInfo.FirmwareImage.2."); null when the reboot began.</summary>
    public GatewayFault? ActivateFirmware(string imagePath) => Change(() =>
    {
        if (tree.Root.Find(imagePath) is not { Instance: > 0, Model.Name: "FirmwareImage" } bank) return Unknown(imagePath);
        if (tree.Value(bank, "Status") != "Available") return new GatewayFault(GatewayFaultKind.WrongValue, imagePath, $"{imagePath} holds no image that can boot.");
        tree.Set(tree.Root.Find("Device.DeviceInfo")!, "BootFirmwareImage", bank.Path);
        GoDown("FirmwareUpdate");
        return null;
    });

    /// <summary>Downloads to the spare bank and boots it.</summary>
    public void ApplyFirmware(string version) => _ = ActivateFirmware(DownloadFirmware(version));

    /// <summary>Lets time pass: ends reboots and diagnostics that are due, moves readings, lets stations come and go.</summary>
    public void Tick() => Change(() =>
    {
        var now = time.GetUtcNow();
        if (upAt <= now) ComeUp(now);
        if (upAt is not null) return 0;
        EndDiagnostics(now);
        if (now >= nextGauges)
        {
            MoveGauges(tree.Root);
            nextGauges = now.AddSeconds(10);
        }

        if (now >= nextStation)
        {
            HomeStations.MoveOne(tree, now);
            nextStation = now.AddSeconds(tree.Random.Next(30, 150));
        }

        return 0;
    });

    private static string[] KeptOverReset { get; } = ["SoftwareVersion", "ActiveFirmwareImage", "BootFirmwareImage"];

    private void GoDown(string cause)
    {
        if (upAt is not null) return;
        upAt = time.GetUtcNow() + options.BootDuration;
        bootCause = cause;
        running.Clear();
        Raise(GatewayEventKind.Rebooting, "Device.", cause);
    }

    private void ComeUp(DateTimeOffset now)
    {
        upAt = null;
        tree.BootedAt = now;
        var info = tree.Root.Find("Device.DeviceInfo")!;
        var boot = tree.Value(info, "BootFirmwareImage");
        if (boot != tree.Value(info, "ActiveFirmwareImage") && tree.Root.Find(boot) is { Instance: > 0 } bank)
        {
            var version = tree.Value(bank, "Version");
            tree.Set(info, "ActiveFirmwareImage", boot);
            tree.Set(info, "SoftwareVersion", version);
            tree.Set(tree.Root.Find("Device.LocalAgent")!, "SoftwareVersion", version);
            Raise(GatewayEventKind.FirmwareActivated, boot, bootCause);
        }

        Raise(GatewayEventKind.Booted, "Device.", bootCause);
    }

    private TreeNode SpareBank()
    {
        var active = tree.Value(tree.Root.Find("Device.DeviceInfo")!, "ActiveFirmwareImage");
        return tree.Root.Find(Images)!.Rows!.Values.First(r => r.Path != active);
    }

    /// <summary>Every fourth reading takes a step of at most a tenth of its range.</summary>
    private void MoveGauges(TreeNode node)
    {
        if (!node.IsTable)
        {
            for (var i = 0; i < node.Model.Parameters.Count; i++)
            {
                if (node.Model.Parameters[i].Gauge is not { } gauge || tree.Random.Next(4) != 0) continue;
                var step = Math.Max(1, (gauge.High - gauge.Low) / 10);
                var value = int.Parse(tree.Value(node, i), CultureInfo.InvariantCulture) + tree.Random.Next(-step, step + 1);
                tree.Set(node, i, Math.Clamp(value, gauge.Low, gauge.High).ToString(CultureInfo.InvariantCulture));
            }
        }

        foreach (var child in node.Below) MoveGauges(child);
    }
}
