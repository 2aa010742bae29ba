using System.Diagnostics;
using System.Text;
using DeviceConsole.Core;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols.Smi;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Tests.Protocols.Smi;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Mibs;

/// <summary>The library of two tenants on a real database, with the real compiler.</summary>
public sealed class MibLibraryTests : IAsyncLifetime
{
    private const string Root = "ROOT-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; acme OBJECT IDENTIFIER ::= { enterprises 99999 } END";
    private const string Leaf = "LEAF-MIB DEFINITIONS ::= BEGIN IMPORTS OBJECT-TYPE FROM RFC-1212 acmeThings FROM MIDDLE-MIB; leaf OBJECT-TYPE SYNTAX INTEGER { off(0), on(1) } ACCESS read-only STATUS mandatory DESCRIPTION \"A switch.\" ::= { acmeThings 1 } END";
    private const string Middle = "MIDDLE-MIB DEFINITIONS ::= BEGIN IMPORTS acme FROM ROOT-MIB; acmeThings OBJECT IDENTIFIER ::= { acme 2 } END";

    private readonly List<IDisposable> disposables = [];
    private TestDatabase database = null!;
    private JobListener listener = null!;
    private MibLibrary library = null!;
    private MibBrowser browser = null!;
    private MibRevisions revisions = null!;
    private MibUploads uploads = null!;
    private Guid tenant, other;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        (tenant, other) = (await database.CreateTenantAsync(), await database.CreateTenantAsync());
        (listener, library, browser) = await NodeAsync();
        (revisions, uploads) = (new MibRevisions(database.Sources, new MibCompiler()), new MibUploads(database.Sources));
    }

    public async Task DisposeAsync()
    {
        foreach (var disposable in disposables) disposable.Dispose();
        await listener.StopAsync(default);
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Descriptions_are_found_by_every_word_and_only_by_their_tenant()
    {
        await UploadAsync("A-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI OBJECT-TYPE FROM RFC-1212; a1 OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION \"Voltage of the Tunnel diode.\" ::= { enterprises 99999 1 } a2 OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION \"Voltage alone.\" ::= { enterprises 99999 2 } END");
        await UploadAsync("B-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI OBJECT-TYPE FROM RFC-1212; b1 OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION \"Overvoltage in any tunnel.\" ::= { enterprises 99999 3 } END");
        foreach (var signature in new[] { "signature", "NULL" })
        {
            await database.ExecuteAsync($"UPDATE mib_modules SET signature = {signature}");
            (await DescribedAsync(tenant, "TUNNEL voltage")).Should().Equal("a1", "b1");
            (await DescribedAsync(tenant, "tunnel in an")).Should().Equal("b1");
            (await DescribedAsync(tenant, "voltage")).Should().Equal("a1", "a2", "b1");
            (await DescribedAsync(tenant, "tunnel alone")).Should().BeEmpty("no description has both");
            (await DescribedAsync(tenant, "of")).Should().BeEmpty("two letters are in nearly every text");
            (await DescribedAsync(other, "tunnel voltage")).Should().BeEmpty();
        }
        (await browser.SearchDescriptionsAsync(TestDatabase.CallerOf(tenant), "voltage", 2, default)).Value.Should().HaveCount(2);
        await UploadAsync("C-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI OBJECT-TYPE FROM RFC-1212; a1 OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION \"Voltage of the tunnel diode, again.\" ::= { enterprises 99999 1 } END");
        (await DescribedAsync(tenant, "tunnel diode")).Should().Equal(["a1"], "a place that two modules describe is one place");
    }

    private async Task<IEnumerable<string>> DescribedAsync(Guid whose, string words) => (await browser.SearchDescriptionsAsync(TestDatabase.CallerOf(whose), words, 100, default)).Value.Select(n => n.Name);

    [Fact]
    public async Task A_module_waits_for_what_it_imports_and_is_compiled_again_when_it_comes()
    {
        var first = (await UploadAsync(Leaf)).Modules.Should().ContainSingle().Subject;
        first.Missing.Should().Equal("MIDDLE-MIB");
        first.Errors.Should().BePositive();
        (await UploadAsync(Middle)).Recompiled.Should().Equal("LEAF-MIB");
        (await LookUpAsync("leaf.0")).Problem!.Message.Should().Contain("No module of the library names");
        (await UploadAsync(Root)).Recompiled.Should().Equal("LEAF-MIB", "MIDDLE-MIB");

        var leaf = (await LookUpAsync("leaf.0")).Value;
        leaf.Oid.Should().Be("1.3.6.1.4.1.99999.2.1");
        leaf.Instance.Should().Be("0");
        leaf.Definition!.Description.Should().Be("A switch.");
        leaf.Definition.Syntax!.Labels.Should().Equal(new MibLabel("off", 0), new MibLabel("on", 1));
        (await ListAsync()).Should().OnlyContain(m => m.Errors == 0 && m.Missing.Count == 0);
    }

    [Fact]
    public async Task A_module_that_others_import_is_not_deleted_unless_they_go_with_it()
    {
        await UploadAsync(Root, Middle, Leaf);
        var middle = (await ListAsync()).Single(m => m.Name == "MIDDLE-MIB");
        var refused = await library.DeleteAsync(Admin(), middle.Id, false, default);
        refused.Problem!.Kind.Should().Be(ProblemKind.Conflict);
        refused.Problem.Message.Should().Be("MIDDLE-MIB is imported by LEAF-MIB. Delete that module first, or delete it together with MIDDLE-MIB.");
        (await LookUpAsync("leaf")).IsSuccess.Should().BeTrue("nothing happened");

        (await library.DeleteAsync(Admin(), middle.Id, true, default)).Value.Should().Equal("LEAF-MIB", "MIDDLE-MIB");
        (await ListAsync()).Should().ContainSingle().Which.Name.Should().Be("ROOT-MIB");
        (await LookUpAsync("leaf")).IsSuccess.Should().BeFalse();
        (await library.DeleteAsync(Admin(), middle.Id, false, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task A_revision_goes_while_another_one_is_left_for_those_that_import_it()
    {
        await UploadAsync(Revision("202402010000Z", 24), "CHILD-MIB DEFINITIONS ::= BEGIN IMPORTS rev FROM REV-MIB; child OBJECT IDENTIFIER ::= { rev 1 } END");
        await UploadAsync(Revision("202602010000Z", 26));
        (await LookUpAsync("child")).Value.Oid.Should().EndWith(".26.1");
        var newest = (await ListAsync()).Single(m => m.LastUpdated == "202602010000");
        (await library.DeleteAsync(Admin(), newest.Id, false, default)).Value.Should().Equal("REV-MIB");
        (await LookUpAsync("child")).Value.Oid.Should().EndWith(".24.1", "the earlier revision is in force again");
    }

    [Fact]
    public async Task What_a_module_needs_and_what_needs_it_is_told_step_by_step_and_missing_ones_by_name()
    {
        await UploadAsync(Leaf);
        (await revisions.MissingAsync(Admin(), default)).Value.Should().ContainSingle().Which.NeededBy.Should().ContainSingle().Which.Name.Should().Be("LEAF-MIB");
        await UploadAsync(Middle);
        (await revisions.MissingAsync(Admin(), default)).Value.Select(m => m.Name).Should().Equal("ROOT-MIB");
        await UploadAsync(Root);
        (await revisions.MissingAsync(Admin(), default)).Value.Should().BeEmpty();

        var leaf = (await ListAsync()).Single(m => m.Name == "LEAF-MIB");
        var of = (await revisions.DependenciesAsync(Admin(), leaf.Id, default)).Value;
        of.Imports.Select(i => (i.Name, i.Place, i.Steps, i.Through)).Should().Contain([("MIDDLE-MIB", MibPlace.Uploaded, 1, null), ("RFC-1212", MibPlace.BuiltIn, 1, null), ("ROOT-MIB", MibPlace.Uploaded, 2, "MIDDLE-MIB")]);
        of.Importers.Should().BeEmpty();
        var root = (await ListAsync()).Single(m => m.Name == "ROOT-MIB");
        (await revisions.DependenciesAsync(Admin(), root.Id, default)).Value.Importers.Select(i => (i.Name, i.Through)).Should().Equal(("MIDDLE-MIB", null), ("LEAF-MIB", "MIDDLE-MIB"));
        (await revisions.DependenciesAsync(TestDatabase.CallerOf(other), root.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Two_revisions_are_compared_object_by_object()
    {
        static string Of(string updated, string body) => $"DIFF-MIB DEFINITIONS ::= BEGIN IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI; diffMib MODULE-IDENTITY LAST-UPDATED \"{updated}\" ORGANIZATION \"x\" CONTACT-INFO \"x\" DESCRIPTION \"x\" ::= {{ enterprises 99999 50 }} {body} END";
        static string Scalar(string name, string syntax, string access, int arc, string text = "x") => $"{name} OBJECT-TYPE SYNTAX {syntax} MAX-ACCESS {access} STATUS current DESCRIPTION \"{text}\" ::= {{ diffMib {arc} }} ";
        await UploadAsync(Of("202401010000Z", Scalar("same", "Integer32", "read-only", 1) + Scalar("state", "INTEGER { off(0) }", "read-only", 2, "Old words.") + Scalar("gone", "Integer32", "read-only", 3) + Scalar("oldName", "Integer32", "read-only", 4)));
        await UploadAsync(Of("202501010000Z", Scalar("same", "Integer32", "read-only", 1) + Scalar("state", "INTEGER { off(0), on(1) }", "read-write", 2, "New words.") + Scalar("fresh", "Integer32", "read-only", 5) + Scalar("newName", "Integer32", "read-only", 4)));
        var rows = (await revisions.ListAsync(Admin(), (await ListAsync())[0].Id, default)).Value;
        rows.Select(r => (r.LastUpdated, r.Active)).Should().Equal(("202501010000", true), ("202401010000", false));

        var diff = (await revisions.CompareAsync(Admin(), rows[1].Id, rows[0].Id, default)).Value;
        diff.Added.Select(c => c.Name).Should().Equal("fresh");
        diff.Removed.Select(c => c.Name).Should().Equal("gone");
        diff.Changed.Single(c => c.Name == "state").Changes.Should().Equal(
            new MibFieldChange("labels", "off(0)", "off(0), on(1)"), new MibFieldChange("access", "read-only", "read-write"), new MibFieldChange("description", "Old words.", "New words."));
        diff.Changed.Single(c => c.Name == "newName").Changes.Should().Equal(new MibFieldChange("name", "oldName", "newName"));
        diff.Same.Should().Be(2, "the module's own node and \"same\"");
        await UploadAsync(Root);
        (await revisions.CompareAsync(Admin(), (await ListAsync()).Single(m => m.Name == "ROOT-MIB").Id, rows[0].Id, default)).Problem!.Message.Should().Contain("different modules");
        (await revisions.CompareAsync(TestDatabase.CallerOf(other), rows[1].Id, rows[0].Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task The_history_tells_of_every_upload_what_came_of_its_files_refused_ones_among_them()
    {
        await UploadAsync(Leaf);
        await UploadAsync(Root, Middle);
        await UploadAsync(Root);
        await library.UploadAsync(Admin(), [new MibSource("page.mib", "<html>"u8.ToArray())], null, default);
        await library.UploadAsync(Admin(), [new MibSource("../bad.zip", "PK\u0003\u0004 but no archive"u8.ToArray())], null, default);

        var rows = (await uploads.ListAsync(Admin(), null, 10, default)).Value.Items;
        rows.Select(r => (r.Files, r.Modules, r.Recompiled, r.Refused is not null)).Should().Equal((1, 0, 0, true), (1, 0, 0, false), (1, 1, 2, false), (2, 2, 1, false), (1, 1, 0, false));
        rows[0].Refused.Should().Contain("not a zip archive");
        rows[0].FileNames.Should().Equal("bad.zip");
        var second = (await uploads.GetAsync(Admin(), rows[3].Id, default)).Value;
        second.Recompiled.Should().Equal("LEAF-MIB");
        second.Files.SelectMany(f => f.Modules).Should().OnlyContain(m => m.Change == MibUploadChange.New && m.Id != null && m.Errors == 0);
        (await uploads.GetAsync(Admin(), rows[2].Id, default)).Value.Files[0].Modules[0].Change.Should().Be(MibUploadChange.Same);
        (await uploads.GetAsync(Admin(), rows[4].Id, default)).Value.Files[0].Modules[0].Missing.Should().Equal("MIDDLE-MIB");
        (await uploads.GetAsync(Admin(), rows[1].Id, default)).Value.Files[0].Message.Should().Contain("no module in this file");
        var page = (await uploads.ListAsync(Admin(), null, 2, default)).Value;
        (await uploads.ListAsync(Admin(), page.Next, 10, default)).Value.Items.Select(r => r.Id).Should().Equal(rows.Skip(2).Select(r => r.Id));
        (await uploads.ListAsync(TestDatabase.CallerOf(other), null, 10, default)).Value.Items.Should().BeEmpty();
        (await uploads.GetAsync(TestDatabase.CallerOf(other), rows[0].Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Of_several_revisions_the_last_updated_counts_until_one_is_pinned()
    {
        await UploadAsync(Revision("202402010000Z", 24));
        await UploadAsync(Revision("9901010000Z", 99));
        (await LookUpAsync("rev")).Value.Oid.Should().EndWith(".24");
        var old = (await ListAsync()).Single(m => m.LastUpdated == "199901010000");
        (await library.PinAsync(Admin(), old.Id, true, default)).IsSuccess.Should().BeTrue();
        (await LookUpAsync("rev")).Value.Oid.Should().EndWith(".99");
        await UploadAsync(Revision("202602010000Z", 26));
        (await LookUpAsync("rev")).Value.Oid.Should().EndWith(".99");
        await library.PinAsync(Admin(), old.Id, false, default);
        (await LookUpAsync("rev")).Value.Oid.Should().EndWith(".26");
        (await ListAsync()).Count(m => m.Active).Should().Be(1);
    }

    [Fact]
    public async Task One_tenants_modules_are_no_other_tenants()
    {
        await UploadAsync(Root, Middle, Leaf);
        var stranger = TestDatabase.CallerOf(other);
        (await browser.LookUpAsync(stranger, "leaf", default)).IsSuccess.Should().BeFalse();
        (await browser.SearchAsync(stranger, "leaf", 10, default)).Value.Should().BeEmpty();
        (await library.ListAsync(stranger, default)).Value.Should().BeEmpty();
        (await library.GetAsync(stranger, (await ListAsync())[0].Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await library.DeleteAsync(stranger, (await ListAsync())[0].Id, false, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await LookUpAsync("leaf")).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task A_change_on_one_node_is_seen_on_the_others()
    {
        var (second, _, elsewhere) = await NodeAsync();
        (await elsewhere.LookUpAsync(Admin(), "acme", default)).IsSuccess.Should().BeFalse("the other node has the library in memory now");
        await UploadAsync(Root);
        await JobWorld.UntilAsync(async () => (await elsewhere.LookUpAsync(Admin(), "acme", default)).IsSuccess, "the other node hears of the upload");
        await second.StopAsync(default);
    }

    [Fact]
    public async Task Viewers_read_and_operators_upload_and_both_is_audited()
    {
        var viewer = TestDatabase.CallerOf(tenant, Roles.Viewer);
        (await library.UploadAsync(viewer, [new MibSource("a.mib", Encoding.ASCII.GetBytes(Root))], null, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await library.UploadAsync(TestDatabase.CallerOf(tenant, Roles.Operator), [new MibSource("a.mib", Encoding.ASCII.GetBytes(Root))], null, default)).IsSuccess.Should().BeTrue();
        (await browser.LookUpAsync(viewer, "acme", default)).IsSuccess.Should().BeTrue();
        (await library.DeleteAsync(viewer, (await ListAsync())[0].Id, false, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await database.ScalarAsync<string>("SELECT summary FROM audit WHERE action = 'mib.upload'")).Should().Contain("ROOT-MIB");
        (await database.ScalarAsync<int>("SELECT modules FROM mib_uploads")).Should().Be(1);
    }

    [Fact]
    public async Task Files_without_a_module_and_broken_modules_are_told_and_the_rest_is_kept()
    {
        var sources = Directory.GetFiles(Path.Combine(Compiled.Folder, "broken")).Select(f => new MibSource(Path.GetFileName(f), File.ReadAllBytes(f))).ToList();
        var clock = Stopwatch.StartNew();
        var result = (await library.UploadAsync(Admin(), sources, null, default)).Value;
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(30));
        result.Diagnostics.Select(d => d.File).Should().Contain(["BROKEN-EMPTY-MIB.mib", "BROKEN-NOT-A-MIB.mib"]);
        result.Modules.Should().HaveCount(sources.Count - 2).And.Contain(m => m.Errors > 0);
        var numbers = result.Modules.Single(m => m.Name == "BROKEN-NUMBER-MIB");
        (await library.GetAsync(Admin(), numbers.Id, default)).Value.Diagnostics.Should().Contain(d => d.File == "BROKEN-NUMBER-MIB.mib" && d.Line == 28 && d.Column == 28);
        (await LookUpAsync("brokenNumberGood")).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task An_older_revision_that_is_uploaded_later_changes_nothing_for_those_that_import_it()
    {
        static string Parent(string updated, int number) => $"PARENT-MIB DEFINITIONS ::= BEGIN IMPORTS MODULE-IDENTITY, enterprises FROM SNMPv2-SMI; parent MODULE-IDENTITY LAST-UPDATED \"{updated}\" ORGANIZATION \"x\" CONTACT-INFO \"x\" DESCRIPTION \"x\" ::= {{ enterprises 99999 {number} }} END";
        await UploadAsync(Parent("202602010000Z", 26), "CHILD-MIB DEFINITIONS ::= BEGIN IMPORTS parent FROM PARENT-MIB; child OBJECT IDENTIFIER ::= { parent 1 } END");
        await UploadAsync(Parent("202002010000Z", 20));
        (await LookUpAsync("child")).Value.Oid.Should().EndWith(".26.1");
        await library.PinAsync(Admin(), (await ListAsync()).Single(m => m.LastUpdated == "202002010000").Id, true, default);
        (await LookUpAsync("child")).Value.Oid.Should().EndWith(".20.1");
    }

    [Fact]
    public async Task The_modules_of_one_file_are_deleted_together()
    {
        await UploadAsync(Root + "\n" + Middle);
        (await library.DeleteAsync(Admin(), (await ListAsync()).Single(m => m.Name == "ROOT-MIB").Id, false, default)).Value.Should().Equal("MIDDLE-MIB", "ROOT-MIB");
        (await ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task The_same_file_twice_is_one_module_and_two_files_of_one_name_are_two()
    {
        await UploadAsync(Root);
        await UploadAsync(Root);
        (await ListAsync()).Should().ContainSingle();
        var result = (await library.UploadAsync(Admin(), [new MibSource("same.mib", Encoding.ASCII.GetBytes(Middle)), new MibSource("same.mib", Encoding.ASCII.GetBytes(Leaf))], null, default)).Value;
        result.Modules.Select(m => m.Name).Should().Equal("LEAF-MIB", "MIDDLE-MIB");
    }

    private static string Revision(string updated, int number) => $"REV-MIB DEFINITIONS ::= BEGIN IMPORTS MODULE-IDENTITY, enterprises FROM SNMPv2-SMI; rev MODULE-IDENTITY LAST-UPDATED \"{updated}\" ORGANIZATION \"x\" CONTACT-INFO \"x\" DESCRIPTION \"x\" ::= {{ enterprises 99999 {number} }} END";

    private static Task<Result<MibNodeDetail>> LookUpAsync(MibBrowser browser, Caller caller, string text) => browser.LookUpAsync(caller, text, default);

    private Task<Result<MibNodeDetail>> LookUpAsync(string text) => LookUpAsync(browser, Admin(), text);

    private Caller Admin() => TestDatabase.CallerOf(tenant);

    private async Task<IReadOnlyList<MibModuleRow>> ListAsync() => (await library.ListAsync(Admin(), default)).Value;

    private async Task<MibUploadResult> UploadAsync(params string[] texts) =>
        (await library.UploadAsync(Admin(), [.. texts.Select(t => new MibSource(t[..t.IndexOf(' ', StringComparison.Ordinal)] + ".mib", Encoding.ASCII.GetBytes(t)))], null, default)).Value;

    private async Task<(JobListener Listener, MibLibrary Library, MibBrowser Browser)> NodeAsync()
    {
        var node = new JobListener(database.Sources, NullLogger<JobListener>.Instance);
        var feed = new ChangeFeed(node);
        await node.StartAsync(default);
        await JobWorld.UntilAsync(() => Task.FromResult(node.State == LiveFeedState.Live), "the node listens");
        var compiler = new MibCompiler();
        var cache = new MibCache(database.Sources, compiler, feed);
        var made = new MibLibrary(database.Sources, compiler, cache, new MibUploads(database.Sources), NullLogger<MibLibrary>.Instance);
        disposables.AddRange([cache, made, node]);
        return (node, made, new MibBrowser(database.Sources, compiler, cache));
    }
}
