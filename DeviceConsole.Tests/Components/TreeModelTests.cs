using DeviceConsole.Core.Parameters;
using DeviceConsole.Web.Components.Devices.Parameters;

namespace DeviceConsole.Tests.Components;

/// <summary>The parameter browser's lines: what opens, what changes in place, what goes.</summary>
public sealed class TreeModelTests
{
    private static readonly DateTimeOffset Then = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TreeModel tree = new();

    public TreeModelTests()
    {
        tree.Apply(new ParameterLevel("", [Object("Device.", 3)], false));
        tree.Expand(tree.Find("Device.")!);
        tree.Apply(new ParameterLevel("Device.", [Object("Device.WiFi.", 2), Value("Device.Name", "a")], false));
    }

    [Fact]
    public void Opened_levels_stand_below_their_objects()
    {
        tree.Expand(tree.Find("Device.WiFi.")!);
        tree.Apply(new ParameterLevel("Device.WiFi.", [Value("Device.WiFi.A", "1"), Value("Device.WiFi.B", "2")], false));

        Lines().Should().Equal("0 Device.", "1 Device.WiFi.", "2 Device.WiFi.A", "2 Device.WiFi.B", "1 Device.Name");
        tree.Open.Should().Equal("", "Device.", "Device.WiFi.");
        tree.Visible.Should().OnlyContain(l => l.Changes == 0);

        tree.Collapse(tree.Find("Device.WiFi.")!);
        Lines().Should().Equal("0 Device.", "1 Device.WiFi.", "1 Device.Name");
    }

    [Fact]
    public void A_changed_value_changes_in_its_own_line_and_the_others_stay_the_same_lines()
    {
        var (name, wifi) = (tree.Find("Device.Name")!, tree.Find("Device.WiFi.")!);

        tree.Apply(new ParameterLevel("Device.", [Object("Device.WiFi.", 2), Value("Device.Name", "b")], false));

        tree.Find("Device.Name").Should().BeSameAs(name);
        name.Node.Value.Should().Be("b");
        name.Changes.Should().Be(1);
        wifi.Changes.Should().Be(0);
    }

    [Fact]
    public void New_lines_are_marked_gone_ones_go_with_all_below()
    {
        tree.Expand(tree.Find("Device.WiFi.")!);
        tree.Apply(new ParameterLevel("Device.WiFi.", [Value("Device.WiFi.A", "1")], false));

        tree.Apply(new ParameterLevel("Device.", [Value("Device.Name", "a"), Value("Device.New", "x")], false));

        Lines().Should().Equal("0 Device.", "1 Device.Name", "1 Device.New");
        tree.Find("Device.New")!.Changes.Should().Be(1);
        tree.Open.Should().Equal("", "Device.");
    }

    [Fact]
    public void A_closed_object_shows_that_something_below_has_changed()
    {
        tree.Apply(new ParameterLevel("Device.", [Object("Device.WiFi.", 2) with { ChangedAt = Then.AddSeconds(1) }, Value("Device.Name", "a")], false));
        tree.Find("Device.WiFi.")!.Changes.Should().Be(1);
    }

    [Fact]
    public void A_level_of_an_object_that_is_not_shown_is_dropped()
    {
        tree.Apply(new ParameterLevel("Device.Other.", [Value("Device.Other.A", "1")], false));
        Lines().Should().HaveCount(3);
    }

    private IEnumerable<string> Lines() => tree.Visible.Select(l => FormattableString.Invariant($"{l.Depth} {l.Node.Path}"));

    private static ParameterNode Object(string path, long count) => new(path, path.TrimEnd('.').Split('.')[^1], true) { Count = count, ChangedAt = Then };

    private static ParameterNode Value(string path, string value) => new(path, path.Split('.')[^1], false) { Value = value, Type = "string", ChangedAt = Then };
}
