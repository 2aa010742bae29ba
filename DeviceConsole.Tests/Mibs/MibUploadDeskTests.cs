using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DeviceConsole.Core;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols.Smi;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Mibs;

/// <summary>Uploads that a worker compiles: on a real database, with the real compiler, over nodes that come and go.</summary>
public sealed class MibUploadDeskTests : IAsyncLifetime
{
    private readonly List<IDisposable> disposables = [];
    private readonly MibCompiler compiler = new();
    private TestDatabase database = null!;
    private JobListener listener = null!;
    private MibCache cache = null!;
    private MibUploads uploads = null!;
    private MibLibrary library = null!;
    private Guid tenant;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        tenant = await database.CreateTenantAsync();
        listener = new JobListener(database.Sources, NullLogger<JobListener>.Instance);
        cache = new MibCache(database.Sources, compiler, new ChangeFeed(listener));
        uploads = new MibUploads(database.Sources);
        library = new MibLibrary(database.Sources, compiler, cache, uploads, NullLogger<MibLibrary>.Instance);
        await listener.StartAsync(default);
        disposables.AddRange([cache, library, listener]);
    }

    public async Task DisposeAsync()
    {
        await listener.StopAsync(default);
        foreach (var disposable in disposables) disposable.Dispose();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_archive_with_chains_in_any_order_is_compiled_as_if_each_had_come_behind_what_it_imports(bool tar)
    {
        const int count = 150;
        (string, string)[] modules = [.. Enumerable.Range(0, count).Select(i => Link(i)).Reverse(), ("readme.mib", "no module at all"), ("again.mib", Link(3).Text)];
        var id = await SendAsync(tar ? Tar(modules) : Zip(modules), tar ? "all.tar.gz" : "all.zip");
        await WorkAsync();

        var upload = await UploadAsync(id);
        upload.State.Should().Be(MibUploadState.Done);
        (upload.Modules, upload.Files, upload.WithoutModule, upload.Done, upload.Errors).Should().Be((count, count + 1, 1, count + 1, 0), "one of the files stands twice in it");
        (await NameAsync($"link{count - 1}")).Should().Be("1.3.6.1.4.1.99999.0" + string.Concat(Enumerable.Repeat(".1", 50)));
    }

    [Fact]
    public async Task What_waits_in_the_library_is_compiled_again_and_what_is_missing_is_told()
    {
        await library.UploadAsync(Admin(), [new MibSource("leaf.mib", Encoding.ASCII.GetBytes("LEAF-MIB DEFINITIONS ::= BEGIN IMPORTS link1 FROM LINK1-MIB; leaf OBJECT IDENTIFIER ::= { link1 7 } END"))], null, default);
        var first = await SendAsync(Zip(Link(1)), "one.zip");
        await WorkAsync();
        (await uploads.MissingAsync(Admin(), first, default)).Value.Should().Equal("LINK0-MIB");
        (await UploadAsync(first)).Recompiled.Should().Be(1);
        (await NameAsync("leaf")).Should().BeNull("its root is missing still");

        var second = await SendAsync(Encoding.ASCII.GetBytes(Link(0).Text), "link0.mib");
        await WorkAsync();
        (await NameAsync("leaf")).Should().Be("1.3.6.1.4.1.99999.0.1.7");
        (await uploads.GetAsync(Admin(), second, default)).Value.Recompiled.Should().Equal("LEAF-MIB", "LINK1-MIB");
        (await uploads.FilesAsync(Admin(), second, MibUploadOnly.Again, null, 10, default)).Value.Items.Should().HaveCount(2).And.OnlyContain(f => f.Again);
        (await uploads.MissingAsync(Admin(), first, default)).Value.Should().BeEmpty("it has come");
    }

    [Fact]
    public async Task A_broken_module_loses_itself_and_its_first_error_stands_in_the_list()
    {
        var id = await SendAsync(Zip(Link(0), ("bad.mib", "BAD-MIB DEFINITIONS ::= BEGIN IMPORTS link0 FROM LINK0-MIB;\nbad OBJECT IDENTIFIER ::= { nobody 1 } END"), ("page.mib", "<html>")), "mixed.zip");
        await WorkAsync();
        var bad = (await uploads.FilesAsync(Admin(), id, MibUploadOnly.Errors, null, 10, default)).Value.Items.Should().ContainSingle().Subject;
        bad.Modules.Single().FirstError.Should().StartWith("Line 2: nobody is neither defined nor imported");
        bad.Modules.Single().Id.Should().NotBeNull();
        (await uploads.FilesAsync(Admin(), id, MibUploadOnly.Empty, null, 10, default)).Value.Items.Should().ContainSingle().Which.Message.Should().StartWith("There is no module in this file");
        (await UploadAsync(id)).Should().Match<MibUploadRow>(u => u.Modules == 2 && u.Errors > 0 && u.WithoutModule == 1);
    }

    [Fact]
    public async Task A_node_that_is_lost_in_the_middle_is_followed_by_one_that_goes_on_where_it_stood()
    {
        var id = await SendAsync(Zip([.. Enumerable.Range(0, 100).Select(i => ($"flat{i}.mib", $"FLAT{i}-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; flat{i} OBJECT IDENTIFIER ::= {{ enterprises 99999 {i} }} END"))]), "flat.zip");
        var (store, claimed) = await LoseAsync(id);
        var done = (await UploadAsync(id)).Done;
        done.Should().BeInRange(1, 99);
        (await database.ScalarAsync<long>("SELECT count(*) FROM mib_modules")).Should().Be(done, "a batch is stored as a whole or not at all");

        var counted = new Interrupted(compiler, int.MaxValue);
        await WorkAsync(counted);
        (await UploadAsync(id)).Should().Match<MibUploadRow>(u => u.State == MibUploadState.Done && u.Done == 100 && u.Modules == 100);
        counted.Files.Should().Be(100 - done, "what was stored is not compiled again");
        await ((Func<Task>)(() => store.StepAsync(claimed, [], default))).Should().ThrowAsync<UploadLostException>("the first node has lost its claim");
        (await database.ScalarAsync<long>("SELECT count(*) FROM mib_upload_pieces")).Should().Be(0);
        (await database.ScalarAsync<long>("SELECT count(*) FROM mib_upload_files WHERE source IS NOT NULL")).Should().Be(0);
    }

    [Fact]
    public async Task What_kills_every_node_is_given_up_after_five()
    {
        var id = await SendAsync(Zip(Link(0)), "bad.zip");
        await database.ExecuteAsync("UPDATE mib_uploads SET attempts = 5");
        await WorkAsync();
        (await UploadAsync(id)).Should().Match<MibUploadRow>(u => u.State == MibUploadState.Failed && u.Refused!.StartsWith("It was interrupted 5 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_waiting_upload_is_stopped_at_once_and_a_running_one_keeps_what_it_has()
    {
        var waiting = await SendAsync(Zip(Link(0)), "a.zip");
        (await Desk().CancelAsync(TestDatabase.CallerOf(tenant, Roles.Viewer), waiting, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await Desk().CancelAsync(Admin(), waiting, default)).IsSuccess.Should().BeTrue();
        (await UploadAsync(waiting)).State.Should().Be(MibUploadState.Cancelled);
        (await Desk().CancelAsync(Admin(), waiting, default)).Problem!.Message.Should().Be("This upload has ended already.");

        var running = await SendAsync(Zip([.. Enumerable.Range(0, 100).Select(Link)]), "b.zip");
        await LoseAsync(running);
        (await Desk().CancelAsync(Admin(), running, default)).IsSuccess.Should().BeTrue();
        (await UploadAsync(running)).Should().Match<MibUploadRow>(u => u.State == MibUploadState.Running && u.IsStopping);
        await WorkAsync();
        (await UploadAsync(running)).Should().Match<MibUploadRow>(u => u.State == MibUploadState.Cancelled && u.Refused!.EndsWith("stopped it. What was compiled by then is in the library.", StringComparison.Ordinal));
        (await library.ListAsync(Admin(), default)).Value.Should().HaveCountGreaterThan(0).And.HaveCountLessThan(100).And.OnlyContain(m => m.Errors == 0, "what others import came first");
    }

    [Fact]
    public async Task Limits_are_those_of_the_settings_and_bombs_are_refused_before_anybody_works()
    {
        (await Desk(new MibOptions { MaximumUpload = 1_000 }).ReceiveAsync(Admin(), [Part("big.mib", new byte[1_001])], null, default)).Problem!.Message.Should().StartWith("The upload has more than");
        var unknown = Part("big.mib", new byte[1_001]) with { Size = -1 };
        (await Desk(new MibOptions { MaximumUpload = 1_000 }).ReceiveAsync(Admin(), [unknown], null, default)).Problem!.Message.Should().StartWith("The upload has more than", "what comes is counted, too");
        (await Desk().ReceiveAsync(Admin(), [Part("bomb.zip", Zip(("a.mib", new string(' ', 15 * 1024 * 1024))))], null, default)).Problem!.Message.Should().Contain("unpacks to more than is accepted");
        (await Desk(new MibOptions { MaximumFiles = 2 }).ReceiveAsync(Admin(), [Part("many.zip", Zip(Link(0), Link(1), Link(2)))], null, default)).Problem!.Message.Should().Contain("more than 2 files");
        (await Desk().ReceiveAsync(Admin(), [Part("x.rar", "Rar!xxx"u8.ToArray())], null, default)).Problem!.Message.Should().Contain("is a rar archive");
        (await Desk().ReceiveAsync(Admin(), [Part("empty.mib", [])], null, default)).Problem!.Message.Should().Contain("empty");
        (await uploads.ListAsync(Admin(), null, 10, default)).Value.Items.Should().HaveCount(5).And.OnlyContain(u => u.State == MibUploadState.Refused && u.Refused != null, "what was too large as it was declared was never begun");
        (await database.ScalarAsync<long>("SELECT count(*) FROM mib_upload_pieces")).Should().Be(0);

        // What only its content tells is refused by the worker, and nothing of it is stored.
        var late = await SendAsync(Tar(Link(0), ("zeros.mib", new string('\0', 14 * 1024 * 1024))), "late.tar.gz");
        await WorkAsync();
        (await UploadAsync(late)).Should().Match<MibUploadRow>(u => u.State == MibUploadState.Refused && u.Refused!.Contains("100 times its own size", StringComparison.Ordinal));
        var full = await SendAsync(Zip(Link(0), Link(1), Link(2)), "full.zip");
        await WorkAsync(options: new MibOptions { MaximumModules = 2 });
        (await UploadAsync(full)).Refused.Should().StartWith("A library holds at most 2 modules");
        (await library.ListAsync(Admin(), default)).Value.Should().BeEmpty();
    }

    [Fact]
    public async Task The_same_upload_again_changes_nothing_and_a_pinned_revision_stays_what_others_see()
    {
        static string Parent(string updated, int number) => $"PARENT-MIB DEFINITIONS ::= BEGIN IMPORTS MODULE-IDENTITY, enterprises FROM SNMPv2-SMI; parent MODULE-IDENTITY LAST-UPDATED \"{updated}\" ORGANIZATION \"x\" CONTACT-INFO \"x\" DESCRIPTION \"x\" ::= {{ enterprises 99999 {number} }} END";
        var both = Zip(("p.mib", Parent("202001010000Z", 20)), ("c.mib", "CHILD-MIB DEFINITIONS ::= BEGIN IMPORTS parent FROM PARENT-MIB; child OBJECT IDENTIFIER ::= { parent 1 } END"));
        await SendAsync(both, "a.zip");
        await WorkAsync();
        var old = (await library.ListAsync(Admin(), default)).Value.Single(m => m.Name == "PARENT-MIB");
        await library.PinAsync(Admin(), old.Id, true, default);
        var newer = await SendAsync(Zip(("p.mib", Parent("202601010000Z", 26))), "b.zip");
        await WorkAsync();
        (await NameAsync("child")).Should().EndWith(".20.1", "a revision is pinned");
        (await uploads.FilesAsync(Admin(), newer, MibUploadOnly.All, null, 10, default)).Value.Items.Single().Modules.Single().Change.Should().Be(MibUploadChange.NotInForce);
        await library.PinAsync(Admin(), old.Id, false, default);
        (await NameAsync("child")).Should().EndWith(".26.1");

        var again = await SendAsync(both, "a.zip");
        await WorkAsync();
        (await uploads.FilesAsync(Admin(), again, MibUploadOnly.All, null, 10, default)).Value.Items.SelectMany(f => f.Modules).Should().OnlyContain(m => m.Change == MibUploadChange.Same);
        (await NameAsync("child")).Should().EndWith(".26.1");
        (await library.ListAsync(Admin(), default)).Value.Should().HaveCount(3).And.Contain(m => m.Id == old.Id, "a module keeps its id");
    }

    [Fact]
    public async Task Nodes_that_ask_in_the_same_moment_get_one_upload_of_a_tenant()
    {
        foreach (var name in new[] { "a.zip", "b.zip", "c.zip", "d.zip" }) await SendAsync(Zip(Link(0)), name);
        for (var round = 0; round < 10; round++)
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new UploadStore(database.Sources).ClaimAsync(default))));
            claims.OfType<ClaimedUpload>().Should().ContainSingle();
            (await database.ScalarAsync<long>("SELECT count(*) FROM mib_uploads WHERE state = 'running'")).Should().Be(1);
            await database.ExecuteAsync("UPDATE mib_uploads SET state = 'queued', worker = NULL, lease_until = NULL");
        }
    }

    [Fact]
    public async Task What_a_lost_node_left_goes_on_before_what_waits_also_where_that_was_begun_earlier()
    {
        var (first, second) = (await SendAsync(Zip(Link(0)), "a.zip"), await SendAsync(Zip(Link(1)), "b.zip"));
        await database.ExecuteAsync("UPDATE mib_uploads SET state = 'receiving' WHERE id = $1", first);
        (await new UploadStore(database.Sources).ClaimAsync(default))!.Id.Should().Be(second);
        await database.ExecuteAsync("UPDATE mib_uploads SET state = 'queued' WHERE id = $1", first);
        (await new UploadStore(database.Sources).ClaimAsync(default)).Should().BeNull("one of the tenant's is compiled");
        await database.ExecuteAsync("UPDATE mib_uploads SET lease_until = now() - interval '1 s' WHERE id = $1", second);
        (await new UploadStore(database.Sources).ClaimAsync(default))!.Id.Should().Be(second);
    }

    [Fact]
    public async Task A_module_that_comes_while_a_batch_is_compiled_is_what_the_batch_is_stored_with()
    {
        static string Parent(string updated, int number) => $"PARENT-MIB DEFINITIONS ::= BEGIN IMPORTS MODULE-IDENTITY, enterprises FROM SNMPv2-SMI; parent MODULE-IDENTITY LAST-UPDATED \"{updated}\" ORGANIZATION \"x\" CONTACT-INFO \"x\" DESCRIPTION \"x\" ::= {{ enterprises 99999 {number} }} END";
        await library.UploadAsync(Admin(), [new MibSource("p.mib", Encoding.ASCII.GetBytes(Parent("202001010000Z", 20)))], null, default);
        var id = await SendAsync(Zip(("c.mib", "CHILD-MIB DEFINITIONS ::= BEGIN IMPORTS parent FROM PARENT-MIB; child OBJECT IDENTIFIER ::= { parent 1 } END"), Link(0)), "c.zip");
        await WorkAsync(new Meddler(compiler, () => library.UploadAsync(Admin(), [new MibSource("p.mib", Encoding.ASCII.GetBytes(Parent("202601010000Z", 26)))], null, default)));
        (await UploadAsync(id)).Should().Match<MibUploadRow>(u => u.State == MibUploadState.Done && u.Done == 2 && u.Errors == 0);
        (await NameAsync("child")).Should().EndWith(".26.1");
    }

    [Fact]
    public async Task A_defect_whose_end_cannot_be_written_does_not_end_the_node()
    {
        var id = await SendAsync(Zip(Link(0)), "a.zip");
        var broken = new TaskCompletionSource();
        using var runner = new UploadRunner(database.Sources, new Meddler(compiler, async () =>
        {
            await database.ExecuteAsync("ALTER TABLE mib_uploads RENAME TO away");
            broken.SetResult();
            throw new InvalidOperationException("A defect.");
        }), cache, Options.Create(new MibOptions()), listener, NullLogger<UploadRunner>.Instance);
        await runner.StartAsync(default);
        await broken.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await JobWorld.UntilAsync(() => Task.FromResult(runner.Claims > 1), "it asks for the next upload");
        await database.ExecuteAsync("ALTER TABLE away RENAME TO mib_uploads");
        await database.ExecuteAsync("UPDATE mib_uploads SET lease_until = now() - interval '1 s'");
        await JobWorld.UntilAsync(async () => (await UploadAsync(id)).State == MibUploadState.Done, "the upload ends");
        await runner.StopAsync(default);
    }

    private static (string Name, string Text) Link(int i) => ($"mibs/link{i}.mib", i == 0
        ? "LINK0-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; link0 OBJECT IDENTIFIER ::= { enterprises 99999 0 } END"
        : i % 100 == 0 ? $"LINK{i}-MIB DEFINITIONS ::= BEGIN IMPORTS link{i - 100} FROM LINK{i - 100}-MIB; link{i} OBJECT IDENTIFIER ::= {{ link{i - 100} 1 }} END"
        : $"LINK{i}-MIB DEFINITIONS ::= BEGIN IMPORTS link{i - 1} FROM LINK{i - 1}-MIB; link{i} OBJECT IDENTIFIER ::= {{ link{i - 1} 1 }} END");

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
        {
            foreach (var (name, text) in files)
            {
                using var content = zip.CreateEntry(name).Open();
                content.Write(Encoding.Latin1.GetBytes(text));
            }
        }
        return stream.ToArray();
    }

    private static byte[] Tar(params (string Name, string Text)[] files)
    {
        using var stream = new MemoryStream();
        using (var packed = new GZipStream(stream, CompressionLevel.Fastest, true))
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar))
        {
            foreach (var (name, text) in files) tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.Latin1.GetBytes(text)) });
        }
        return stream.ToArray();
    }

    private static MibUploadPart Part(string name, byte[] bytes) => new(name, bytes.Length, () => new MemoryStream(bytes));

    private MibUploadDesk Desk(MibOptions? options = null) => new(database.Sources, Options.Create(options ?? new MibOptions()), NullLogger<MibUploadDesk>.Instance);

    private Caller Admin() => TestDatabase.CallerOf(tenant);

    private async Task<Guid> SendAsync(byte[] bytes, string name) => (await Desk().ReceiveAsync(Admin(), [Part(name, bytes)], null, default)).Value;

    private async Task<MibUploadRow> UploadAsync(Guid id) => (await uploads.GetAsync(Admin(), id, default)).Value.Upload;

    private async Task<string?> NameAsync(string name)
    {
        cache.Forget(tenant);
        var found = await new MibBrowser(database.Sources, compiler, cache).LookUpAsync(Admin(), name, default);
        return found.IsSuccess ? found.Value.Oid : null;
    }

    // A node that stores a batch of the upload and is never heard of again; its lease has run out.
    private async Task<(UploadStore Store, ClaimedUpload Upload)> LoseAsync(Guid id)
    {
        var store = new UploadStore(database.Sources);
        var claimed = (await store.ClaimAsync(default))!;
        claimed.Id.Should().Be(id);
        (await new UploadStore(database.Sources).ClaimAsync(default)).Should().BeNull("it is one node's at a time");
        var run = new UploadRun(database.Sources, new Interrupted(compiler, 2), store, new MibOptions(), claimed);
        await ((Func<Task>)(() => run.RunAsync(default))).Should().ThrowAsync<IOException>();
        await database.ExecuteAsync("UPDATE mib_uploads SET lease_until = now() - interval '1 s' WHERE id = $1", id);
        return (store, claimed);
    }

    // A node that works until nothing is left to do.
    private async Task WorkAsync(IMibCompiler? with = null, MibOptions? options = null)
    {
        using var runner = new UploadRunner(database.Sources, with ?? compiler, cache, Options.Create(options ?? new MibOptions()), listener, NullLogger<UploadRunner>.Instance);
        await runner.StartAsync(default);
        await JobWorld.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM mib_uploads WHERE state IN ('queued', 'running')") == 0, "the uploads end");
        await runner.StopAsync(default);
    }

    /// <summary>A compiler whose node is lost at one of its batches.</summary>
    private sealed class Interrupted(IMibCompiler inner, int at) : IMibCompiler
    {
        private int batches;

        public int Files { get; private set; }

        public IReadOnlyList<MibModule> BuiltIn => inner.BuiltIn;

        public MibCompilation Compile(IReadOnlyList<MibSource> sources, Func<string, MibModule?> library, MibLimits limits, CancellationToken cancellationToken)
        {
            if (++batches == at) throw new IOException("The node is lost.");
            Files += sources.Count;
            return inner.Compile(sources, library, limits, cancellationToken);
        }

        public IReadOnlyList<MibHeader> Headers(MibSource source, MibLimits limits, CancellationToken cancellationToken) => inner.Headers(source, limits, cancellationToken);
    }

    /// <summary>A compiler during whose first batch something happens.</summary>
    private sealed class Meddler(IMibCompiler inner, Func<Task> happens) : IMibCompiler
    {
        private int batches;

        public IReadOnlyList<MibModule> BuiltIn => inner.BuiltIn;

        public MibCompilation Compile(IReadOnlyList<MibSource> sources, Func<string, MibModule?> library, MibLimits limits, CancellationToken cancellationToken)
        {
            var compiled = inner.Compile(sources, library, limits, cancellationToken);
            if (Interlocked.Increment(ref batches) == 1) happens().GetAwaiter().GetResult();
            return compiled;
        }

        public IReadOnlyList<MibHeader> Headers(MibSource source, MibLimits limits, CancellationToken cancellationToken) => inner.Headers(source, limits, cancellationToken);
    }
}
