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

    // The same without what an outline does not have: nothing is copied for it.
    private static readonly JsonSerializerOptions OutlineJson = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutEmpty, LeaveOutTexts } },
    };

    /// <summary>The outline of a module as <see cref="Pack"/> would have it.</summary>
    public static byte[] PackOutline(MibModule module) => Compress(JsonSerializer.SerializeToUtf8Bytes(module, OutlineJson));

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
                property.ShouldSerialize = (_, value) => value is ICollection { Count: > 0 } || (value is IEnumerable list and not ICollection && list.GetEnumerator().MoveNext());
        }
    }

    private static void LeaveOutTexts(JsonTypeInfo type)
    {
        string[] texts = type.Type == typeof(MibModule) ? [nameof(MibModule.Organization), nameof(MibModule.Contact), nameof(MibModule.Description), nameof(MibModule.Revisions), nameof(MibModule.Diagnostics)]
            : type.Type == typeof(MibDefinition) ? [nameof(MibDefinition.Description), nameof(MibDefinition.Reference)]
            : type.Type == typeof(MibType) ? [nameof(MibType.Description)] : [];
        foreach (var property in type.Properties.Where(p => texts.Contains(p.Name))) property.ShouldSerialize = static (_, _) => false;
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
