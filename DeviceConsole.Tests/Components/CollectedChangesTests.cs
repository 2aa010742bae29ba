using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Components.Devices.Parameters;

namespace DeviceConsole.Tests.Components;

/// <summary>Values that are put aside to be sent together.</summary>
public sealed class CollectedChangesTests
{
    private readonly CollectedChanges changes = new();

    [Fact]
    public void A_parameter_has_one_change_and_keeps_its_place()
    {
        Put("Device.A", "1");
        Put("Device.B", "2");
        Put("Device.A", "3");

        changes.All.Select(c => (c.Write.Path, c.Write.Value)).Should().Equal(("Device.A", "3"), ("Device.B", "2"));
    }

    [Theory]
    [InlineData(JobState.Completed, 1)]
    [InlineData(JobState.Failed, 3)]
    [InlineData(JobState.Cancelled, 3)]
    public void What_a_job_did_not_write_waits_again(JobState end, int left)
    {
        var job = TestJobs.Job(1, JobState.Running);
        Put("Device.A", "1");
        Put("Device.B", "2");
        changes.Sent(job.Id, [.. changes.All]);
        Put("Device.C", "3");

        changes.Ended(job with { State = end });

        changes.All.Should().HaveCount(left).And.OnlyContain(c => c.Job == null);
    }

    [Fact]
    public void A_value_that_the_device_hides_is_not_shown()
    {
        new CollectedChange(new TreeWrite("Device.WiFi.AccessPoint.1.Security.KeyPassphrase", "open sesame", null), "tree") { IsHidden = true }.Shown.Should().NotContain("sesame");
        new CollectedChange(new TreeWrite("Device.A", "1", null), "tree").Shown.Should().Be("1");
    }

    private void Put(string path, string value) => changes.Put(new CollectedChange(new TreeWrite(path, value, null), "tree"));
}
