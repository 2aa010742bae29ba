using System.Collections;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DeviceConsole.Core.Mibs;

/// <summary>The texts of a definition.</summary>
internal sealed record DefinitionTexts(string? Description, string? Reference);

/// <summary>The texts of a module: its own, those of its definitions and types by name.</summary>
internal sealed record ModuleTexts(string? Organization, string? Contact, string? Description, Dictionary<string, DefinitionTexts> Definitions);

/// <summary>A compiled module as it is stored: an outline that is kept in memory, and its texts, which are read when somebody looks.</summary>
internal static class ModuleDocument
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutEmpty } },
    };

    /// <summary>The module without its texts and diagnostics.</summary>
    public static MibModule Outline(MibModule module) => module with
    {
        Organization = null,
        Contact = null,
        Description = null,
        Revisions = [],
        Diagnostics = [],
        Definitions = [.. module.Definitions.Select(d => d with { Description = null, Reference = null })],
        Types = [.. module.Types.Select(t => t with { Description = null })],
    };

    /// <summary>The texts.</summary>
    public static ModuleTexts Texts(MibModule module)
    {
        var texts = new Dictionary<string, DefinitionTexts>(StringComparer.Ordinal);
        foreach (var type in module.Types.Where(t => t.Description is not null)) texts[type.Name] = new DefinitionTexts(type.Description, null);
        foreach (var definition in module.Definitions.Where(d => d.Description is not null || d.Reference is not null)) texts[definition.Name] = new DefinitionTexts(definition.Description, definition.Reference);
        return new ModuleTexts(module.Organization, module.Contact, module.Description, texts);
    }

    /// <summary>An outline with its texts again.</summary>
    public static MibModule Whole(byte[] outline, byte[] texts)
    {
        var (module, words) = (Unpack<MibModule>(outline), Unpack<ModuleTexts>(texts));
        return module with
        {
            Organization = words.Organization,
            Contact = words.Contact,
            Description = words.Description,
            Definitions = [.. module.Definitions.Select(d => words.Definitions.TryGetValue(d.Name, out var text) ? d with { Description = text.Description, Reference = text.Reference } : d)],
            Types = [.. module.Types.Select(t => words.Definitions.TryGetValue(t.Name, out var text) ? t with { Description = text.Description } : t)],
        };
    }

    /// <summary>Compressed JSON.</summary>
    public static byte[] Pack<T>(T value) => Compress(JsonSerializer.SerializeToUtf8Bytes(value, Json));

    /// <summary>The value of <see cref="Pack"/>.</summary>
    public static T Unpack<T>(byte[] packed)
    {
        using var source = new MemoryStream(packed);
        using var plain = new BrotliStream(source, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<T>(plain, Json)!;
    }

    // What is left out keeps the value that the record begins with, so that empty lists are one and the same in memory.
    private static void LeaveOutEmpty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            property.IsRequired = false;
            if (property.AssociatedParameter is null && property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
                property.ShouldSerialize = (_, value) => value is IEnumerable list && list.GetEnumerator().MoveNext();
        }
    }

    /// <summary>Compressed bytes.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var target = new MemoryStream();
        using (var packed = new BrotliStream(target, CompressionLevel.Fastest)) packed.Write(bytes);
        return target.ToArray();
    }

    /// <summary>The bytes of <see cref="Compress"/>; they were counted before they were stored.</summary>
    public static byte[] Decompress(byte[] packed)
    {
        using var source = new MemoryStream(packed);
        using var plain = new BrotliStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        plain.CopyTo(target);
        return target.ToArray();
    }
}
