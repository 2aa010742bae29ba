using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Tells a device that moved from two devices that share an identity. A device gets a new address, name or certificate now and then; it
/// does not have two of them within a minute, and does not go back to the one before within ten. Its hardware does not change at all.
/// </summary>
internal static class IdentityWatch
{
    private const int Kept = 4;
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1), Back = TimeSpan.FromMinutes(10);
    private static readonly CollisionKind[] Order = [CollisionKind.Hardware, CollisionKind.Certificate, CollisionKind.Credentials, CollisionKind.Address];

    /// <summary>Compares a call with the places that are known, the newest first.</summary>
    /// <param name="known">They are; empty before the first call.</param>
    /// <param name="now">From where it calls now.</param>
    /// <param name="displaces">The call ended a session that was going on.</param>
    /// <returns>The places from now on, or null where they stay, and what does not go together.</returns>
    public static (IReadOnlyList<IdentityPlace>? Places, FoundCollision? Found) Compare(IReadOnlyList<IdentityPlace> known, IdentityPlace now, bool displaces)
    {
        if (known.Count == 0) return ([now], null);
        var full = Fill(now, known[0]);
        if (Same(full, known[0])) return (full with { At = known[0].At } == known[0] ? null : [full, .. known.Skip(1)], null);
        var places = new List<IdentityPlace> { full };
        places.AddRange(known.Where(k => !Same(k, full)).Take(Kept - 1));
        foreach (var kind in Order)
            if (Find(kind, known, full, displaces) is { } found) return (places, found);
        return (places, null);
    }

    private static FoundCollision? Find(CollisionKind kind, IReadOnlyList<IdentityPlace> known, IdentityPlace now, bool displaces)
    {
        var latest = known[0];
        if (latest.Mark(kind) is not { } before || now.Mark(kind) is not { } mark || before == mark || kind == CollisionKind.Address && !SameFamily(latest, now)) return null;
        // It was there before the latest: the latest is the stranger.
        if (known.Skip(1).FirstOrDefault(k => k.Mark(kind) == mark) is { } older && (kind == CollisionKind.Hardware || now.At - older.At <= Back))
            return new FoundCollision(kind, now, latest, mark, before);
        return kind == CollisionKind.Hardware || displaces || now.At - latest.At <= Short ? new FoundCollision(kind, latest, now, before, mark) : null;
    }

    /// <summary>A call as a known device that did not prove itself, from elsewhere than where the device was within a day; null where it is no collision.</summary>
    public static FoundCollision? Refused(IReadOnlyList<IdentityPlace> known, IdentityPlace now, CollisionKind kind)
    {
        if (known.Count == 0 || now.At - known[0].At > TimeSpan.FromDays(1) || !SameFamily(known[0], now)) return null;
        if (known[0].Mark(CollisionKind.Address) is not { } before || now.Mark(CollisionKind.Address) is not { } mark || known.Any(k => k.Mark(CollisionKind.Address) == mark)) return null;
        return new FoundCollision(kind, known[0], now, before, mark);
    }

    // A device with both families calls by the one or the other.
    private static bool SameFamily(IdentityPlace a, IdentityPlace b) =>
        a.Remote is not null && b.Remote is not null && IPAddress.TryParse(a.Remote, out var one) && IPAddress.TryParse(b.Remote, out var two)
        && (one.AddressFamily == AddressFamily.InterNetworkV6) == (two.AddressFamily == AddressFamily.InterNetworkV6);

    private static bool Same(IdentityPlace a, IdentityPlace b) => Order.All(kind => a.Mark(kind) == b.Mark(kind));

    // What a call does not say is as it was.
    private static IdentityPlace Fill(IdentityPlace now, IdentityPlace latest) => now with
    {
        Remote = now.Remote ?? latest.Remote,
        User = now.User ?? latest.User,
        Certificate = now.Certificate ?? latest.Certificate,
        Manufacturer = now.Manufacturer ?? latest.Manufacturer,
        Model = now.Model ?? latest.Model,
        Hardware = now.Hardware ?? latest.Hardware,
    };
}
