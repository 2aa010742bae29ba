using System.Globalization;
using System.Text.RegularExpressions;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Mibs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>Walks of recorded real devices give every recorded name, in order, with its type, and values that a person can read.</summary>
public sealed class RecordedDevicesTests
{
    [RecordingsFact]
    public Task Every_recorded_device_is_walked_from_its_first_name_to_its_last() => WalkAsync((recording, values) =>
    {
        var recorded = Read(Path.Combine(Recordings.Folder!, recording + ".snmprec")).ToList();
        values.Select(v => v.Name.ToString()).Should().Equal(recorded.Select(r => r.Name), "{0} has these names", recording);
        values.Select(v => (int)v.Value.Type).Should().Equal(recorded.Select(r => r.Tag), "{0} has these types", recording);
        values.Should().OnlyContain(v => SnmpText.Render(v.Value) != null);
    });

    [RecordingsFact]
    public async Task What_a_recorded_device_says_reads_as_the_mib_means_it()
    {
        var (rows, odd, shapes) = (0, new List<string>(), new HashSet<string>());
        await WalkAsync((recording, values) =>
        {
            foreach (var value in values.Select(v => SnmpParameters.From(v)))
            {
                if (!MibOid.TryParse(value.Path, out var arcs) || BuiltIn.Tree.Longest(arcs) is not { Node.Definition: { Syntax: { } syntax } definition } match || match.Node.Children.Count > 0) continue;
                if (BuiltIn.Tree.IndexOf(match.Node).Count > 0 && ++rows > 0 && InstanceDecoder.Decode(BuiltIn.Tree, match.Node, match.Rest) is null) odd.Add($"{recording}: the row of {value.Path}, {definition.Name}");
                var text = ValueFormatter.Format(BuiltIn.Tree, definition, value) ?? value.Value ?? "";
                var shape = Shape(syntax, value);
                if (shape is not null) shapes.Add(shape);
                if (!Regex.IsMatch(text, shape ?? @"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")) odd.Add($"{recording}: {value.Path}, {definition.Name}: {text}");
            }
        });

        odd.Should().BeEmpty();
        rows.Should().BeGreaterThan(5_000);
        shapes.Should().HaveCount(5, "each kind of value occurs");
    }

    // How a value of that kind is written; null for any text without control characters.
    private static string? Shape(MibSyntax syntax, ParameterValue value) => (value.Type, syntax) switch
    {
        ("TimeTicks", _) => @"^(\d+ days?, )?\d\d:\d\d:\d\d\.\d\d$",
        ("OCTET STRING", { TypeName: "MacAddress" or "PhysAddress" }) => "^([0-9a-f]{2}(:[0-9a-f]{2})*)?$",
        ("OCTET STRING", { TypeName: "DateAndTime" }) when value.Value is { Length: > 0 } => @"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
        ("Integer32", { Labels.Count: > 0 }) when syntax.Labels.Any(l => l.Value.ToString(CultureInfo.InvariantCulture) == value.Value) => @"^[A-Za-z][A-Za-z0-9-]*\(-?\d+\)$",
        ("OBJECT IDENTIFIER", _) when value.Value?.StartsWith("1.3.6.1.2.1.", StringComparison.Ordinal) == true => "^[A-Za-z]",
        _ => null,
    };

    private static async Task WalkAsync(Action<string, List<VarBind>> look)
    {
        var files = Directory.EnumerateFiles(Recordings.Folder!, "*.snmprec").Order(StringComparer.Ordinal).ToList();
        files.Should().NotBeEmpty();
        await using var agent = await SnmpsimAgent.StartAsync(Recordings.Folder!, Path.GetFileNameWithoutExtension(files[0]));
        using var client = new SnmpClient();
        foreach (var recording in files.Select(f => Path.GetFileNameWithoutExtension(f)!))
        {
            var walk = client.Walk(agent.Peer(recording), ObjectIdentifier.Parse("1"));

            var values = (await walk.CollectAsync()).SelectMany(p => p.ToArray()).ToList();

            walk.End!.Reason.Should().Be(SnmpWalkReason.EndOfMib, "{0}: {1} {2}", recording, walk.End.Message, walk.End.Reply?.Detail);
            look(recording, values);
        }
    }

    // oid|tag|value; a letter behind the tag says how the value is written.
    private static IEnumerable<(string Name, int Tag)> Read(string file) =>
        from line in File.ReadLines(file)
        let parts = line.Split('|', 3)
        where parts.Length == 3
        select (parts[0], int.Parse(parts[1].TrimEnd('x', 'e', 'h', 'f'), CultureInfo.InvariantCulture));
}
