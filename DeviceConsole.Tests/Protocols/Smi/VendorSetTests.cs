using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;
using DeviceConsole.Tests.Peers;
using Xunit.Abstractions;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>Hundreds of vendors' modules against what smidump and snmptranslate say about them.</summary>
public sealed class VendorSetTests(ITestOutputHelper output)
{
    private static readonly Lazy<ILookup<string, MibModule>> Set = new(Compile);

    [MibSetFact]
    public void Names_and_object_identifiers_agree_with_both_tools()
    {
        var lines = File.ReadLines(Path.Combine(MibSetFactAttribute.Folder!, "consensus.tsv")).Skip(1).Select(l => l.Split('\t')).ToList();
        var modules = lines.Select(l => l[0]).Distinct().ToDictionary(n => n, n => Module(n).Definitions.ToLookup(d => d.Name, d => d.Oid));
        var wrong = lines.Where(l => modules[l[0]][l[1]].FirstOrDefault() != l[2]).Select(l => $"{l[0]} {l[1]} {l[2]}, not {modules[l[0]][l[1]].FirstOrDefault() ?? "nothing"}").ToList();
        Agree("name and object identifier", 0.999, lines.Count - wrong.Count, wrong);
    }

    [MibSetFact]
    public void Access_status_kind_base_type_and_labels_agree_with_smidump_each_for_itself()
    {
        var checks = new Dictionary<string, (int Same, List<string> Other)>();
        foreach (var file in Directory.GetFiles(Path.Combine(MibSetFactAttribute.Folder!, "oracle"), "*.xml").Order(StringComparer.Ordinal))
        {
            var definitions = Module(Path.GetFileNameWithoutExtension(file)).Definitions.ToLookup(d => d.Name);
            foreach (XmlElement node in Load(file).SelectNodes("//*[@oid]")!)
            {
                if (definitions[node.GetAttribute("name")].FirstOrDefault() is not { } definition || definition.Oid != node.GetAttribute("oid")) continue;
                foreach (var (what, theirs, ours) in Properties(node, definition))
                {
                    var (same, other) = checks.GetValueOrDefault(what, (0, []));
                    if (theirs == ours) same++;
                    else other.Add($"{Path.GetFileNameWithoutExtension(file)} {definition.Name}: {theirs}, not {ours}");
                    checks[what] = (same, other);
                }
            }
        }
        checks.Keys.Should().BeEquivalentTo("kind", "access", "status", "base type", "labels");
        foreach (var (what, (same, other)) in checks) Agree(what, 0.995, same, other);
    }

    [MibSetFact]
    public void No_module_takes_longer_than_two_seconds()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(MibSetFactAttribute.Folder!, "modules")))
        {
            var before = Processor.Time;
            Compiled.Files(file).Modules.Should().NotBeEmpty(file);
            (Processor.Time - before).Should().BeLessThan(TimeSpan.FromSeconds(2), file);
        }
    }

    private void Agree(string what, double least, int same, List<string> other)
    {
        var share = same / (double)(same + other.Count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {same} of {same + other.Count} agree, {share * 100:0.000} %"));
        foreach (var line in other) output.WriteLine($"  {line}");
        same.Should().BeGreaterThan(1_000, what);
        share.Should().BeGreaterThanOrEqualTo(least, $"{what}\n{string.Join('\n', other.Take(20))}");
    }

    private static IEnumerable<(string What, string? Theirs, string? Ours)> Properties(XmlElement node, MibDefinition definition)
    {
        if (Kind(node.Name) is { } kind) yield return ("kind", kind.ToString(), definition.Kind.ToString());
        if (node.HasAttribute("status")) yield return ("status", Status(node.GetAttribute("status")), Status(definition.Status));
        if (node["access"] is { } access) yield return ("access", access.InnerText, Access(definition.Access));
        if (node["syntax"]?["typedef"] is not { } type) yield break;
        yield return ("base type", type.GetAttribute("basetype"), Type(definition.Syntax));
        var labels = type.SelectNodes("namednumber")!.Cast<XmlElement>().Select(l => $"{l.GetAttribute("name")}={l.GetAttribute("number")}").Order().ToList();
        if (labels.Count > 0) yield return ("labels", string.Join(',', labels), string.Join(',', definition.Syntax!.Labels.Select(l => $"{l.Name}={l.Value}").Order()));
    }

    private static MibKind? Kind(string element) => element switch
    {
        "scalar" => MibKind.Scalar,
        "table" => MibKind.Table,
        "row" => MibKind.Row,
        "column" => MibKind.Column,
        "notification" => MibKind.Notification,
        "group" => MibKind.Group,
        "compliance" => MibKind.Compliance,
        _ => null,
    };

    /// <summary>SMIv2 calls current what SMIv1 calls mandatory (RFC 2576 clause 2.1.1); smidump chooses the word by what it takes the module for.</summary>
    private static string? Status(string? word) => word == "mandatory" ? "current" : word;

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
