namespace DeviceConsole.Protocols.Cwmp.Admission;

/// <summary>
/// A look at an Inform that has not been read: its event codes and its RetryCount, found by their bytes. It decides nothing but who waits longer when not all can be let in,
/// so that an Inform written in a way that is not seen here costs its device some seconds in a storm at the most.
/// </summary>
internal static class InformGlance
{
    private const int MaximumEvents = 16;

    /// <summary>The rank of a body.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="answersChallenge">It carries the answer to a challenge.</param>
    public static InformRank Of(ReadOnlySpan<byte> body, bool answersChallenge)
    {
        if (answersChallenge) return InformRank.Awaited;
        var rank = InformRank.Routine;
        var rest = body;
        for (var i = 0; i < MaximumEvents && Next(ref rest, "EventCode"u8, out var code); i++)
        {
            var one = Of(code);
            if (one > rank) rank = one;
        }
        if (rank == InformRank.Awaited) return rank;
        rest = body;
        return Next(ref rest, "RetryCount"u8, out var count) && count.TrimStart((byte)'0').Length > 0 ? InformRank.Returned : rank;
    }

    // "6 CONNECTION REQUEST", "7 TRANSFER COMPLETE", "8 DIAGNOSTICS COMPLETE", "10 AUTONOMOUS…" and "11 DU STATE CHANGE COMPLETE", "M …"; "2 PERIODIC" and "14 HEARTBEAT" (TR-069 Table 8).
    private static InformRank Of(ReadOnlySpan<byte> code)
    {
        var space = code.IndexOf((byte)' ');
        var number = space < 0 ? code : code[..space];
        if (number.SequenceEqual("2"u8) || number.SequenceEqual("14"u8)) return InformRank.Routine;
        return number is [(byte)'6' or (byte)'7' or (byte)'8' or (byte)'M'] || number.SequenceEqual("11"u8) ? InformRank.Awaited : InformRank.News;
    }

    // The text of the next element of that name, whatever its prefix and attributes are.
    private static bool Next(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text)
    {
        text = default;
        while (rest.IndexOf(name) is var at and >= 0)
        {
            var before = rest[..at];
            rest = rest[(at + name.Length)..];
            var start = before.LastIndexOfAny((byte)'<', (byte)'/');
            if (start < 0 || before[start] != '<' || before[start..].Contains((byte)'>') || rest.IndexOf((byte)'>') is not (var close and >= 0)) continue;
            rest = rest[(close + 1)..];
            if (rest.IndexOf((byte)'<') is not (var end and >= 0)) return false;
            text = rest[..end].Trim(" \t\r\n"u8);
            rest = rest[end..];
            return true;
        }
        return false;
    }
}
