using System.Collections.Concurrent;
using DeviceConsole.Core.Gateway;
using Npgsql;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Requests that share statements.</summary>
public sealed class SharedLineTests
{
    private readonly ConcurrentQueue<int[]> groups = new();
    private readonly SemaphoreSlim go = new(0);
    private readonly StoodTime time = new();
    private Func<IReadOnlyList<int>, Exception?> refuses = _ => null;

    private SharedLine<string, int, int> Line(int most = 100) => new(most, time, AnswerAsync);

    private async Task<IReadOnlyList<int>> AnswerAsync(string key, IReadOnlyList<int> requests)
    {
        groups.Enqueue([.. requests]);
        await go.WaitAsync();
        if (refuses(requests) is { } refusal) throw refusal;
        return [.. requests.Select(r => r * 10)];
    }

    [Fact]
    public async Task The_first_goes_alone_and_those_that_come_meanwhile_go_together()
    {
        var line = Line();
        var answers = Enumerable.Range(1, 5).Select(i => line.AskAsync("a", i, default)).ToList();
        go.Release(2);

        (await Task.WhenAll(answers)).Should().Equal(10, 20, 30, 40, 50);

        groups.Should().BeEquivalentTo([new[] { 1 }, [2, 3, 4, 5]], o => o.WithStrictOrdering());
    }

    [Fact]
    public async Task Keys_do_not_wait_for_each_other()
    {
        var line = Line();

        var (one, other) = (line.AskAsync("a", 1, default), line.AskAsync("b", 2, default));

        groups.Should().HaveCount(2, "nobody has been answered yet");
        go.Release(2);
        (await one, await other).Should().Be((10, 20));
    }

    [Fact]
    public async Task A_second_group_begins_where_it_is_full_and_not_before()
    {
        var line = new SharedLine<string, int, int>(3, time, AnswerAsync) { Groups = 2 };
        var answers = Enumerable.Range(1, 3).Select(i => line.AskAsync("a", i, default)).ToList();
        groups.Should().ContainSingle("two that wait are no group of three");

        answers.Add(line.AskAsync("a", 4, default));
        answers.Add(line.AskAsync("a", 5, default));

        groups.Should().BeEquivalentTo([new[] { 1 }, [2, 3, 4]], o => o.WithStrictOrdering());
        go.Release(3);
        (await Task.WhenAll(answers)).Should().Equal(10, 20, 30, 40, 50);
    }

    [Fact]
    public async Task One_that_the_database_refuses_does_not_take_the_others_with_it()
    {
        refuses = requests => requests.Contains(3) ? new PostgresException("gone", "ERROR", "ERROR", PostgresErrorCodes.ForeignKeyViolation) : null;
        var line = Line();
        var answers = Enumerable.Range(1, 4).Select(i => line.AskAsync("a", i, default)).ToList();
        go.Release(5);

        (await answers[0], await answers[1], await answers[3]).Should().Be((10, 20, 40));
        await FluentActions.Awaiting(() => answers[2]).Should().ThrowAsync<PostgresException>();
    }

    [Fact]
    public async Task A_failure_reaches_everybody_who_waits_for_it_and_the_line_goes_on()
    {
        refuses = requests => requests.Contains(1) ? new TimeoutException("away") : null;
        var line = Line();
        var lost = line.AskAsync("a", 1, default);
        var next = line.AskAsync("a", 2, default);
        go.Release(2);

        await FluentActions.Awaiting(() => lost).Should().ThrowAsync<TimeoutException>();
        (await next).Should().Be(20);
        go.Release();
        (await line.AskAsync("a", 3, default)).Should().Be(30);
    }

    [Fact]
    public async Task Whoever_gives_up_while_others_are_answered_is_not_asked_for()
    {
        using var patience = new CancellationTokenSource();
        var line = Line();
        var first = line.AskAsync("a", 1, default);
        var left = line.AskAsync("a", 2, patience.Token);
        var last = line.AskAsync("a", 3, default);

        await patience.CancelAsync();
        go.Release(2);

        (await first, await last).Should().Be((10, 30));
        await FluentActions.Awaiting(() => left).Should().ThrowAsync<OperationCanceledException>();
        groups.SelectMany(g => g).Should().Equal(1, 3);
    }

    [Fact]
    public async Task What_is_kept_apart_is_never_under_way_at_once_and_stays_in_its_order()
    {
        // 1, 11 and 21 are of the same device.
        var line = new SharedLine<string, int, int>(3, time, AnswerAsync) { Groups = 2, Apart = r => new Guid(r % 10, 0, 0, new byte[8]) };
        var answers = new[] { 1, 11, 2, 21, 3, 4 }.Select(r => line.AskAsync("a", r, default)).ToList();

        groups.Should().BeEquivalentTo([new[] { 1 }, [2]], o => o.WithStrictOrdering(), "the others of the first one's device wait for it");
        go.Release(6);

        (await Task.WhenAll(answers)).Should().Equal(10, 110, 20, 210, 30, 40);
        groups.SelectMany(g => g).Where(r => r % 10 == 1).Should().Equal(1, 11, 21);
        groups.Should().NotContain(g => g.Count(r => r % 10 == 1) > 1);
    }

    [Fact]
    public async Task Who_comes_while_a_group_is_held_up_does_not_wait_for_it()
    {
        var line = new SharedLine<string, int, int>(100, time, AnswerAsync) { Groups = 2 };
        var held = line.AskAsync("a", 1, default);
        var soon = line.AskAsync("a", 2, default);
        groups.Should().ContainSingle();

        time.Passed = TimeSpan.FromSeconds(1);
        var later = line.AskAsync("a", 3, default);
        var last = line.AskAsync("a", 4, default);

        groups.Should().BeEquivalentTo([new[] { 1 }, [2, 3]], o => o.WithStrictOrdering());
        go.Release(3);
        (await Task.WhenAll(held, soon, later, last)).Should().Equal(10, 20, 30, 40);
    }

    // Its timestamps stand until they are moved; its timers run.
    private sealed class StoodTime : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
