using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>
/// Nonces that need no memory until they are used: time, chance, and a tag over both. They are not bound to a connection, for devices open a new
/// one after the challenge; they end with their window, and a nonce count is accepted once (RFC 7616 §3.3, §5.12). They have 32 characters: CPE software
/// that keeps no more (netcwmp) would answer with the beginning of a longer one, and never get in.
/// </summary>
internal sealed class DigestNonces(TimeSpan lifetime, TimeProvider time)
{
    private const int TimeLength = 6;
    private const int ChanceLength = 6;
    private const int TagLength = 12;
    private const int Length = TimeLength + ChanceLength + TagLength;
    private const int MaximumUsed = 100_000;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, (long Count, long Ends)> used = new(StringComparer.Ordinal);
    private long nextPrune;

    /// <summary>A fresh nonce.</summary>
    public string Create()
    {
        Span<byte> nonce = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(nonce, Now() << 16); // 48 bits of milliseconds last for 8,900 years; what follows is overwritten
        RandomNumberGenerator.Fill(nonce.Slice(TimeLength, ChanceLength));
        Tag(nonce).CopyTo(nonce[(TimeLength + ChanceLength)..]);
        return Base64Url.EncodeToString(nonce);
    }

    /// <summary>
    /// True where the nonce is one of these, in its window, and this count was not seen with it; it counts as seen then. A client without qop sends no
    /// count: its nonce is good for one request.
    /// </summary>
    public bool TryUse(string nonce, string count)
    {
        var now = Now();
        if (!TryRead(nonce, out var issued) || now < issued || now - issued > lifetime.TotalMilliseconds) return false;
        var number = count.Length == 0 ? long.MaxValue : long.TryParse(count, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var n) ? n : 0;
        if (number <= 0) return false;
        Prune(now);
        var ends = issued + (long)lifetime.TotalMilliseconds;
        if (used.Count >= MaximumUsed && !used.ContainsKey(nonce)) return false;
        while (true)
        {
            if (!used.TryGetValue(nonce, out var seen))
            {
                if (used.TryAdd(nonce, (number, ends))) return true;
                continue;
            }
            if (number <= seen.Count) return false;
            if (used.TryUpdate(nonce, (number, ends), seen)) return true;
        }
    }

    /// <summary>False where it cannot be one of these, nor one of another node's or of before the last start.</summary>
    public static bool HasForm(string nonce) => nonce.Length == Base64Url.GetEncodedLength(Length) && Base64Url.IsValid(nonce);

    private bool TryRead(string nonce, out long issued)
    {
        issued = 0;
        if (!HasForm(nonce)) return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (!Base64Url.TryDecodeFromChars(nonce, bytes, out var written) || written != Length) return false;
        if (!CryptographicOperations.FixedTimeEquals(Tag(bytes), bytes[(TimeLength + ChanceLength)..])) return false;
        issued = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
        return true;
    }

    private byte[] Tag(ReadOnlySpan<byte> nonce) => HMACSHA256.HashData(key, nonce[..(TimeLength + ChanceLength)])[..TagLength];

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Prune(long now)
    {
        var due = Interlocked.Read(ref nextPrune);
        if (now < due || Interlocked.CompareExchange(ref nextPrune, now + 10_000, due) != due) return;
        foreach (var (nonce, (_, ends)) in used)
            if (ends < now) used.TryRemove(nonce, out _);
    }
}
