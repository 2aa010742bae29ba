using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>The client's side of SCRAM-SHA-1 (RFC 5802), without channel binding.</summary>
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6120 §13.8 makes it the one that every server has; HMAC-SHA-1 is not broken by collisions.")]
[SuppressMessage("Security", "CA5379:Ensure Key Derivation Function algorithm is sufficiently strong", Justification = "As above.")]
internal sealed class ScramSha1
{
    // A server that asks for more would have this side compute for minutes.
    private const int MaximumIterations = 1_000_000;

    private readonly string nonce, password, first;
    private byte[]? expected;

    /// <summary>With a nonce of printable characters without a comma.</summary>
    public ScramSha1(string user, string password, string nonce)
    {
        (this.password, this.nonce) = (Prepare(password), nonce);
        first = $"n={Prepare(user).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},r={nonce}";
    }

    /// <summary>The first message.</summary>
    public string First => "n,," + first;

    /// <summary>The answer to the server's first message; null where that is none, or not an answer to this side's.</summary>
    public string? Final(string server)
    {
        var fields = Fields(server);
        if (fields is null || !fields.TryGetValue('r', out var both) || !both.StartsWith(nonce, StringComparison.Ordinal) || both.Length == nonce.Length
            || !fields.TryGetValue('s', out var salted) || Salt(salted) is not { } salt
            || !fields.TryGetValue('i', out var count) || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MaximumIterations)
        {
            return null;
        }
        var salted1 = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA1, SHA1.HashSizeInBytes);
        var key = HMACSHA1.HashData(salted1, "Client Key"u8);
        var bare = $"c=biws,r={both}";
        var all = Encoding.UTF8.GetBytes($"{first},{server},{bare}");
        var signature = HMACSHA1.HashData(SHA1.HashData(key), all);
        for (var i = 0; i < key.Length; i++) key[i] ^= signature[i];
        expected = HMACSHA1.HashData(HMACSHA1.HashData(salted1, "Server Key"u8), all);
        return $"{bare},p={Convert.ToBase64String(key)}";
    }

    /// <summary>True where the server has proved that it knows the password too.</summary>
    public bool IsProof(string server) =>
        expected is not null && Fields(server)?.GetValueOrDefault('v') is { } proof && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof), Encoding.UTF8.GetBytes(Convert.ToBase64String(expected)));

    private static byte[]? Salt(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length > 0 ? bytes[..length] : null;
    }

    private static Dictionary<char, string>? Fields(string message)
    {
        var fields = new Dictionary<char, string>();
        foreach (var part in message.Split(','))
            if (part.Length < 2 || part[1] != '=' || !fields.TryAdd(part[0], part[2..])) return null;
        return fields;
    }

    // SASLprep for what passwords are made of: compatible forms become one.
    private static string Prepare(string text) => text.Normalize(NormalizationForm.FormKC);
}
