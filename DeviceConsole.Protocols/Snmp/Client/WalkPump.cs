using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// The loop of a walk. It runs on the receiving thread, from answer to next request, without a change of threads;
/// so it calls nothing that could block.
/// </summary>
internal sealed class WalkPump(SnmpClient client, SnmpPeer peer, ObjectIdentifier root, int limit)
{
    private readonly HostState host = client.Hosts.Get(peer);
    private readonly VarBind[] asked = new VarBind[1];
    private ObjectIdentifier last;
    private int values;

    public async Task<SnmpWalkEnd> RunAsync(Func<ReadOnlyMemory<VarBind>, ValueTask> give, CancellationToken cancellationToken)
    {
        last = root;
        var bulk = peer.Version != SnmpVersion.V1;
        while (true)
        {
            var request = NextRequest(bulk);
            var reply = await client.SendAsync(peer, request, true, cancellationToken).ConfigureAwait(false);
            if (reply.Status == SnmpReplyStatus.Answered && reply.Attempts > 1 && request.ShrinksOnRetry) host.Shrink(Math.Max(1, reply.Repetitions * 2));
            if (AskedTooMuch(reply))
            {
                // Also an agent that answers genErr to every GETBULK is walked this way. Where the operator fixed the number, GETNEXT follows.
                host.Shrink(reply.Repetitions);
                bulk &= peer.MaxRepetitions is null;
                continue;
            }

            var end = Judge(reply, out var page);
            if (reply.IsSuccess) host.Learn(reply);
            values += page.Length;
            if (end?.Reason is SnmpWalkReason.SubtreeEnd or SnmpWalkReason.EndOfMib && values == 0)
            {
                (page, end) = await ReadLeafAsync(end, cancellationToken).ConfigureAwait(false);
                values = page.Length;
            }

            if (!page.IsEmpty) await give(page).ConfigureAwait(false);
            if (end is not null) return end with { Values = values };
        }
    }

    private SnmpRequest NextRequest(bool bulk)
    {
        asked[0] = VarBind.Unspecified(last);
        var repetitions = Math.Min(peer.MaxRepetitions ?? host.Repetitions, Math.Max(1, limit - values));
        return bulk && repetitions > 1
            ? new SnmpRequest { Type = PduType.GetBulkRequest, VarBinds = asked, MaxRepetitions = repetitions, ShrinksOnRetry = true }
            : new SnmpRequest { Type = PduType.GetNextRequest, VarBinds = asked };
    }

    private static bool AskedTooMuch(SnmpReply reply) =>
        reply.Status == SnmpReplyStatus.Answered && reply.Repetitions > 0 && (reply.ErrorStatus is SnmpErrorStatus.TooBig or SnmpErrorStatus.GenErr
            || (reply.ErrorStatus == SnmpErrorStatus.NoError && reply.VarBinds.IsEmpty));

    private SnmpWalkEnd? Judge(SnmpReply reply, out ReadOnlyMemory<VarBind> page)
    {
        page = default;
        if (reply.Status != SnmpReplyStatus.Answered) return Ended(SnmpWalkReason.Failed, Stopped(reply), reply);
        if (reply.ErrorStatus == SnmpErrorStatus.NoSuchName) return Ended(SnmpWalkReason.EndOfMib, "the device has nothing after it");
        if (reply.ErrorStatus != SnmpErrorStatus.NoError)
            return Ended(SnmpWalkReason.DeviceError, $"the device answered {reply.ErrorStatus} after {last}", reply);
        if (reply.VarBinds.IsEmpty) return Ended(SnmpWalkReason.EmptyReply, $"the device sends no variables after {last}", reply);
        return JudgeVariables(reply.VarBinds, out page);
    }

    private SnmpWalkEnd? JudgeVariables(ReadOnlyMemory<VarBind> varBinds, out ReadOnlyMemory<VarBind> page)
    {
        var span = varBinds.Span;
        for (var i = 0; i < span.Length; i++)
        {
            ref readonly var varBind = ref span[i];
            page = varBinds[..i];
            if (values + i >= limit) return Ended(SnmpWalkReason.Limit, $"the limit of {limit} values was reached; the device has more");
            if (varBind.Value.Type == SnmpType.EndOfMibView) return Ended(SnmpWalkReason.EndOfMib, "the device has nothing after it");
            if (!root.IsPrefixOf(varBind.Name)) return Ended(SnmpWalkReason.SubtreeEnd, "the end of the subtree was reached");
            if (varBind.Name <= last)
                return Ended(SnmpWalkReason.NotIncreasing, $"the device gave {varBind.Name} after {last}, which would never end");
            last = varBind.Name;
        }

        page = varBinds;
        return null;
    }

    // snmpwalk does the same: the successor of an instance is not below it, but the instance itself can be read.
    private async ValueTask<(ReadOnlyMemory<VarBind> Page, SnmpWalkEnd End)> ReadLeafAsync(SnmpWalkEnd end, CancellationToken cancellationToken)
    {
        asked[0] = VarBind.Unspecified(root);
        var reply = await client.SendAsync(peer, new SnmpRequest { Type = PduType.GetRequest, VarBinds = asked }, true, cancellationToken).ConfigureAwait(false);
        if (reply.Status != SnmpReplyStatus.Answered) return (default, Ended(SnmpWalkReason.Failed, Stopped(reply), reply));
        var isInstance = reply.IsSuccess && reply.VarBinds.Length == 1 && !reply.VarBinds.Span[0].Value.IsException && reply.VarBinds.Span[0].Name == root;
        return isInstance
            ? (reply.VarBinds, Ended(SnmpWalkReason.Leaf, "it is a single instance"))
            : (default, end with { Message = "the device has nothing there" });
    }

    private static string Stopped(SnmpReply reply) => reply.Status == SnmpReplyStatus.Report ? "the device refused the message" : "the device stopped answering";

    private static SnmpWalkEnd Ended(SnmpWalkReason reason, string message, SnmpReply? reply = null) => new(reason, message, 0, reply);
}
