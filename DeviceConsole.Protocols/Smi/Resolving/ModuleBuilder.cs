using System.Globalization;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Parsing;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>Makes the finished module from what was read, once every module of the compilation can be looked up.</summary>
internal sealed class ModuleBuilder(ModuleScope scope)
{
    private const int MaximumDescription = 100_000;

    private readonly ParsedModule parsed = scope.Parsed;
    private readonly MibLanguage language = LanguageOf(scope.Parsed);
    private readonly Dictionary<string, int> byOid = new(scope.Parsed.Definitions.Count, StringComparer.Ordinal);
    private readonly string?[] oids = new string?[scope.Parsed.Definitions.Count];

    // The definition of the place above, -1 where the module has none; only of those with an object identifier.
    private readonly int[] parents = new int[scope.Parsed.Definitions.Count];

    /// <summary>Resolves everything and collects the diagnostics.</summary>
    public MibModule Build(CancellationToken cancellationToken)
    {
        var missing = CheckImports();
        var definitions = Definitions(cancellationToken);
        var types = parsed.Types.Where((t, i) => scope.TypeOf(t.Name) == i).Select(Type).ToList();
        new TableChecks(scope, definitions).Run();
        return new MibModule
        {
            Name = parsed.Name,
            File = parsed.Text.File,
            Language = language,
            LastUpdated = Time(parsed.LastUpdated),
            Organization = parsed.Organization,
            Contact = parsed.Contact,
            Description = Short(parsed.Description),
            Revisions = parsed.Revisions,
            Imports = [.. parsed.Imports.GroupBy(i => i.Module, StringComparer.Ordinal).Select(g => new MibImport(g.Key, [.. g.Select(i => i.Symbol)]))],
            MissingModules = missing,
            Definitions = definitions,
            Types = types,
            Diagnostics = parsed.Diagnostics.Between(parsed.Start, parsed.End),
        };
    }

    private List<string> CheckImports()
    {
        var missing = new List<string>();
        foreach (var import in parsed.Imports)
        {
            if (SmiWords.Find(import.Symbol) != SmiWord.None) continue;
            if (scope.Table.Find(import.Module) is null)
            {
                if (missing.Contains(import.Module)) continue;
                missing.Add(import.Module);
                parsed.Diagnostics.Error(import.ModulePosition, $"The module {import.Module} is not in the library. Upload it, and this module is compiled again by itself.");
            }
            else if (!BaseTypes.TryGet(import.Symbol, out _) && scope.Table.Origin(import.Module, import.Symbol) is null)
            {
                parsed.Diagnostics.Error(import.SymbolPosition, $"{import.Module} has no {import.Symbol}; correct the name, or upload the revision of {import.Module} that has it.");
            }
        }
        return missing;
    }

    private List<MibDefinition> Definitions(CancellationToken cancellationToken)
    {
        for (var i = 0; i < oids.Length; i++)
        {
            if ((i & 0xFFF) == 0) cancellationToken.ThrowIfCancellationRequested();
            if (!scope.IsFirst(i) || scope.Oid(i) is not { } oid) continue;
            oids[i] = MibOid.Format(oid);
            if (!byOid.TryAdd(oids[i]!, i)) parsed.Diagnostics.Warning(parsed.Definitions[i].Position, $"{parsed.Definitions[i].Name} has the same object identifier as {parsed.Definitions[byOid[oids[i]!]].Name}.");
        }
        FindParents();
        var result = new List<MibDefinition>(oids.Length);
        for (var i = 0; i < oids.Length; i++)
        {
            var definition = parsed.Definitions[i];
            // A definition without a readable object identifier is lost; one whose parent is missing waits for it.
            if (scope.IsFirst(i) && (definition.Oid is not null || definition.TrapNumber is not null)) result.Add(Definition(definition, i));
        }
        return result;
    }

