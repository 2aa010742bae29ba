using System.Net;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>A storm: many virtual CPEs that call one ACS, each at a moment that was fixed before, whatever becomes of the others (an open loop).</summary>
public sealed record StormOptions
{
    /// <summary>The ACS URL, http.</summary>
    public required Uri Acs { get; init; }

    /// <summary>How many virtual CPEs there are.</summary>
    public int Devices { get; init; } = 1_000;

    /// <summary>The time over which their first calls are spread, evenly.</summary>
    public TimeSpan Over { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many sockets are open at most; a CPE whose moment has come waits for one, and that time counts.</summary>
    public int Sockets { get; init; } = 512;

    /// <summary>How many addresses of 127.0.0.0/8 they call from, each CPE always from the same; 1 for any address of this machine.</summary>
    public int Addresses { get; init; } = 250;

    /// <summary>How often a CPE comes back after a refusal or an error before it is given up.</summary>
    public int Retries { get; init; } = 20;

    /// <summary>The pause after an error, where there is no Retry-After.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one session may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The serial numbers' beginning; a number of six digits from 0 on follows.</summary>
    public string Serial { get; init; } = "STORM";

    /// <summary>The OUI.</summary>
    public string Oui { get; init; } = "00D09E";

    /// <summary>The ProductClass.</summary>
    public string ProductClass { get; init; } = "Storm";

    /// <summary>The event of the Informs.</summary>
    public string Event { get; init; } = "2 PERIODIC";

    /// <summary>What is shown as Basic credentials; empty for nothing.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The password to it.</summary>
    public string Password { get; init; } = "";

    /// <summary>The identity of a CPE, as the ACS knows it.</summary>
    public string IdentityOf(int device) => $"{Oui}-{ProductClass}-{SerialOf(device)}";

    /// <summary>The serial number of a CPE.</summary>
    public string SerialOf(int device) => FormattableString.Invariant($"{Serial}{device:000000}");

    /// <summary>Where a CPE calls from; null for any address.</summary>
    public IPAddress? AddressOf(int device)
    {
        if (Addresses <= 1) return null;
        var number = device % Addresses;
        return new IPAddress([127, 7, (byte)(number / 250), (byte)(1 + (number % 250))]);
    }
}
