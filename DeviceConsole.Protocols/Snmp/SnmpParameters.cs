using DeviceConsole.Core.Parameters;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>From variable bindings to the product's parameters.</summary>
internal static class SnmpParameters
{
    public static ParameterValue From(in VarBind varBind)
    {
        var value = varBind.Value;
        var path = varBind.Name.ToString();
        var type = SnmpText.TypeName(value);
        if (value.IsException || value.Type == SnmpType.Null) return new ParameterValue(path, null, type);
        var parameter = new ParameterValue(path, SnmpText.Render(value), type);
        return LosesBytes(value) ? parameter with { RawHex = Convert.ToHexStringLower(value.Encoded) } : parameter;
    }

    public static List<ParameterValue> From(ReadOnlyMemory<VarBind> varBinds)
    {
        var values = new List<ParameterValue>(varBinds.Length);
        foreach (ref readonly var varBind in varBinds.Span) values.Add(From(varBind));
        return values;
    }

    private static bool LosesBytes(SnmpValue value) => value.Type switch
    {
        SnmpType.OctetString => !SnmpText.TryReadText(value.Encoded, out _),
        SnmpType.Opaque or SnmpType.NsapAddress => true,
        SnmpType.IpAddress => value.Encoded.Length != 4,
        _ => false,
    };
}
