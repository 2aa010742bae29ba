using DeviceConsole.Core.Secrets;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Secrets;

/// <summary>Signing keys over months: published before they sign, verifying after, one at a time for all nodes.</summary>
public sealed class SigningKeyTests : IAsyncLifetime
{
    private static readonly MasterKey Key = MasterKey.Parse(MasterKey.Generate(), out _)!;
    private readonly MovedTime time = new();
    private readonly SigningKeyOptions options = new();
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task The_next_key_is_published_a_day_before_it_signs_and_the_last_one_verifies_what_it_signed()
    {
        using var keys = Node();
        var first = await keys.ActiveAsync(default);
        time.Move(options.RotateEvery - options.PublishAhead);
        (await keys.ActiveAsync(default)).Id.Should().Be(first.Id);
        var published = await keys.PublishedAsync(default);
        published.Should().HaveCount(2);
        time.Move(options.PublishAhead);
        var second = await keys.ActiveAsync(default);
        second.Id.Should().NotBe(first.Id).And.Be(published[0].Id);
        (await keys.FindAsync(first.Id, default)).Should().NotBeNull("tokens that it signed are still out");
        time.Move(options.VerifyAfter);
        (await keys.FindAsync(first.Id, default)).Should().BeNull();
    }

    [Fact]
    public async Task There_is_a_signing_key_on_every_day_of_a_year_also_after_a_long_rest()
    {
        using var keys = Node();
        for (var day = 0; day < 365; day++)
        {
            (await keys.ActiveAsync(default)).ActiveAt.Should().BeOnOrBefore(time.GetUtcNow());
            time.Move(TimeSpan.FromDays(1));
        }
        (await database.ScalarAsync<long>("SELECT count(*) FROM signing_keys")).Should().BeLessThan(6, "old keys are deleted");
        time.Move(TimeSpan.FromDays(400));
        (await keys.ActiveAsync(default)).Should().NotBeNull();
    }

    [Fact]
    public async Task Nodes_that_start_together_make_one_key_and_find_each_others()
    {
        var nodes = Enumerable.Range(0, 8).Select(_ => Node()).ToList();
        var active = await Task.WhenAll(nodes.Select(n => n.ActiveAsync(default)));
        active.Select(k => k.Id).Distinct().Should().ContainSingle();
        (await database.ScalarAsync<long>("SELECT count(*) FROM signing_keys")).Should().Be(1);
        nodes.ForEach(n => n.Dispose());
    }

    [Fact]
    public async Task A_private_half_moved_to_another_keys_row_does_not_open()
    {
        using var keys = Node();
        var key = await keys.ActiveAsync(default);
        var other = SigningKey.Create(Key, time.GetUtcNow(), options.RotateEvery, options.VerifyAfter);
        key.OpenPrivate(Key).Dispose();
        var act = () => (key with { Sealed = other.Sealed }).OpenPrivate(Key);
        act.Should().Throw<SecretUnreadableException>();
    }

    private SigningKeys Node() => new(database.Sources, Key, options, time);
}
