using System.Globalization;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>Walks of recorded real devices give every recorded name, in order, with its type.</summary>
public sealed class RecordedDevicesTests
{
    [RecordingsFact]
    public async Task Every_recorded_device_is_walked_from_its_first_name_to_its_last()
    {
        var files = Directory.EnumerateFiles(Recordings.Folder!, "*.snmprec").Order(StringComparer.Ordinal).ToList();
        files.Should().NotBeEmpty();
        await using var agent = await SnmpsimAgent.StartAsync(Recordings.Folder!, Path.GetFileNameWithoutExtension(files[0]));
        using var client = new SnmpClient();

        foreach (var file in files)
        {
            var recording = Path.GetFileNameWithoutExtension(file);
            var walk = client.Walk(agent.Peer(recording), ObjectIdentifier.Parse("1"));

            var values = (await walk.CollectAsync()).SelectMany(p => p.ToArray()).ToList();

            walk.End!.Reason.Should().Be(SnmpWalkReason.EndOfMib, "{0}: {1} {2}", recording, walk.End.Message, walk.End.Reply?.Detail);
            values.Select(v => v.Name.ToString()).Should().Equal(Read(file).Select(r => r.Name), "{0} has these names", recording);
            values.Select(v => (int)v.Value.Type).Should().Equal(Read(file).Select(r => r.Tag), "{0} has these types", recording);
            values.Should().OnlyContain(v => SnmpText.Render(v.Value) != null);
        }
    }

    // oid|tag|value; a letter behind the tag says how the value is written.
    private static IEnumerable<(string Name, int Tag)> Read(string file) =>
        from line in File.ReadLines(file)
        let parts = line.Split('|', 3)
        where parts.Length == 3
        select (parts[0], int.Parse(parts[1].TrimEnd('x', 'e', 'h', 'f'), CultureInfo.InvariantCulture));
}
