using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>
/// The command responder of an agent (RFC 3416 §4.2; RFC 1157 §4.1 for SNMPv1): a message in, the answer out, or none.
/// </summary>
internal sealed class AgentResponder(SimulatedDevice device, SimulatedAgentOptions options)
{
    private const int TooBigLimit = 5;
    private static readonly ObjectIdentifier InterfaceTypes = ObjectIdentifier.Parse("1.3.6.1.2.1.2.2.1.3");
    private static readonly ObjectIdentifier FirstInterface = ObjectIdentifier.Parse("1.3.6.1.2.1.2.2.1.1.1");

    /// <summary>The answer's bytes, or null where a real agent stays silent: another community, something that is no request.</summary>
    public byte[]? Respond(byte[] datagram)
    {
        if (!CommunityMessage.TryRead(datagram, out var request, out _)) return null;
        var mayWrite = request.Community.Span.SequenceEqual(options.WriteCommunity.Span);
        if (!mayWrite && !request.Community.Span.SequenceEqual(options.ReadCommunity.Span)) return null;
        var asked = request.Pdu.VarBinds;
        switch (request.Pdu.Type)
        {
            case PduType.GetRequest:
                return Encode(request, Map(asked, v => new VarBind(v.Name, device.Profile.Mib.Read(device, v.Name))));
            case PduType.GetNextRequest:
                return Encode(request, Map(asked, v => Next(v.Name)));
            case PduType.GetBulkRequest when request.Version != SnmpVersion.V1:
                return Encode(request, GetBulk(request.Pdu));
            case PduType.SetRequest:
                return Set(request, mayWrite);
            default:
                return null;
        }
    }

    private static VarBind[] Map(ReadOnlyMemory<VarBind> asked, Func<VarBind, VarBind> answer) => Array.ConvertAll(asked.ToArray(), v => answer(v));

    private VarBind Next(ObjectIdentifier name)
    {
        var next = device.Profile.Mib.Next(device, name);
        return options.Fault.Kind == AgentFaultKind.NonIncreasing && InterfaceTypes.IsPrefixOf(next.Name)
            ? new VarBind(FirstInterface, device.Profile.Mib.Read(device, FirstInterface))
            : next;
    }

    // As many repetitions as fit the message; one that does not fit is cut off (RFC 3416 §4.2.3).
    private List<VarBind> GetBulk(in Pdu pdu)
    {
        var nonRepeaters = Math.Clamp(pdu.ErrorStatus, 0, pdu.VarBinds.Length);
        var answers = new List<VarBind>();
        var room = options.MaximumMessageSize - 100;
        for (var i = 0; i < nonRepeaters; i++) Take(Next(pdu.VarBinds.Span[i].Name));
        var current = pdu.VarBinds[nonRepeaters..].ToArray();
        for (var repetition = 0; repetition < pdu.ErrorIndex && current.Length > 0 && room > 0; repetition++)
        {
            var allEnded = true;
            for (var i = 0; i < current.Length; i++)
            {
                current[i] = current[i].Value.Type == SnmpType.EndOfMibView ? current[i] : Next(current[i].Name);
                allEnded &= current[i].Value.Type == SnmpType.EndOfMibView;
                if (!Take(current[i])) return answers;
            }

            if (allEnded) break;
        }

        return answers;

        bool Take(VarBind varBind)
        {
            room -= varBind.Name.Encoded.Length + varBind.Value.Encoded.Length + 8;
            if (room < 0) return false;
            answers.Add(varBind);
            return true;
        }
    }

    private byte[] Set(in CommunityMessage request, bool mayWrite)
    {
        var values = request.Pdu.VarBinds.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var status = mayWrite ? device.Profile.Mib.Write(device, values[i], commit: false) : SnmpErrorStatus.NoAccess;
            if (status != SnmpErrorStatus.NoError) return Error(request, status, i + 1);
        }

        foreach (var value in values) device.Profile.Mib.Write(device, value, commit: true);
        return Encode(request, values);
    }

    private byte[] Encode(in CommunityMessage request, IReadOnlyList<VarBind> answers)
    {
        if (request.Version == SnmpVersion.V1)
        {
            // SNMPv1 knows neither exceptions nor Counter64 (RFC 2576 §4.1.2).
            for (var i = 0; i < answers.Count; i++)
                if (answers[i].Value.IsException || answers[i].Value.Type == SnmpType.Counter64) return Error(request, SnmpErrorStatus.NoSuchName, i + 1);
        }

        if (options.Fault.Kind == AgentFaultKind.TooBig && answers.Count > TooBigLimit)
            return Write(request, SnmpErrorStatus.TooBig, 0, []);
        var encoded = Write(request, SnmpErrorStatus.NoError, 0, [.. answers]);
        return encoded.Length <= options.MaximumMessageSize ? encoded : Write(request, SnmpErrorStatus.TooBig, 0, []);
    }

    private static byte[] Error(in CommunityMessage request, SnmpErrorStatus status, int index) =>
        Write(request, request.Version == SnmpVersion.V1 ? ForV1(status) : status, index, request.Pdu.VarBinds.Span);

    // RFC 2576 §4.3.
    private static SnmpErrorStatus ForV1(SnmpErrorStatus status) => status switch
    {
        SnmpErrorStatus.WrongType or SnmpErrorStatus.WrongLength or SnmpErrorStatus.WrongValue => SnmpErrorStatus.BadValue,
        SnmpErrorStatus.NoAccess or SnmpErrorStatus.NoCreation or SnmpErrorStatus.NotWritable => SnmpErrorStatus.NoSuchName,
        _ => status,
    };

    private static byte[] Write(in CommunityMessage request, SnmpErrorStatus status, int index, ReadOnlySpan<VarBind> varBinds)
    {
        var buffer = new byte[Pdu.MaximumSize(varBinds) + request.Community.Length + 24];
        var writer = new BerWriter(buffer);
        CommunityMessage.Write(
            ref writer, request.Version, request.Community.Span, PduType.Response, request.Pdu.RequestId, (int)status, index, varBinds);
        return writer.Written.ToArray();
    }
}
