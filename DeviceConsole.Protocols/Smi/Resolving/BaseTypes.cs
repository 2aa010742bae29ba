using System.Collections.Frozen;
using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>The types that the wire knows. Their names win over every definition: a module that repeats RFC 2578 must not change them.</summary>
internal static class BaseTypes
{
    private static readonly FrozenDictionary<string, MibBaseType> ByName = new Dictionary<string, MibBaseType>
    {
        ["INTEGER"] = MibBaseType.Integer32, ["Integer32"] = MibBaseType.Integer32,
        ["OCTET STRING"] = MibBaseType.OctetString, ["OBJECT IDENTIFIER"] = MibBaseType.ObjectIdentifier, ["BITS"] = MibBaseType.Bits,
        ["Unsigned32"] = MibBaseType.Unsigned32, ["UInteger32"] = MibBaseType.Unsigned32,
        ["Counter32"] = MibBaseType.Counter32, ["Counter"] = MibBaseType.Counter32, ["Gauge32"] = MibBaseType.Gauge32, ["Gauge"] = MibBaseType.Gauge32,
        ["TimeTicks"] = MibBaseType.TimeTicks, ["Counter64"] = MibBaseType.Counter64,
        ["IpAddress"] = MibBaseType.IpAddress, ["NetworkAddress"] = MibBaseType.IpAddress, ["Opaque"] = MibBaseType.Opaque, ["NULL"] = MibBaseType.None,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True for a base type's name, with the type.</summary>
    public static bool TryGet(string name, out MibBaseType type) => ByName.TryGetValue(name, out type);
}
