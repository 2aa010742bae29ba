using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>Hundreds of vendors' modules against what smidump and snmptranslate say about them.</summary>
public sealed class VendorSetTests
{
    private static readonly Lazy<ILookup<string, MibModule>> Set = new(Compile);

    [MibSetFact]
    public void Names_and_object_identifiers_agree_with_both_tools()
    {
        var lines = File.ReadLines(Path.Combine(MibSetFactAttribute.Folder!, "consensus.tsv")).Skip(1).Select(l => l.Split('\t')).ToList();
        var modules = lines.Select(l => l[0]).Distinct().ToDictionary(n => n, n => Module(n).Definitions.ToLookup(d => d.Name, d => d.Oid));
        var wrong = lines.Where(l => modules[l[0]][l[1]].FirstOrDefault() != l[2]).ToList();
        wrong.Count.Should().BeLessThanOrEqualTo(lines.Count / 1000, string.Join('\n', wrong.Take(20).Select(l => string.Join(' ', l))));
    }

    [MibSetFact]
    public void Kind_access_status_type_and_labels_agree_with_smidump()
    {
        var (same, other) = (0, new List<string>());
        foreach (var file in Directory.GetFiles(Path.Combine(MibSetFactAttribute.Folder!, "oracle"), "*.xml"))
        {
            var definitions = Module(Path.GetFileNameWithoutExtension(file)).Definitions.ToLookup(d => d.Name);
            foreach (XmlElement node in Load(file).SelectNodes("//*[@oid]")!)
            {
                if (definitions[node.GetAttribute("name")].FirstOrDefault() is not { } definition || definition.Oid != node.GetAttribute("oid")) continue;
                var wrong = Differences(node, definition).ToList();
                if (wrong.Count == 0) same++;
                else other.Add($"{Path.GetFileName(file)} {definition.Name}: {string.Join(", ", wrong)}");
            }
        }
        same.Should().BeGreaterThan(15_000);
        other.Count.Should().BeLessThanOrEqualTo(same / 200, string.Join('\n', other.Take(20)));
    }

    [MibSetFact]
    public void No_module_takes_longer_than_two_seconds()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(MibSetFactAttribute.Folder!, "modules")))
        {
            var clock = Stopwatch.StartNew();
            Compiled.Files(file).Modules.Should().NotBeEmpty(file);
            clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(2), file);
        }
    }

    private static IEnumerable<string> Differences(XmlElement node, MibDefinition definition)
    {
        if (node.HasAttribute("status") && Status(node.GetAttribute("status")) != Status(definition.Status)) yield return $"status {node.GetAttribute("status")}, not {definition.Status}";
        if (node["access"] is { } access && access.InnerText != Access(definition.Access)) yield return $"access {access.InnerText}, not {definition.Access}";
        if (node["syntax"]?["typedef"] is not { } type) yield break;
        if (type.GetAttribute("basetype") != Type(definition.Syntax)) yield return $"type {type.GetAttribute("basetype")}, not {definition.Syntax?.BaseType}";
        var labels = type.SelectNodes("namednumber")!.Cast<XmlElement>().Select(l => $"{l.GetAttribute("name")}={l.GetAttribute("number")}").Order().ToList();
        if (labels.Count > 0 && !labels.SequenceEqual(definition.Syntax!.Labels.Select(l => $"{l.Name}={l.Value}").Order())) yield return "labels";
    }

    /// <summary>smidump writes SMIv1's words for modules that it takes for SMIv1, whatever stands in them.</summary>
    private static string? Status(string? word) => word switch { "mandatory" => "current", "deprecated" => "obsolete", _ => word };

    private static string? Access(string? word) => word switch
    {
        "read-only" => "readonly",
        "read-write" or "read-create" or "write-only" => "readwrite",
        "not-accessible" => "noaccess",
        "accessible-for-notify" => "notifyonly",
        _ => word,
    };

    private static string? Type(MibSyntax? syntax) => syntax?.BaseType switch
    {
        MibBaseType.Counter32 or MibBaseType.Gauge32 or MibBaseType.TimeTicks => "Unsigned32",
        MibBaseType.Counter64 => "Unsigned64",
        MibBaseType.IpAddress or MibBaseType.Opaque => "OctetString",
        var type => type?.ToString(),
    };

    private static XmlDocument Load(string file)
    {
        var text = File.ReadAllText(file, Encoding.UTF8);
        if (text.Contains('\ufffd', StringComparison.Ordinal)) text = File.ReadAllText(file, Encoding.Latin1);
        text = Regex.Replace(text, "<!DOCTYPE[^>]*>|[\x00-\x08\x0b\x0c\x0e-\x1f]", "");
        var document = new XmlDocument { XmlResolver = null };
        document.LoadXml(text);
        return document;
    }

    /// <summary>The module of the file of its own name, where a name comes in several files.</summary>
    private static MibModule Module(string name) => Set.Value[name].OrderByDescending(m => m.File == name + ".mib").First();

    private static ILookup<string, MibModule> Compile()
    {
        var sources = Directory.GetFiles(Path.Combine(MibSetFactAttribute.Folder!, "modules")).Order(StringComparer.Ordinal).Select(f => new MibSource(Path.GetFileName(f), File.ReadAllBytes(f))).ToList();
        return new MibCompiler().Compile(sources, _ => null, new MibLimits(), CancellationToken.None).Modules.ToLookup(m => m.Name);
    }
}
