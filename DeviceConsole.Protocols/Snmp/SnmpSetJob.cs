using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>The operation "Set": with the types that were chosen or that the device's own values have, or only the difference that it would make.</summary>
internal static class SnmpSetJob
{
    private const int Shown = 10;

    public static async Task<ProtocolOutcome> RunAsync(SnmpClient client, SnmpPeer peer, SnmpPeer reader, JsonObject arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.Rows("values");
        var isDry = arguments["dryRun"]?.GetValueKind() == System.Text.Json.JsonValueKind.True;
        ReadOnlyMemory<VarBind> current = default;
        if (isDry || rows.Any(r => r.Text("type") == SnmpModuleDescriptor.TypeOfDevice))
        {
            var read = await client.GetAsync(reader, [.. rows.Select(r => ObjectIdentifier.Parse(r.Text("oid")))], cancellationToken).ConfigureAwait(false);
            if (!read.IsSuccess) return ProtocolOutcome.Failure(SnmpFaults.From(reader, read, default));
            current = read.VarBinds;
        }

        if (Values(rows, current.Span, out var wrong) is not { } asked) return ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Invalid, "snmp.type-unknown", wrong!));
        if (isDry) return ProtocolOutcome.Success(SnmpParameters.From(current), Difference(current.Span, asked));
        var reply = await client.SetAsync(peer, asked, cancellationToken).ConfigureAwait(false);
        if (!reply.IsSuccess) return ProtocolOutcome.Failure(SnmpFaults.From(peer, reply, asked));
        var values = SnmpParameters.From(reply.VarBinds);
        return ProtocolOutcome.Success(values, values.Count == 1 ? "1 value set" : string.Create(CultureInfo.InvariantCulture, $"{values.Count:N0} values set"));
    }

    private static VarBind[]? Values(IReadOnlyList<JsonObject> rows, ReadOnlySpan<VarBind> current, out string? wrong)
    {
        wrong = null;
        var values = new VarBind[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (row.Text("type") == SnmpModuleDescriptor.TypeOfDevice)
            {
                if (SnmpArguments.TypeLike(current[i].Value) is not { } type)
                {
                    wrong = $"The device has no value at {row.Text("oid")} whose type could be taken. Choose the type.";
                    return null;
                }

                row = (JsonObject)row.DeepClone();
                row["type"] = type;
            }

            if (!SnmpArguments.TryReadValue(row, out var value, out wrong)) return null;
            values[i] = new VarBind(ObjectIdentifier.Parse(row.Text("oid")), value);
        }

        return values;
    }

    private static string Difference(ReadOnlySpan<VarBind> current, VarBind[] asked)
    {
        var changes = new List<string>();
        for (var i = 0; i < asked.Length; i++)
        {
            if (current[i].Value == asked[i].Value) continue;
            var before = current[i].Value.IsException ? "nothing" : $"{SnmpText.TypeName(current[i].Value)} \"{SnmpText.Render(current[i].Value)}\"";
            changes.Add($"{asked[i].Name} from {before} to {SnmpText.TypeName(asked[i].Value)} \"{SnmpText.Render(asked[i].Value)}\"");
        }

        if (changes.Count == 0) return "Nothing was written, and nothing would change: the device has these values already.";
        var list = string.Join("; ", changes.Take(Shown)) + (changes.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $"; and {changes.Count - Shown} more") : "");
        return string.Create(CultureInfo.InvariantCulture, $"Nothing was written. {changes.Count} of {asked.Length} would change: {list}");
    }
}
