using System.Buffers.Binary;
using System.Buffers.Text;

namespace DeviceConsole.Core.Audit;

/// <summary>The place of a row in the audit log: its time (100 ns ticks, UTC) and its id, 24 bytes in base64url.</summary>
internal sealed record AuditCursor(DateTimeOffset At, Guid Id)
{
    public static bool TryParse(string text, out AuditCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[24];
        if (text.Length != 32 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != 24) return false;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        cursor = new AuditCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[8..], bigEndian: true));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(bytes, At.UtcTicks);
        Id.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
