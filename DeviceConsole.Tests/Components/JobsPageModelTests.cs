using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Web.Components.Jobs;
using static DeviceConsole.Tests.Components.TestJobs;

namespace DeviceConsole.Tests.Components;

public sealed class JobsPageModelTests
{
    private readonly JobsPageModel model = new();

    public JobsPageModelTests() => model.Reset(new JobQuery(), new Page<JobView>([Job(30), Job(20), Job(10)], "next"));

    [Fact]
    public void A_newer_revision_changes_its_row_in_place()
    {
        model.Apply([Job(20, JobState.Running, revision: 2)], atTop: true).Should().BeTrue();

        Numbers().Should().Equal(30, 20, 10);
        model.Rows[1].Job.State.Should().Be(JobState.Running);
        model.Rows[1].Changes.Should().Be(1);
        model.Rows[0].Changes.Should().Be(0);
    }

    [Fact]
    public void An_older_or_equal_revision_changes_nothing()
    {
        model.Apply([Job(20, JobState.Completed, revision: 4)], atTop: true);

        model.Apply([Job(20, JobState.Running, revision: 3)], atTop: true).Should().BeFalse();
        model.Apply([Job(20, JobState.Running, revision: 4)], atTop: true).Should().BeFalse();

        model.Rows[1].Job.State.Should().Be(JobState.Completed);
        model.Rows[1].Changes.Should().Be(1);
    }

    [Fact]
    public void New_jobs_come_in_on_top_while_nobody_reads_further_down()
    {
        model.Apply([Job(41), Job(40)], atTop: true).Should().BeTrue();

        Numbers().Should().Equal(41, 40, 30, 20, 10);
        model.Waiting.Should().Be(0);
    }

    [Fact]
    public void New_jobs_wait_behind_their_count_while_somebody_reads_and_their_changes_wait_with_them()
    {
        model.Apply([Job(40)], atTop: false).Should().BeTrue();
        model.Apply([Job(41)], atTop: false);
        model.Apply([Job(40, JobState.Completed, revision: 3)], atTop: false);
        Numbers().Should().Equal(30, 20, 10);
        model.Waiting.Should().Be(2);

        model.ShowWaiting();

        Numbers().Should().Equal(41, 40, 30, 20, 10);
        model.Rows[1].Job.State.Should().Be(JobState.Completed);
        model.Waiting.Should().Be(0);
    }

    [Fact]
    public void Jobs_that_the_filter_excludes_stay_out_and_a_row_that_leaves_it_stays_in_its_place()
    {
        model.Reset(new JobQuery { States = [JobState.Queued] }, new Page<JobView>([Job(30), Job(20)], null));

        model.Apply([Job(41, JobState.Running)], atTop: true).Should().BeFalse();
        model.Apply([Job(30, JobState.Running, revision: 2)], atTop: true).Should().BeTrue();

        Numbers().Should().Equal(30, 20);
        model.Rows[0].Left.Should().BeTrue();
        model.Rows[0].Job.State.Should().Be(JobState.Running);
    }

    [Fact]
    public void A_waiting_job_that_leaves_the_filter_is_not_counted_any_more()
    {
        model.Reset(new JobQuery { States = [JobState.Queued] }, new Page<JobView>([Job(30)], null));
        model.Apply([Job(40)], atTop: false);

        model.Apply([Job(40, JobState.Running, revision: 2)], atTop: false).Should().BeTrue();

        model.Waiting.Should().Be(0);
    }

    [Fact]
    public void A_job_of_a_page_that_is_not_loaded_yet_is_left_to_its_page()
    {
        model.Apply([Job(5, JobState.Running, revision: 2)], atTop: true).Should().BeFalse();

        Numbers().Should().Equal(30, 20, 10);
    }

    [Fact]
    public void The_next_page_is_appended_without_doubles()
    {
        model.Append(new Page<JobView>([Job(10), Job(5)], null));

        Numbers().Should().Equal(30, 20, 10, 5);
        model.Next.Should().BeNull();
    }

    [Fact]
    public void The_snapshot_after_subscribing_brings_what_was_missed_and_keeps_what_is_newer_here()
    {
        model.Apply([Job(20, JobState.Completed, revision: 5)], atTop: true);

        model.Merge(new Page<JobView>([Job(40), Job(30, JobState.Running, revision: 2), Job(20, JobState.Running, revision: 3)], "next"), atTop: true);

        Numbers().Should().Equal(40, 30, 20, 10);
        model.Rows.Select(r => r.Job.State).Should().Equal(JobState.Queued, JobState.Running, JobState.Completed, JobState.Queued);
    }

    [Fact]
    public void A_snapshot_without_a_common_row_starts_the_list_afresh_because_there_is_a_gap()
    {
        model.Merge(new Page<JobView>([Job(90), Job(80)], "more"), atTop: false);

        Numbers().Should().Equal(90, 80);
        model.Next.Should().Be("more");
    }

    [Fact]
    public void A_list_that_outgrows_its_limit_asks_to_be_read_again()
    {
        for (var i = 0; i <= JobsPageModel.MaximumRows; i++) model.Apply([Job(100 + i)], atTop: true);

        model.NeedsReload.Should().BeTrue();
    }

    private IEnumerable<int> Numbers() => model.Rows.Select(r => Convert.ToInt32(r.Job.Id.ToString()[24..], 16));
}
