using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Tests.Mibs;

/// <summary>The order in which the files of a large upload are compiled.</summary>
public sealed class UploadPlanTests
{
    [Fact]
    public void What_others_import_comes_first_however_long_the_chain_is()
    {
        const int count = 20_000;
        var files = Enumerable.Range(0, count).Select(i => File(i, $"M{i}", i + 1 < count ? [$"M{i + 1}", "SNMPv2-SMI"] : [])).ToList();
        var (batches, tooLarge) = UploadPlan.Of(files);
        batches.SelectMany(b => b).Select(f => f.No).Should().Equal(Enumerable.Range(0, count).Reverse());
        batches.Should().OnlyContain(b => b.Count <= UploadPlan.BatchFiles);
        tooLarge.Should().BeEmpty();
    }

    [Fact]
    public void A_circle_and_the_revisions_of_a_module_stand_in_one_batch()
    {
        var files = Enumerable.Range(0, 60).Select(i => File(i, $"ALONE{i}", [])).ToList();
        files.AddRange([File(60, "A", ["B"]), File(61, "B", ["C"]), File(62, "C", ["A"]), File(63, "REV", []), File(64, "REV", ["A"]), File(65, "USER", ["REV"])]);
        var (batches, _) = UploadPlan.Of(files);
        int Of(int no) => batches.FindIndex(b => b.Exists(f => f.No == no));
        Of(60).Should().Be(Of(61)).And.Be(Of(62));
        Of(63).Should().Be(Of(64)).And.BeGreaterThanOrEqualTo(Of(60)).And.BeLessThanOrEqualTo(Of(65));
    }

    [Fact]
    public void A_batch_has_a_bound_and_a_circle_beyond_all_measure_is_left_out()
    {
        var circle = Enumerable.Range(0, 600).Select(i => File(i, $"C{i}", [$"C{(i + 1) % 600}"])).ToList();
        var (batches, tooLarge) = UploadPlan.Of([.. circle, File(600, "GOOD", []), .. Enumerable.Range(601, 10).Select(i => File(i, $"BIG{i}", [], 3 * 1024 * 1024))]);
        tooLarge.Should().HaveCount(600);
        batches.Sum(b => b.Count).Should().Be(11);
        batches.Should().OnlyContain(b => b.Count == 1 || b.Sum(f => f.Size) <= UploadPlan.BatchBytes);
    }

    private static PlannedFile File(int no, string name, string[] imports, int size = 100) => new(no, size, [new MibHeader(name, imports, null)]);
}
