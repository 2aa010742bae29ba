using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>GET and GETNEXT of any number of names, split as the device needs it.</summary>
internal static class SnmpReads
{
    // Requests stay within one Ethernet frame, and their answers mostly too.
    private const int NamesPerRequest = 32;
    private const int BytesPerRequest = 1_200;

    public static VarBind[] Unspecified(IReadOnlyList<ObjectIdentifier> names)
    {
        var varBinds = new VarBind[names.Count];
        for (var i = 0; i < varBinds.Length; i++) varBinds[i] = VarBind.Unspecified(names[i]);
        return varBinds;
    }

    public static async Task<SnmpReply> ReadAsync(
        SnmpClient client, SnmpPeer peer, PduType type, IReadOnlyList<ObjectIdentifier> names, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Count, nameof(names));
        var all = Unspecified(names);
        var results = new VarBind[all.Length];
        var parts = new Stack<(int Start, int Count)>();
        foreach (var part in Split(all).Reverse()) parts.Push(part);
        SnmpReply? last = null;
        var done = 0;
        while (parts.TryPop(out var part))
        {
            var reply = await ReadPartAsync(client, peer, type, all.AsMemory(part.Start, part.Count), cancellationToken).ConfigureAwait(false);
            if (reply.Status == SnmpReplyStatus.Answered && reply.ErrorStatus == SnmpErrorStatus.TooBig && part.Count > 1)
            {
                var half = part.Count / 2;
                parts.Push((part.Start + half, part.Count - half));
                parts.Push((part.Start, half));
                continue;
            }

            if (!reply.IsSuccess) return reply with { VarBinds = results.AsMemory(0, done), ErrorIndex = reply.ErrorIndex > 0 ? reply.ErrorIndex + part.Start : 0 };
            reply.VarBinds.CopyTo(results.AsMemory(part.Start));
            done = part.Start + part.Count;
            last = reply;
        }

        return last! with { VarBinds = results };
    }

    private static async ValueTask<SnmpReply> ReadPartAsync(
        SnmpClient client, SnmpPeer peer, PduType type, ReadOnlyMemory<VarBind> asked, CancellationToken cancellationToken)
    {
        var results = asked.ToArray();
        var open = Enumerable.Range(0, results.Length).ToList();
        while (true)
        {
            var varBinds = open.Count == asked.Length ? asked : open.Select(i => asked.Span[i]).ToArray();
            var reply = await client.SendAsync(peer, new SnmpRequest { Type = type, VarBinds = varBinds }, false, cancellationToken).ConfigureAwait(false);
            if (reply.Status == SnmpReplyStatus.Answered && reply.ErrorStatus == SnmpErrorStatus.NoSuchName
                && reply.ErrorIndex > 0 && reply.ErrorIndex <= open.Count)
            {
                // SNMPv1 answers for the first name that it lacks, and gives nothing for the others (RFC 1157 §4.1.2).
                var offender = open[reply.ErrorIndex - 1];
                results[offender] = new VarBind(asked.Span[offender].Name, type == PduType.GetRequest ? SnmpValue.NoSuchObject : SnmpValue.EndOfMibView);
                open.RemoveAt(reply.ErrorIndex - 1);
                if (open.Count > 0) continue;
                return reply with { ErrorStatus = SnmpErrorStatus.NoError, ErrorIndex = 0, VarBinds = results };
            }

            if (!reply.IsSuccess) return reply with { ErrorIndex = reply.ErrorIndex > 0 && reply.ErrorIndex <= open.Count ? open[reply.ErrorIndex - 1] + 1 : 0 };
            if (reply.VarBinds.Length != open.Count) return Mismatch(reply, $"{reply.VarBinds.Length} variables in answer to {open.Count}");
            for (var i = 0; i < open.Count; i++)
            {
                if (type == PduType.GetRequest && reply.VarBinds.Span[i].Name != varBinds.Span[i].Name)
                    return Mismatch(reply, $"{reply.VarBinds.Span[i].Name} in answer to {varBinds.Span[i].Name}");
                results[open[i]] = reply.VarBinds.Span[i];
            }

            return reply with { VarBinds = results };
        }
    }

    private static SnmpReply Mismatch(SnmpReply reply, string detail) => reply with { Status = SnmpReplyStatus.Garbage, Detail = detail, VarBinds = default };

    private static IEnumerable<(int Start, int Count)> Split(VarBind[] all)
    {
        var start = 0;
        var bytes = 0;
        for (var i = 0; i < all.Length; i++)
        {
            var size = all[i].Name.Encoded.Length + 8;
            if (i > start && (i - start == NamesPerRequest || bytes + size > BytesPerRequest))
            {
                yield return (start, i - start);
                (start, bytes) = (i, 0);
            }

            bytes += size;
        }

        if (all.Length > start) yield return (start, all.Length - start);
    }
}
