using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Polling;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Protocols.Cwmp.BulkData;

/// <summary>From a profile that an operator makes to values and graphs, with a device that really posts; and who may post what.</summary>
public sealed class CwmpBulkDataTests
{
    private const string Sent = "Device.WiFi.SSID.1.Stats.BytesSent";

    [Theory]
    [InlineData(BulkEncodings.JsonHierarchy, true)]
    [InlineData(BulkEncodings.CsvColumns, false)]
    public async Task A_device_that_is_set_up_reports_and_its_counters_become_graphs(string encoding, bool compress)
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, cpe) = await world.StartAsync(new CpeQuirks { BulkSecond = TimeSpan.FromMilliseconds(100) });
        var profile = await CreateAsync(world, device, Profile() with { Encoding = encoding, Compress = compress, Separator = ";" });
        profile.State.Should().Be(BulkProfileState.SettingUp);

        await JobWorld.UntilAsync(async () => (await GetAsync(world, profile.Id)).Reports >= 3, "reports come");

        var stands = await GetAsync(world, profile.Id);
        stands.State.Should().Be(BulkProfileState.Reporting, stands.JobReason);
        stands.Instance.Should().Be("Device.BulkData.Profile.1.");
        (stands.Problem, stands.LastBad).Should().Be((null, 0));
        (await world.DetailAsync(stands.JobId!.Value)).Job.Summary.Should().Contain("every 10 s");
        cpe.BulkData.LastStatus.Should().Be(HttpStatusCode.OK);
        var values = await world.ValuesAsync(device);
        values[Sent].Value.Should().MatchRegex("^[0-9]+$");
        values["Device.WiFi.SSID.3.Stats.BytesSent"].Value.Should().NotBeNull("wildcards are resolved by the device");
        values["Device.DeviceInfo.MemoryStatus.Free"].Value.Should().NotBeNull("an alternative name is a path here");
        values.Keys.Should().NotContain(k => k.StartsWith("Memory", StringComparison.Ordinal));
        var shown = (await world.Service<BulkService>().ValuesAsync(world.Admin, stands, 100, default)).Value;
        shown.Select(v => v.Path).Should().Contain([Sent, "Device.DeviceInfo.MemoryStatus.Free"]).And.OnlyHaveUniqueItems().And.NotContain(p => p.StartsWith("Device.BulkData.", StringComparison.Ordinal), "only what the profile is about is shown");
        var samples = new SampleService(world.Database.Sources);
        var series = (await samples.SeriesAsync(world.Admin, device, default)).Value;
        var one = series.Single(s => s.Oid == Sent);
        (one.Object, one.Label, one.Unit).Should().Be(("Device.WiFi.SSID.*.Stats.BytesSent", "1", "bit/s"));
        await JobWorld.UntilAsync(async () => (await PointsAsync(samples, world, device, one)).Count > 0, "rates are there");
        (await PointsAsync(samples, world, device, one)).Should().OnlyContain(p => p.Average >= 0 && p.Average < 1_000_000);
        (await world.TracesAsync(device)).Should().NotContain(cpe.Gateway.Find("Device.BulkData.Profile.1.HTTP.Password")!.Value, "the password is sealed");
        values["Device.BulkData.Profile.1.HTTP.URL"].Value.Should().EndWith($"/bulk/acme/{profile.Id:N}");
    }

    [Fact]
    public async Task A_profile_is_taken_off_the_device_and_nothing_more_is_taken_for_it()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, cpe) = await world.StartAsync(new CpeQuirks { BulkSecond = TimeSpan.FromMilliseconds(100) });
        var profile = await CreateAsync(world, device, Profile() with { Encoding = BulkEncodings.JsonPairs });
        await JobWorld.UntilAsync(async () => (await GetAsync(world, profile.Id)).Reports >= 1, "reports come");
        var (user, password) = Credentials(cpe);

        (await world.Service<BulkService>().RemoveAsync(world.Admin, profile.Id, false, default)).IsSuccess.Should().BeTrue();

        (await PostAsync(world, profile.Id, user, password, "{\"Report\":[]}")).Should().Be(HttpStatusCode.Unauthorized);
        await JobWorld.UntilAsync(async () => (await world.Service<BulkService>().ListAsync(world.Admin, device, default)).Value.Count == 0, "it is forgotten");
        cpe.Gateway.Read("Device.BulkData.Profile.").Should().BeEmpty();
        await JobWorld.UntilAsync(async () => !(await world.ValuesAsync(device)).Keys.Any(k => k.StartsWith("Device.BulkData.Profile.1.", StringComparison.Ordinal)), "its values are forgotten too");
    }

    [Fact]
    public async Task A_device_that_cannot_report_so_is_told_in_a_sentence_and_tried_again_with_another_wish()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, cpe) = await world.StartAsync();
        cpe.Gateway.Provision("Device.BulkData.MinReportingInterval", "60");

        var profile = await CreateAsync(world, device, Profile());

        await JobWorld.UntilAsync(async () => (await GetAsync(world, profile.Id)).State == BulkProfileState.Failed, "the job has failed");
        (await GetAsync(world, profile.Id)).JobReason.Should().Be("The device cannot report so. It reports every 60 s at most. Choose a longer interval.");
        cpe.Gateway.Read("Device.BulkData.Profile.").Should().BeEmpty("nothing was written");
        cpe.Gateway.Provision("Device.BulkData.MinReportingInterval", "1");
        (await world.Service<BulkService>().SetUpAsync(world.Admin, profile.Id, default)).IsSuccess.Should().BeTrue();
        await JobWorld.UntilAsync(async () => (await GetAsync(world, profile.Id)).Instance is not null, "it stands on the device");
    }

    [Fact]
    public async Task What_could_not_be_delivered_comes_with_the_next_report()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, cpe) = await world.StartAsync(new CpeQuirks { BulkSecond = TimeSpan.FromMilliseconds(100) });
        var profile = await CreateAsync(world, device, Profile() with { Encoding = BulkEncodings.CsvRows });
        await JobWorld.UntilAsync(async () => (await GetAsync(world, profile.Id)).Reports >= 1, "reports come");
        var url = cpe.Gateway.Find("Device.BulkData.Profile.1.HTTP.URL")!.Value;
        cpe.Gateway.Set([("Device.BulkData.Profile.1.HTTP.URL", "http://127.0.0.1:1/")]).Should().BeNull();
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.BulkData.LastStatus == HttpStatusCode.ServiceUnavailable), "it cannot be delivered");
        var before = (await GetAsync(world, profile.Id)).Reports;
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.BulkData.Waiting >= 2), "it keeps more than one");
        var delivered = cpe.BulkData.Delivered;

        cpe.Gateway.Set([("Device.BulkData.Profile.1.HTTP.URL", url)]).Should().BeNull();

        await JobWorld.UntilAsync(async () => (await GetAsync(world, profile.Id)).Reports > before + 1, "what was kept comes too");
        await JobWorld.UntilAsync(() => Task.FromResult(cpe.BulkData.Delivered > delivered + 1), "the device knows that they were taken");
    }

    [Fact]
    public async Task Who_does_not_show_the_profiles_own_password_gets_the_same_401()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (profile, user, password) = await StandingAsync(world);
        const string report = "{\"Report\":[{\"Device.A.B\":1}]}";

        (await PostAsync(world, profile, user, "wrong", report)).Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync(world, profile, null, null, report)).Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync(world, Guid.NewGuid(), user, password, report)).Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync(world, profile, user, password, report, slug: "nobody")).Should().Be(HttpStatusCode.Unauthorized);
        (await GetAsync(world, profile)).Reports.Should().Be(0);
        (await PostAsync(world, profile, user, password, report)).Should().Be(HttpStatusCode.OK);
        (await GetAsync(world, profile)).Reports.Should().Be(1);
    }

    [Fact]
    public async Task A_report_of_another_device_is_refused_and_told()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (profile, user, password) = await StandingAsync(world);

        (await PostAsync(world, profile, user, password, "{\"Report\":[]}", query: "?oui=00256D&pc=Z&sn=Y")).Should().Be(HttpStatusCode.Forbidden);

        (await GetAsync(world, profile)).Problem.Should().Be("The report is of the serial number Y, but came with the credentials of this device.");
        (await PostAsync(world, profile, user, password, "{\"Report\":[{\"Device.A\":1}]}", query: "?oui=00D09E&pc=HG310&sn=S7")).Should().Be(HttpStatusCode.OK);
        (await GetAsync(world, profile)).Problem.Should().BeNull();
    }

    [Fact]
    public async Task What_is_no_report_gets_a_clear_status_and_a_bad_row_loses_only_itself()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (profile, user, password) = await StandingAsync(world);

        (await PostAsync(world, profile, user, password, "not JSON")).Should().Be(HttpStatusCode.BadRequest);
        (await PostAsync(world, profile, user, password, "<x/>", "application/xml")).Should().Be(HttpStatusCode.UnsupportedMediaType);
        (await PostAsync(world, profile, user, password, "a,b", "text/csv; charset=utf-16")).Should().Be(HttpStatusCode.UnsupportedMediaType);
        (await PostAsync(world, profile, user, password, "ParameterName,ParameterValue\nDevice.A,1\nonly one\nDevice.B,2\n", "text/csv; charset=UTF-8; header=present")).Should().Be(HttpStatusCode.OK);

        var stored = await GetAsync(world, profile);
        (stored.LastValues, stored.LastBad).Should().Be((2, 1));
        stored.Problem.Should().Contain("Row 3 has 1 fields where 2 were announced");
    }

    [Fact]
    public async Task A_gzip_bomb_is_cut_and_a_full_collector_asks_to_come_later()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (profile, user, password) = await StandingAsync(world);

        (await PostAsync(world, profile, user, password, new string(' ', 300 * 1024 * 1024), gzip: true)).Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await GetAsync(world, profile)).Problem.Should().Contain("8 MiB");
        world.Service<DeviceConsole.Protocols.Cwmp.BulkData.BulkDataOptions>().MaximumReports = 0;
        using var http = new HttpClient();
        using var busy = await http.PostAsync(new Uri(world.Address, $"/bulk/acme/{profile:N}"), new StringContent("{}"));
        busy.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        busy.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Two_reports_at_the_same_time_are_both_counted_once()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (profile, user, password) = await StandingAsync(world);
        var desk = world.Service<IBulkDesk>();
        var caller = (await desk.FindAsync(CwmpWorld.Slug, profile.ToString("N"), default))!;
        (caller.UserName, caller.Password).Should().Be((user, password));
        var now = DateTimeOffset.UtcNow;

        var receipts = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => desk.ReceiveAsync(caller, new BulkDelivery([new BulkMoment(now.AddSeconds(i - 10), [new("Device.X.Stats.Count", $"{i}", "unsignedLong")])], 0, []), default)));

        receipts.Should().OnlyContain(r => r == BulkReceipt.Stored || r == BulkReceipt.Busy);
        var stored = await GetAsync(world, profile);
        stored.CollectedAt.Should().BeCloseTo(now.AddSeconds(-7), TimeSpan.FromSeconds(3));
        stored.Reports.Should().BeInRange(1, 4);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM bulk_series")).Should().Be(1);
    }

    [Fact]
    public async Task What_somebody_enters_wrong_is_told_at_its_field()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var device = await world.CreateDeviceAsync("00D09E-HG310-S9");

        var made = await world.Service<BulkService>().CreateAsync(world.Admin, device, new BulkProfileInput { Name = "", IntervalSeconds = 5, Encoding = "xml", Separator = "x", Retained = -1, Parameters = [new("no path"), new("Device.A", "b c"), new("Device.B", "", "pie")] }, default);

        made.Problem!.Errors.Select(e => e.Field).Should().Equal("name", "intervalSeconds", "encoding", "separator", "retained", "parameters[0].reference", "parameters[1].name", "parameters[2].graph");
        (await world.Service<BulkService>().ListAsync(world.Admin, Guid.NewGuid(), default)).Problem!.Kind.Should().Be(Core.ProblemKind.NotFound);
    }

    private static BulkProfileInput Profile() => new()
    {
        Name = "WiFi", IntervalSeconds = 10, Parameters = [new("Device.WiFi.SSID.*.Stats.BytesSent"), new("Device.DeviceInfo.UpTime"), new("Device.DeviceInfo.MemoryStatus.", "Memory")],
    };

    private static async Task<BulkProfileView> CreateAsync(CwmpWorld world, Guid device, BulkProfileInput input)
    {
        var made = await world.Service<BulkService>().CreateAsync(world.Admin, device, input, default);
        made.IsSuccess.Should().BeTrue(made.Problem?.Message);
        return made.Value;
    }

    private static async Task<BulkProfileView> GetAsync(CwmpWorld world, Guid profile) => (await world.Service<BulkService>().GetAsync(world.Admin, profile, default)).Value;

    // A profile of a device that does not live, and what it would show.
    private static async Task<(Guid Profile, string User, string Password)> StandingAsync(CwmpWorld world)
    {
        world.Service<IOptions<Core.Files.FileLibraryOptions>>().Value.PublicAddress.Should().NotBeNull();
        var device = await world.CreateDeviceAsync("00D09E-HG310-S7");
        var profile = await CreateAsync(world, device, Profile());
        var caller = (await world.Service<IBulkDesk>().FindAsync(CwmpWorld.Slug, profile.Id.ToString("N"), default))!;
        return (profile.Id, caller.UserName, caller.Password);
    }

    private static (string User, string Password) Credentials(SimulatedCpe cpe) => (cpe.Gateway.Find("Device.BulkData.Profile.1.HTTP.Username")!.Value, cpe.Gateway.Find("Device.BulkData.Profile.1.HTTP.Password")!.Value);

    private static async Task<IReadOnlyList<SeriesPoint>> PointsAsync(SampleService samples, CwmpWorld world, Guid device, PollSeries series) =>
        (await samples.PointsAsync(world.Admin, device, [series], DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1), 2_000, default)).Value.Single().Points;

    private static async Task<HttpStatusCode> PostAsync(CwmpWorld world, Guid profile, string? user, string? password, string body, string type = "application/json; charset=UTF-8", string slug = CwmpWorld.Slug, string query = "", bool gzip = false)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(gzip ? Zip(body) : Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (gzip) content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Address, $"/bulk/{slug}/{profile:N}{query}")) { Content = content };
        if (user is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        using var response = await http.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.Unauthorized) response.Headers.WwwAuthenticate.ToString().Should().StartWith("Digest realm=\"DeviceConsole\"");
        return response.StatusCode;
    }

    private static byte[] Zip(string body)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest)) zip.Write(Encoding.ASCII.GetBytes(body));
        return buffer.ToArray();
    }
}
