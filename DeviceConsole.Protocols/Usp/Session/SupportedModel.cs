using System.Collections.Frozen;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>Types and access of a model's parameters, as its agent tells them (GetSupportedDM).</summary>
internal sealed class SupportedModel
{
    private readonly FrozenDictionary<string, SupportedValue> parameters;

    public SupportedModel(GetSupportedDmResponse response)
    {
        var found = new Dictionary<string, SupportedValue>(StringComparer.Ordinal);
        foreach (var one in response.RequestedObjects.SelectMany(r => r.Objects))
            foreach (var parameter in one.Parameters) found[one.Path + parameter.Name] = new SupportedValue(TypeName(parameter.Type), parameter.Access != ParameterAccess.ReadOnly);
        parameters = found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public int Count => parameters.Count;

    /// <summary>What is known of a parameter of an instance; null where nothing is.</summary>
    public SupportedValue? Find(string path) => parameters.GetValueOrDefault(UspPath.Generic(path));

    /// <summary>The type in the data model's words; a text where the agent does not say.</summary>
    public static string TypeName(ParameterType type) => type switch
    {
        ParameterType.Base64 => "base64",
        ParameterType.Boolean => "boolean",
        ParameterType.DateTime => "dateTime",
        ParameterType.Decimal => "decimal",
        ParameterType.HexBinary => "hexBinary",
        ParameterType.Int => "int",
        ParameterType.Long => "long",
        ParameterType.UnsignedInt => "unsignedInt",
        ParameterType.UnsignedLong => "unsignedLong",
        _ => "string",
    };
}

/// <summary>Type and access of a parameter.</summary>
internal sealed record SupportedValue(string Type, bool Writable);
