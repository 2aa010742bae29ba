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
    private static long last;

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
        RandomNumberGenerator.Fill(bytes[8..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, next >> CounterBits << 16 | 0x7000 | next & 0xfff);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
