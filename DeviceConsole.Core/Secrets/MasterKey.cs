using System.Security.Cryptography;
using System.Text;

namespace DeviceConsole.Core.Secrets;

/// <summary>
/// The one configured secret: 32 random bytes, base64, in <c>DEVICECONSOLE_MASTER_KEY</c>. Signing keys, Data Protection's
/// key ring and device secrets are encrypted under keys derived from it (HKDF-SHA256, RFC 5869, one label a purpose).
/// </summary>
public sealed class MasterKey
{
    private const int Size = 32;
    private readonly byte[] key;

    private MasterKey(byte[] key) => this.key = key;

    /// <summary>
    /// Reads the key. Null with a sentence in <paramref name="error"/> where it is missing, not base64, too short or a placeholder.
    /// </summary>
    public static MasterKey? Parse(string? text, out string? error)
    {
        const string Remedy = " Make one with: openssl rand -base64 32";
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = "DEVICECONSOLE_MASTER_KEY is not set." + Remedy;
            return null;
        }
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var length))
            error = "DEVICECONSOLE_MASTER_KEY is not base64." + Remedy;
        else if (length != Size)
            error = $"DEVICECONSOLE_MASTER_KEY holds {length} bytes, but {Size} are needed." + Remedy;
        else if (IsPlaceholder(bytes.AsSpan(0, Size)))
            error = "DEVICECONSOLE_MASTER_KEY is a placeholder, not a random key." + Remedy;
        return error is null ? new MasterKey(bytes[..Size]) : null;
    }

    /// <summary>A new random key, as text for the configuration.</summary>
    public static string Generate() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size));

    /// <summary>A key for one purpose, 32 bytes.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Size, salt: [], info: Encoding.UTF8.GetBytes("deviceconsole/" + purpose));

    // 32 random bytes repeat a value now and then, but hold at least 20 different ones; typed words and counters
    // show in their printable or evenly stepping bytes.
    private static bool IsPlaceholder(ReadOnlySpan<byte> bytes)
    {
        var distinct = new HashSet<byte>();
        var printable = 0;
        var steps = new HashSet<byte>();
        for (var i = 0; i < bytes.Length; i++)
        {
            distinct.Add(bytes[i]);
            if (bytes[i] is >= 0x20 and < 0x7f) printable++;
            if (i > 0) steps.Add((byte)(bytes[i] - bytes[i - 1]));
        }
        return distinct.Count < 16 || printable == bytes.Length || steps.Count < 4;
    }
}
