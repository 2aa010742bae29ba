using DeviceConsole.Core.Jobs;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Tests.Components;

public sealed class JobStateBadgeTests
{
    [Fact]
    public async Task Every_state_has_a_word_and_a_picture_of_its_own_beside_its_colour()
    {
        var words = new List<string>();
        var pictures = new List<string?>();
        foreach (var state in JobStates.All)
        {
            var badge = await ComponentHost.RenderAsync<JobStateBadge>(ComponentHost.Services(), ("State", state));
            words.Add(JobWords.Of(state));
            badge.Html.Should().Contain(JobWords.Of(state));
            pictures.Add(badge.One(e => e.Name == "path")["d"]);
            badge.Elements()[0].HasClass(state.Text()).Should().BeTrue();
        }
        words.Should().OnlyHaveUniqueItems();
        pictures.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_job_that_waits_for_its_device_says_so_apart_from_one_that_waits_its_turn()
    {
        var waiting = await ComponentHost.RenderAsync<JobStateBadge>(ComponentHost.Services(), ("State", JobState.Queued), ("WaitReason", "The device sleeps until 12:00."));

        waiting.Html.Should().Contain("Waiting").And.NotContain("Queued");
        waiting.Elements()[0]["title"].Should().Be("The device sleeps until 12:00.");
    }

    [Fact]
    public async Task A_running_job_that_was_asked_to_stop_is_cancelling()
    {
        var badge = await ComponentHost.RenderAsync<JobStateBadge>(ComponentHost.Services(), ("State", JobState.Running), ("CancelRequested", true));

        badge.Html.Should().Contain("Cancelling");
    }
}
