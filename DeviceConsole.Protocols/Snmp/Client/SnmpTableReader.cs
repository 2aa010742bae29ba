using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// Reads the columns of a table side by side, as many rows an answer as the device copes with. Columns may be sparse, of several tables with
/// the same index (AUGMENTS), and end at different rows; each is followed by itself, and rows are put together by their index.
/// </summary>
internal sealed class SnmpTableReader
{
    private const int ColumnsPerRequest = 12;

    private readonly SnmpClient client;
    private readonly SnmpPeer peer;
    private readonly HostState host;
    private readonly Column[] columns;
    private readonly int rowLimit;
    private readonly SortedDictionary<uint[], VarBind?[]> rows = new(IndexOrder.Instance);
    private int width = ColumnsPerRequest;

    public SnmpTableReader(SnmpClient client, SnmpPeer peer, IReadOnlyList<ObjectIdentifier> columns, int rowLimit)
    {
        (this.client, this.peer, this.rowLimit) = (client, peer, rowLimit);
        host = client.Hosts.Get(peer);
        this.columns = [.. columns.Select((c, i) => new Column(i, c))];
    }

    /// <summary>The rows by their index, in order; a cell that the device does not have is null.</summary>
    public IReadOnlyDictionary<uint[], VarBind?[]> Rows => rows;

    /// <summary>
    /// The columns below a table's entry, found by asking for the first instance behind each: one request a column.
    /// </summary>
    public static async Task<(List<ObjectIdentifier> Columns, SnmpReply? Failure)> ColumnsAsync(SnmpClient client, SnmpPeer peer, ObjectIdentifier table, int limit, CancellationToken cancellationToken)
    {
        var entry = table.Append(1);
        var found = new List<ObjectIdentifier>();
        var next = entry;
        while (found.Count < limit)
        {
            var reply = await client.GetNextAsync(peer, [next], cancellationToken).ConfigureAwait(false);
            if (!reply.IsSuccess) return (found, reply);
            var (name, value) = reply.VarBinds.Span[0];
            if (value.Type == SnmpType.EndOfMibView || !entry.IsPrefixOf(name) || name <= next) break;
            var arc = name.ToArcs()[entry.ArcCount];
            found.Add(entry.Append(arc));
            if (arc == uint.MaxValue) break;
            next = entry.Append(arc + 1);
        }

        return (found, null);
    }

    /// <summary>Reads on until every column has ended; why it stopped.</summary>
    public async Task<SnmpWalkEnd> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var active = columns.Where(c => !c.IsDone).Take(width).ToArray();
            if (active.Length == 0) return new SnmpWalkEnd(SnmpWalkReason.SubtreeEnd, "every column was read to its end", Cells);
            if (rows.Count >= rowLimit && active.All(c => c.Cells >= rowLimit)) return new SnmpWalkEnd(SnmpWalkReason.Limit, $"the limit of {rowLimit} rows was reached; the device has more", Cells);
            var request = Request(active);
            var reply = await client.SendAsync(peer, request, false, cancellationToken).ConfigureAwait(false);
            if (reply.Status != SnmpReplyStatus.Answered)
                return new SnmpWalkEnd(SnmpWalkReason.Failed, reply.Status == SnmpReplyStatus.Report ? "the device refused the message" : "the device stopped answering", Cells, reply);
            if (Ended(reply, active)) continue;
            if (AskedTooMuch(reply))
            {
                if (request.Type == PduType.GetBulkRequest) host.Shrink(Math.Max(1, request.MaxRepetitions * active.Length));
                else if (active.Length > 1) width = active.Length / 2;
                else return new SnmpWalkEnd(SnmpWalkReason.DeviceError, $"the device answered {reply.ErrorStatus} after {active[0].Last}", Cells, reply);
                continue;
            }

            if (reply.ErrorStatus != SnmpErrorStatus.NoError) return new SnmpWalkEnd(SnmpWalkReason.DeviceError, $"the device answered {reply.ErrorStatus}", Cells, reply);
            host.Learn(reply);
            if (Take(reply.VarBinds.Span, active) is { } broken) return broken;
        }
    }

    private int Cells => columns.Sum(c => c.Cells);

    private SnmpRequest Request(Column[] active)
    {
        var asked = active.Select(c => VarBind.Unspecified(c.Last)).ToArray();
        var repetitions = Math.Min(peer.MaxRepetitions ?? host.Repetitions, rowLimit * active.Length) / active.Length;
        return peer.Version != SnmpVersion.V1 && repetitions > 1
            ? new SnmpRequest { Type = PduType.GetBulkRequest, VarBinds = asked, MaxRepetitions = repetitions, ShrinksOnRetry = true }
            : new SnmpRequest { Type = PduType.GetNextRequest, VarBinds = asked };
    }

    // SNMPv1 names the first column that has nothing more, and gives nothing for the others.
    private static bool Ended(SnmpReply reply, Column[] active)
    {
        if (reply.ErrorStatus != SnmpErrorStatus.NoSuchName || reply.ErrorIndex < 1 || reply.ErrorIndex > active.Length) return false;
        active[reply.ErrorIndex - 1].IsDone = true;
        return true;
    }

    private static bool AskedTooMuch(SnmpReply reply) =>
        reply.ErrorStatus is SnmpErrorStatus.TooBig or SnmpErrorStatus.GenErr || (reply.ErrorStatus == SnmpErrorStatus.NoError && reply.VarBinds.IsEmpty);

    private SnmpWalkEnd? Take(ReadOnlySpan<VarBind> varBinds, Column[] active)
    {
        for (var i = 0; i < varBinds.Length; i++)
        {
            var column = active[i % active.Length];
            if (column.IsDone) continue;
            ref readonly var varBind = ref varBinds[i];
            if (varBind.Value.Type == SnmpType.EndOfMibView || !column.Root.IsPrefixOf(varBind.Name) || varBind.Name.ArcCount == column.Root.ArcCount)
            {
                column.IsDone = true;
                continue;
            }

            if (varBind.Name <= column.Last)
                return new SnmpWalkEnd(SnmpWalkReason.NotIncreasing, $"the device gave {varBind.Name} after {column.Last}, which would never end", Cells);
            column.Last = varBind.Name;
            Put(column, varBind);
        }

        return null;
    }

    private void Put(Column column, in VarBind varBind)
    {
        column.Cells++;
        var index = varBind.Name.ToArcs()[column.Root.ArcCount..];
        if (!rows.TryGetValue(index, out var row))
        {
            if (rows.Count >= rowLimit)
            {
                column.IsDone = column.Cells > rowLimit;
                return;
            }

            rows[index] = row = new VarBind?[columns.Length];
        }

        row[column.Position] = varBind;
    }

    private sealed class Column(int position, ObjectIdentifier root)
    {
        public int Position { get; } = position;

        public ObjectIdentifier Root { get; } = root;

        public ObjectIdentifier Last { get; set; } = root;

        public int Cells { get; set; }

        public bool IsDone { get; set; }
    }

    private sealed class IndexOrder : IComparer<uint[]>
    {
        public static IndexOrder Instance { get; } = new();

        public int Compare(uint[]? x, uint[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
