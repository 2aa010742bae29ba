using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Protocols.Files;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>Files of the library on their way to devices, and devices' files on their way here, over TR-069.</summary>
public sealed class CwmpFileTests
{
    [Fact]
    public async Task A_firmware_job_ends_well_when_the_device_has_started_with_the_version_that_was_meant()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, cpe) = await world.StartAsync();
        var image = await world.StoreAsync("hg-3.5.0.bin", new byte[700_000], "3.5.0");

        var job = await world.RunAsync(device, "download", new JsonObject { ["file"] = image.Id.ToString() });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Job.Summary.Should().Contain("3.5.0");
        cpe.Gateway.Find("Device.DeviceInfo.SoftwareVersion")!.Reported.Should().Be("3.5.0");
        (await world.TracesAsync(device)).Should().NotContain("/files/acme/", "a link is a secret while it holds");
        await JobWorld.UntilAsync(() => world.Database.ScalarAsync<bool>("SELECT used_at IS NOT NULL AND delivered = 700000 FROM file_links"), "the link is used up, and all of the file went over it");
    }

    [Fact]
    public async Task A_transfer_complete_alone_is_no_success_the_device_runs_another_version()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync();
        // The simulated device takes its version from the file's name.
        var image = await world.StoreAsync("hg-3.4.9.bin", [1, 2, 3], "3.5.0");

        var job = await world.RunAsync(device, "download", new JsonObject { ["file"] = image.Id.ToString() });

        job.Job.State.Should().Be(JobState.Failed);
        job.Job.Fault!.Code.Should().Be("cwmp.firmware-not-running");
        job.Job.Fault.Message.Should().Contain("3.4.9").And.Contain("3.5.0");
    }

    [Fact]
    public async Task A_device_that_reports_the_download_before_it_starts_is_waited_for()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync(new CpeQuirks { StartsLater = TimeSpan.FromSeconds(2) });
        var image = await world.StoreAsync("hg-3.6.0.bin", [1, 2, 3], "3.6.0");

        var id = await world.EnqueueAsync(device, "download", new JsonObject { ["file"] = image.Id.ToString() });
        await JobWorld.UntilAsync(async () => (await world.DetailAsync(id)).Job.WaitReason?.Contains("waits for its start", StringComparison.Ordinal) == true, "the device has reported the download");
        var job = await world.EndAsync(id);

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Job.Summary.Should().Contain("3.6.0");
    }

    [Fact]
    public async Task A_configuration_that_the_device_uploads_is_among_its_files()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync();

        var job = await world.RunAsync(device, "upload", new JsonObject { ["fileType"] = "1 Vendor Configuration File" });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        var file = (await world.Files.ReceivedAsync(world.Admin, device, default)).Value.Should().ContainSingle().Subject;
        file.JobId.Should().Be(job.Job.Id);
        var text = new StringBuilder();
        await foreach (var piece in (await world.Files.OpenAsync(world.Admin, file.Id, default)).Value.Pieces) text.Append(Encoding.UTF8.GetString(piece.Span));
        text.ToString().Should().Contain("Device.DeviceInfo.SoftwareVersion=");
    }

    [Theory]
    [InlineData("4 Vendor Log File 2", "Upload Vendor Log File 2 to this console")]
    [InlineData("X 00D09E Crash dump", "Upload X 00D09E Crash dump to this console")]
    public async Task A_file_type_in_full_takes_the_place_of_the_choice(string type, string description)
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync();

        var job = await world.RunAsync(device, "upload", new JsonObject { ["fileType"] = "1 Vendor Configuration File", ["ownFileType"] = type });

        job.Job.State.Should().Be(JobState.Completed, job.Job.Fault?.Message);
        job.Job.Description.Should().Be(description);
        (await world.Files.ReceivedAsync(world.Admin, device, default)).Value.Should().ContainSingle().Which.FileType.Should().Be(type);
    }

    [Theory]
    [InlineData(9010, "fault 9010")]
    [InlineData(9011, "fault 9011")]
    public async Task An_upload_that_failed_is_told_as_one_also_by_the_code_of_downloads(int code, string detail)
    {
        await using var world = await CwmpWorld.CreateAsync();
        var (device, _) = await world.StartAsync(new CpeQuirks { TransferFault = code });

        var job = await world.RunAsync(device, "upload", new JsonObject { ["fileType"] = "1 Vendor Configuration File", ["url"] = "http://files.example.net/in/" });

        (job.Job.State, job.Job.Fault!.Code).Should().Be((JobState.Failed, "cwmp.upload-failed"));
        job.Job.Fault.Detail.Should().StartWith(detail);
    }

    [Fact]
    public async Task A_file_whose_upload_broke_off_with_the_process_is_swept_and_one_that_still_comes_in_is_not()
    {
        await using var world = await CwmpWorld.CreateAsync();
        foreach (var age in new[] { "2 hours", "1 minute" })
        {
            var id = Guid.CreateVersion7();
            await world.Database.ExecuteAsync("INSERT INTO files (tenant_id, id, origin, name, file_type, created_by, created_at) VALUES ($1, $2, 'library', $3, '1 Firmware Upgrade Image', 'test', now() - $3::interval)", world.Tenant, id, age);
            await world.Database.ExecuteAsync("INSERT INTO file_chunks (tenant_id, file_id, no, data) VALUES ($1, $2, 0, 'x'::bytea)", world.Tenant, id);
        }

        await world.Service<JobSweeps>().RetainAsync(default);

        (await world.Database.ScalarAsync<string>("SELECT string_agg(f.name || ' ' || (SELECT count(*) FROM file_chunks c WHERE c.file_id = f.id), ',') FROM files f")).Should().Be("1 minute 1");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM file_chunks")).Should().Be(1, "its pieces went with it");
    }

    [Fact]
    public async Task Ranges_conditions_and_heads_are_answered_and_a_link_holds_for_one_transfer()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var content = new byte[600_000];
        new Random(1).NextBytes(content);
        var url = await LinkAsync(world, await world.StoreAsync("image.bin", content, "1.0"));
        using var http = new HttpClient();

        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        (head.StatusCode, head.Content.Headers.ContentLength, head.Headers.AcceptRanges.ToString()).Should().Be((HttpStatusCode.OK, 600_000, "bytes"));
        var tag = head.Headers.ETag!;
        tag.IsWeak.Should().BeFalse();

        using var part = await AskAsync(http, url, "bytes=262100-262199");
        part.StatusCode.Should().Be(HttpStatusCode.PartialContent);
        part.Content.Headers.ContentRange!.ToString().Should().Be("bytes 262100-262199/600000");
        (await part.Content.ReadAsByteArrayAsync()).Should().Equal(content[262100..262200], "across the border of two pieces");
        using var beyond = await AskAsync(http, url, "bytes=600000-");
        (beyond.StatusCode, beyond.Content.Headers.ContentRange!.ToString()).Should().Be((HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */600000"));
        using var same = await AskAsync(http, url, "bytes=0-9", ifRange: tag.ToString());
        same.StatusCode.Should().Be(HttpStatusCode.PartialContent);
        using var unchanged = await AskAsync(http, url, null, ifNoneMatch: tag.ToString());
        unchanged.StatusCode.Should().Be(HttpStatusCode.NotModified);

        using var other = await AskAsync(http, url, "bytes=0-9", ifRange: "\"another\"");
        other.StatusCode.Should().Be(HttpStatusCode.OK, "the device has the rest of another file");
        (await other.Content.ReadAsByteArrayAsync()).Should().Equal(content);
        await JobWorld.UntilAsync(async () => (await AskAsync(http, url, null)).StatusCode == HttpStatusCode.NotFound, "the link is used up by a whole download");
    }

    [Fact]
    public async Task Unknown_expired_foreign_and_wrong_links_are_one_and_the_same_404()
    {
        await using var world = await CwmpWorld.CreateAsync();
        await world.Database.CreateTenantAsync("other");
        var file = await world.StoreAsync("image.bin", [1], "1.0");
        var url = await LinkAsync(world, file);
        var token = url.Segments[3].TrimEnd('/');
        using var http = new HttpClient();

        foreach (var path in new[] { $"/files/acme/{token}x/image.bin", $"/files/other/{token}/image.bin", $"/files/nobody/{token}/image.bin", $"/files/acme/{file.Id}/image.bin", "/files/acme/..%2F..%2Fetc%2Fpasswd", $"/files/acme/{new string('a', 500)}" })
            (await AskAsync(http, new Uri(world.Address, path), null)).StatusCode.Should().Be(HttpStatusCode.NotFound, path);
        (await http.PutAsync(url, new ByteArrayContent([1]))).StatusCode.Should().Be(HttpStatusCode.NotFound, "the link is for the other direction");
        await world.Database.ExecuteAsync("UPDATE file_links SET expires_at = now() - interval '1 s'");
        (await AskAsync(http, url, null)).StatusCode.Should().Be(HttpStatusCode.NotFound, "it has expired");
        (await world.Database.ScalarAsync<long>($"SELECT count(*) FROM file_links WHERE encode(token_hash, 'escape') LIKE '%{token}%'")).Should().Be(0, "the token itself is not stored");
    }

    [Fact]
    public async Task A_file_that_leads_elsewhere_or_is_too_large_is_refused_and_nothing_of_it_stays()
    {
        await using var world = await CwmpWorld.CreateAsync();
        world.Service<Microsoft.Extensions.Options.IOptions<FileLibraryOptions>>().Value.MaximumReceived = 300_000;
        var url = await LinkAsync(world, null);
        using var http = new HttpClient();

        (await http.PutAsync(new Uri(url + "/..%5Cx"), new ByteArrayContent([1]))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        using (var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "../../evil" } })
            (await http.PostAsync(url, form)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await http.PutAsync(url, new ByteArrayContent(new byte[400_000]))).StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge, "its length says so");
        using (var chunked = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StreamContent(new MemoryStream(new byte[302_000])) })
        {
            chunked.Headers.TransferEncodingChunked = true;
            (await http.SendAsync(chunked)).StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge, "nobody said how long it is");
        }
        (await http.PutAsync(url, new ByteArrayContent([]))).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM files")).Should().Be(0);

        using (var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2]), "file", "log.txt" } })
            (await http.PostAsync(url, form)).StatusCode.Should().Be(HttpStatusCode.Created);
        (await world.Database.ScalarAsync<string>("SELECT name || ' ' || size || ' ' || state FROM files")).Should().Be("log.txt 2 ready");
        (await http.PutAsync(url, new ByteArrayContent([1]))).StatusCode.Should().Be(HttpStatusCode.NotFound, "one file and no more");
    }

    [Fact]
    public async Task Downloads_are_capped_in_number_and_in_pace_and_carry_their_checksum()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var options = world.Service<FileServerOptions>();
        (options.MaximumTransfers, options.BytesPerSecond, options.RetryAfter) = (1, 256 * 1024, 7);
        var content = new byte[600_000];
        new Random(2).NextBytes(content);
        var url = await LinkAsync(world, await world.StoreAsync("image.bin", content, "1.0"));
        using var http = new HttpClient();
        var began = System.Diagnostics.Stopwatch.GetTimestamp();

        using var first = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        using var second = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));

        (second.StatusCode, second.Headers.RetryAfter!.Delta!.Value.TotalSeconds is >= 7 and <= 14).Should().Be((HttpStatusCode.ServiceUnavailable, true));
        (await first.Content.ReadAsByteArrayAsync()).Should().Equal(content);
        System.Diagnostics.Stopwatch.GetElapsedTime(began).Should().BeGreaterThan(TimeSpan.FromSeconds(1), "2 pieces of 256 KiB go before the last, one a second");
        var hash = System.Security.Cryptography.SHA256.HashData(content);
        first.Headers.GetValues("Repr-Digest").Should().Equal($"sha-256=:{Convert.ToBase64String(hash)}:");
        first.Headers.ETag!.Tag.Should().Be($"\"{Convert.ToHexStringLower(hash)}\"");
        await JobWorld.UntilAsync(async () => (await AskAsync(http, url, null)).StatusCode == HttpStatusCode.NotFound, "its place is free, and the link used up");
    }

    [Fact]
    public async Task A_job_cannot_name_another_tenants_file()
    {
        await using var world = await CwmpWorld.CreateAsync();
        var other = await world.Database.CreateTenantAsync("other");
        var foreign = await world.StoreAsync("image.bin", [1], "1.0", tenant: other);
        var device = await world.CreateDeviceAsync("00D09E-HG310-X1");

        var made = await world.Jobs.EnqueueAsync(world.Admin, new JobRequest(device, "cwmp", "download", new JsonObject { ["file"] = foreign.Id.ToString() }), default);

        made.Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("arguments.file");
    }

    // A device that takes the request and fetches nothing: the link is the test's.
    private static async Task<Uri> LinkAsync(CwmpWorld world, LibraryFile? file)
    {
        var options = world.Options();
        var device = await world.CreateDeviceAsync(CwmpWorld.IdentityOf(options));
        await world.EnqueueAsync(device, file is null ? "upload" : "download", file is null ? [] : new JsonObject { ["file"] = file.Id.ToString() });
        var urls = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Start(options with { Quirks = new CpeQuirks { Transfer = urls.SetResult } });
        return new Uri(await urls.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient http, Uri url, string? range, string? ifRange = null, string? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (range is not null) request.Headers.TryAddWithoutValidation("Range", range);
        if (ifRange is not null) request.Headers.TryAddWithoutValidation("If-Range", ifRange);
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return http.SendAsync(request);
    }
}
