using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Components.BulkData;

namespace DeviceConsole.Tests.Components;

/// <summary>What somebody types as a profile of bulk data.</summary>
public sealed class BulkFormTests
{
    [Theory]
    [InlineData("Device.")]
    [InlineData("InternetGatewayDevice.")]
    public void A_template_fills_the_form_and_another_one_adds_what_is_not_there(string root)
    {
        var form = new BulkForm();
        var templates = BulkTemplates.For(root);

        foreach (var (name, references) in templates) form.Add(name, references);
        form.Add(templates[0].Name, templates[0].References);

        form.Name.Should().Be(templates[0].Name);
        form.Lines.Select(l => l.Reference).Should().OnlyHaveUniqueItems().And.HaveCount(templates.Sum(t => t.References.Count)).And.OnlyContain(r => r.StartsWith(root, StringComparison.Ordinal));
        BulkCheck.Check(form.Read()).Should().BeEmpty("what is offered is right");
    }

    [Fact]
    public void Empty_lines_are_left_out_so_that_mistakes_stand_at_their_lines()
    {
        var form = new BulkForm { Name = "Wi-Fi" };
        form.Lines.Add(new BulkForm.Line { Reference = "Device.WiFi.", Graph = BulkGraphs.None });
        form.Lines.Add(new BulkForm.Line { Reference = "no path" });

        var input = form.Read();

        input.Parameters.Should().Equal(new BulkParameter("Device.WiFi.", "", BulkGraphs.None), new BulkParameter("no path"));
        BulkCheck.Check(input).Should().ContainSingle().Which.Field.Should().Be("parameters[1].reference");
        form.Lines[1].Reference.Should().Be("no path");
        new BulkForm().Read().Parameters.Should().BeEmpty();
    }

    [Fact]
    public void Every_state_has_words_and_a_state_that_is_not_good_says_what_to_do()
    {
        foreach (var state in Enum.GetValues<BulkProfileState>())
        {
            var (text, tone, _, meaning) = BulkWords.Of(state);
            text.Should().NotBeEmpty();
            meaning.Should().EndWith(".");
            (BulkWords.Advice(state) is not null).Should().Be(tone is "red" or "amber");
        }
        (BulkWords.Every(60), BulkWords.Every(300), BulkWords.Every(86_400), BulkWords.Every(7200), BulkWords.Every(45)).Should().Be(("every minute", "every 5 min", "every day", "every 2 h", "every 45 s"));
    }
}
