using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>From where and as what a device called; null where the call does not say.</summary>
public sealed record IdentityPlace
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The address.</summary>
    public string? Remote { get; init; }

    /// <summary>The name that its credentials gave.</summary>
    public string? User { get; init; }

    /// <summary>SHA-256 of its certificate, in lower-case hexadecimal digits.</summary>
    public string? Certificate { get; init; }

    /// <summary>As it says.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>As it says.</summary>
    public string? Model { get; init; }

    /// <summary>The version of its hardware, as it says.</summary>
    public string? Hardware { get; init; }

    /// <summary>When it was last seen so.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What a call says.</summary>
    internal static IdentityPlace Of(DeviceCall call, DateTimeOffset at) => new()
    {
        Remote = Address(call.Remote)?.ToString(), User = Short(call.UserName), Certificate = call.Certificate?.Fingerprint,
        Manufacturer = Short(call.Facts.Manufacturer), Model = Short(call.Facts.Model), Hardware = Short(call.Facts.HardwareVersion), At = at,
    };

    /// <summary>A number that is another one for another place, in this process.</summary>
    internal int Print => HashCode.Combine(Mark(CollisionKind.Address), User, Certificate, Mark(CollisionKind.Hardware));

    internal static string Write(IReadOnlyList<IdentityPlace> places) => JsonSerializer.Serialize(places, Json);

    internal static string Write(IdentityPlace place) => JsonSerializer.Serialize(place, Json);

    internal static IReadOnlyList<IdentityPlace> ReadAll(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<IdentityPlace>>(json, Json) ?? [];

    internal static IdentityPlace Read(string json) => JsonSerializer.Deserialize<IdentityPlace>(json, Json)!;

    /// <summary>What tells this place from others of that kind; null where it says nothing of it.</summary>
    internal string? Mark(CollisionKind kind)
    {
        var value = kind switch
        {
            CollisionKind.Address => Network(Remote),
            CollisionKind.Credentials => User,
            CollisionKind.Certificate => Certificate,
            // Not the model: a device that does not name it in each call is known by its product class then.
            _ => Manufacturer is null && Hardware is null ? null : $"{Manufacturer}/{Hardware}".ToUpperInvariant(),
        };
        return value is null ? null : $"{kind.Text()}:{value}";
    }

    // A host keeps its /64 and changes the rest of an IPv6 address as it likes (RFC 8981).
    private static string? Network(string? remote)
    {
        if (remote is null || !IPAddress.TryParse(remote, out var address)) return null;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPNetwork(Prefix(address), 64).ToString() : address.ToString();
    }

    private static IPAddress Prefix(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static IPAddress? Address(IPAddress? remote) => remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote;

    private static string? Short(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var clean = FaultJson.Storable(new string([.. text.Where(c => !char.IsControl(c))]).Trim());
        return clean.Length == 0 ? null : clean.Length <= 190 ? clean : FaultJson.Storable(clean[..190]);
    }
}
