using System.Globalization;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>
/// The state of one simulated device: who it is, when it booted, and what was written to it. Everything that moves is a function
/// of its identity and the time since boot, so that ten thousand of them cost no work while nobody asks.
/// </summary>
public sealed class SimulatedDevice
{
    private readonly TimeProvider time;
    private readonly long booted;
    private readonly TimeSpan age;

    /// <summary>The device with that number; the same number and seed always give the same device.</summary>
    public SimulatedDevice(int index, int seed, TimeProvider time, DeviceProfile? profile = null)
    {
        this.time = time;
        Index = index;
        Seed = seed;
        Profile = profile ?? DeviceProfile.All[index % DeviceProfile.All.Count];
        age = TimeSpan.FromSeconds(600 + (Draw(1) % 8_000_000));
        booted = time.GetTimestamp();
        var site = Sites[(int)(Draw(2) % (uint)Sites.Length)];
        Name = string.Create(CultureInfo.InvariantCulture, $"{Profile.Prefix}-{site[..3].ToLowerInvariant()}-{index + 1:00}");
        Location = string.Create(CultureInfo.InvariantCulture, $"{site}, rack {1 + (Draw(3) % 40)}, unit {1 + (Draw(4) % 42)}");
        Serial = string.Create(CultureInfo.InvariantCulture, $"{Profile.Prefix.ToUpperInvariant()}{Draw(5) % 100_000_000:00000000}");
        Firmware = string.Create(CultureInfo.InvariantCulture, $"{4 + (Draw(6) % 3)}.{Draw(7) % 12}.{Draw(8) % 30}");
    }

    private static string[] Sites { get; } = ["Berlin", "Lisbon", "Oslo", "Vienna", "Madrid", "Dublin", "Prague", "Athens"];

    /// <summary>Its number in the fleet, from 0.</summary>
    public int Index { get; }

    /// <summary>The fleet's seed.</summary>
    public int Seed { get; }

    /// <summary>What kind of device it is.</summary>
    public DeviceProfile Profile { get; }

    /// <summary>sysName; writable.</summary>
    public string Name { get; set; }

    /// <summary>sysLocation; writable.</summary>
    public string Location { get; set; }

    /// <summary>sysContact; writable.</summary>
    public string Contact { get; set; } = "Network operations, noc@example.net";

    /// <summary>The serial number.</summary>
    public string Serial { get; }

    /// <summary>The firmware's version.</summary>
    public string Firmware { get; }

    /// <summary>Time since boot.</summary>
    public TimeSpan UpTime => age + time.GetElapsedTime(booted);

    /// <summary>A number that belongs to this device and <paramref name="purpose"/>, the same on every call.</summary>
    public uint Draw(uint purpose)
    {
        // A finaliser of MurmurHash3: every input bit reaches every output bit.
        var h = unchecked((uint)Seed * 0x9E3779B9) ^ unchecked((uint)Index * 0x85EBCA6B) ^ unchecked(purpose * 0xC2B2AE35);
        h ^= h >> 16;
        h = unchecked(h * 0x85EBCA6B);
        h ^= h >> 13;
        h = unchecked(h * 0xC2B2AE35);
        return h ^ (h >> 16);
    }

    /// <summary>A counter that never falls: about <paramref name="perSecond"/> a second, busier and calmer in turns of ten minutes.</summary>
    public ulong Count(uint purpose, double perSecond)
    {
        var seconds = UpTime.TotalSeconds;
        var own = perSecond * (0.5 + (Draw(purpose) / (double)uint.MaxValue));
        const double Period = 600 / (2 * Math.PI);

        // The integral of rate * (1 + 0.8 * sin(t / Period)), which is never negative.
        return (ulong)(own * (seconds + (0.8 * Period * (1 - Math.Cos(seconds / Period)))));
    }

    /// <summary>A gauge that swings between two values.</summary>
    public double Swing(uint purpose, double low, double high)
    {
        var phase = Draw(purpose) % 1_000 / 1_000.0 * 2 * Math.PI;
        return low + ((high - low) * 0.5 * (1 + Math.Sin((UpTime.TotalSeconds / 90) + phase)));
    }
}