    private void FindParents()
    {
        var lookup = byOid.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var i = 0; i < oids.Length; i++)
            parents[i] = oids[i] is { } oid && oid.LastIndexOf('.') is > 0 and var end && lookup.TryGetValue(oid.AsSpan(0, end), out var parent) ? parent : -1;
    }

    private MibDefinition Definition(ParsedDefinition definition, int place)
    {
        var kind = Kind(definition, place);
        var syntax = definition.Syntax is { } clause && definition.Macro == SmiWord.ObjectType ? scope.Syntax(clause) : null;
        return new MibDefinition
        {
            Name = definition.Name,
            Kind = kind,
            Oid = oids[place],
            Line = parsed.Text.Place(definition.Position).Line,
            Syntax = syntax,
            Access = definition.Access,
            Status = Status(definition),
            Units = definition.Units,
            DefaultValue = definition.DefaultValue,
            Index = definition.Index.Count == 0 ? [] : definition.Index.ConvertAll(i => Index(definition, i.Index, i.Position)),
            Augments = definition.Augments is { } augments ? Index(definition, new MibIndex(augments.Name, null, false), augments.Position) : null,
            Objects = definition.Objects,
            Description = Short(definition.Description),
            Reference = definition.Reference,
        };
    }

    /// <summary>SMIv2 says current where SMIv1 said mandatory; a MODULE-IDENTITY and a TRAP-TYPE have no STATUS clause and are current.</summary>
    private string? Status(ParsedDefinition definition) => definition switch
    {
        { Status: null, Macro: SmiWord.ModuleIdentity or SmiWord.TrapType } => "current",
        { Status: "mandatory" } when language == MibLanguage.SmiV2 => "current",
        _ => definition.Status,
    };

    private MibIndex Index(ParsedDefinition row, MibIndex index, int position)
    {
        var origin = scope.Find(index.Name, position);
        if (origin is null && !BaseTypes.TryGet(index.Name, out _)) parsed.Diagnostics.Error(position, $"{index.Name}, in the index of {row.Name}, is neither defined nor imported; rows are shown by their numbers.");
        return index with { Module = origin?.Module };
    }

    private MibKind Kind(ParsedDefinition definition, int place) => definition.Macro switch
    {
        SmiWord.ModuleIdentity => MibKind.Module,
        SmiWord.NotificationType or SmiWord.TrapType => MibKind.Notification,
        SmiWord.ObjectGroup or SmiWord.NotificationGroup => MibKind.Group,
        SmiWord.ModuleCompliance => MibKind.Compliance,
        SmiWord.AgentCapabilities => MibKind.Capabilities,
        SmiWord.ObjectType when IsTable(definition) => MibKind.Table,
        SmiWord.ObjectType when IsRow(definition, place) => MibKind.Row,
        SmiWord.ObjectType when parents[place] is >= 0 and var parent && !IsTable(parsed.Definitions[parent]) && IsRow(parsed.Definitions[parent], parent) => MibKind.Column,
        SmiWord.ObjectType => MibKind.Scalar,
        _ => MibKind.Node,
    };

    private static bool IsTable(ParsedDefinition definition) => definition.Syntax?.Shape == SyntaxShape.SequenceOf;

    private bool IsRow(ParsedDefinition definition, int place) =>
        definition.Macro == SmiWord.ObjectType
        && (definition.Index.Count > 0 || definition.Augments is not null || (parents[place] is >= 0 and var parent && IsTable(parsed.Definitions[parent]))
            || (definition.Syntax is { Shape: SyntaxShape.Named } syntax && scope.TypeOf(syntax.Name) is >= 0 and var type && parsed.Types[type].Syntax.Shape == SyntaxShape.Sequence));

    private MibType Type(ParsedType type) => new(type.Name, scope.Type(type.Name, 0)!)
    {
        Line = parsed.Text.Place(type.Position).Line,
        Status = type.Status,
        Description = Short(type.Description),
    };

    /// <summary>A macro or a type of SNMPv2-SMI makes a module SMIv2; a node such as enterprises does not.</summary>
    private static MibLanguage LanguageOf(ParsedModule parsed) =>
        parsed.Imports.Exists(i => i.Module == "SNMPv2-SMI" && char.IsAsciiLetterUpper(i.Symbol[0])) || parsed.Definitions.Exists(d => d.Macro == SmiWord.ModuleIdentity) ? MibLanguage.SmiV2 : MibLanguage.SmiV1;

    /// <summary>RFC 2578 clause 2: yyyyMMddHHmmZ, or yyMMddHHmmZ of the last century.</summary>
    internal static string? Time(string? text)
    {
        var digits = text?.Trim().TrimEnd('Z', 'z');
        if (digits is { Length: 10 }) digits = "19" + digits;
        return digits is { Length: 12 } && DateTime.TryParseExact(digits, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? digits : null;
    }

    private static string? Short(string? text) => text is { Length: > MaximumDescription } ? text[..MaximumDescription] + " …" : text;
}
