using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Ids of jobs: UUID v7 with a counter in <c>rand_a</c> (RFC 9562 section 6.2, method 1), so that jobs of one process sort in the
/// order in which they were asked for, also within a millisecond.
/// </summary>
public static class JobId
{
    private const int CounterBits = 12;
    private const int Random = 8, Stock = 128 * Random;
    private static long last;

    // Random bytes in stock, each used once: the generator costs as much for a thousand as for eight.
    [ThreadStatic]
    private static byte[]? stock;

    [ThreadStatic]
    private static int left;

    /// <summary>The next id; higher than every one given before by this process.</summary>
    public static Guid Next() => Next(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    internal static Guid Next(long milliseconds)
    {
        long previous, next;
        do
        {
            previous = Volatile.Read(ref last);
            next = Math.Max(previous + 1, milliseconds << CounterBits);
        }
        while (Interlocked.CompareExchange(ref last, next, previous) != previous);

        Span<byte> bytes = stackalloc byte[16];
        TakeRandom(bytes[Random..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, next >> CounterBits << 16 | 0x7000 | next & 0xfff);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static void TakeRandom(Span<byte> target)
    {
        stock ??= new byte[Stock];
        if (left == 0)
        {
            RandomNumberGenerator.Fill(stock);
            left = Stock;
        }
        left -= Random;
        stock.AsSpan(left, Random).CopyTo(target);
    }
}
