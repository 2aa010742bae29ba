using DeviceConsole.Simulator;
using DeviceConsole.Simulator.Cwmp.Storm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Tests.Simulator;

/// <summary>The storm driver against an ACS of a few lines, whose behaviour is known.</summary>
public sealed class StormDriverTests : IAsyncLifetime
{
    private WebApplication app = default!;
    private Func<HttpContext, Task> answer = _ => Task.CompletedTask;

    private Uri Acs => new(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/cwmp/acme");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(http => answer(http));
        await app.StartAsync();
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task A_session_counts_from_the_moment_at_which_it_was_meant_to_begin()
    {
        answer = async http =>
        {
            // One POST of each session takes a tenth of a second; the CPEs have one socket for all of them.
            if (http.Request.ContentLength > 0) await Task.Delay(100);
            await SessionAsync(http);
        };

        var report = await StormDriver.RunAsync(new StormOptions { Acs = Acs, Devices = 5, Over = TimeSpan.Zero, Sockets = 1, Addresses = 1 }, CancellationToken.None);

        (report.Done, report.Errors, report.Refused).Should().Be((5, 0, 0), report.ToString());
        report.Calls.Least.Should().BeGreaterThan(90);
        report.Calls.Most.Should().BeGreaterThan(450, "it waited for the four before it");
        report.Sessions.Least.Should().BeLessThan(report.Calls.Most, "an admitted session counts from its Inform's first byte");
    }

    [Fact]
    public async Task A_refused_device_comes_back_when_it_was_told_to_and_not_before()
    {
        var calls = 0;
        answer = async http =>
        {
            if (http.Request.ContentLength > 0 && Interlocked.Increment(ref calls) <= 3)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                http.Response.Headers.RetryAfter = "1";
                http.Response.ContentLength = 0;
                return;
            }
            await SessionAsync(http);
        };

        var report = await StormDriver.RunAsync(new StormOptions { Acs = Acs, Devices = 3, Over = TimeSpan.Zero, Addresses = 3 }, CancellationToken.None);

        (report.Done, report.Refused, report.Errors).Should().Be((3, 3, 0), report.ToString());
        report.Served.Least.Should().BeGreaterThan(1_000);
        report.Recovery.Should().BeGreaterThan(1);
        report.LongestRetryAfter.Should().Be(1);
    }

    [Fact]
    public async Task Refusals_without_Retry_After_and_wrong_answers_are_errors()
    {
        answer = http =>
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.ContentLength = 0;
            return Task.CompletedTask;
        };

        var report = await StormDriver.RunAsync(new StormOptions { Acs = Acs, Devices = 2, Over = TimeSpan.Zero, Addresses = 1, Retries = 0 }, CancellationToken.None);

        (report.Done, report.GivenUp, report.Errors, report.FirstError).Should().Be((0, 2, 2, "status 503 without Retry-After"));
    }

    [Fact]
    public async Task A_hundred_thousand_CPEs_have_their_sessions_from_one_process()
    {
        var full = Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1";
        answer = SessionAsync;

        var report = await StormDriver.RunAsync(new StormOptions { Acs = Acs, Devices = full ? 100_000 : 500, Over = TimeSpan.FromSeconds(full ? 100 : 0), Sockets = 64, Retries = 3 }, CancellationToken.None);

        (report.Done, report.GivenUp).Should().Be((full ? 100_000 : 500, 0), report.ToString());
    }

    [Fact]
    public void A_CPE_is_some_bytes_also_where_all_of_them_were_sent_away()
    {
        const int Devices = 100_000;
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fleet = new StormFleet(Devices, TimeSpan.FromSeconds(10));
        while (fleet.TryNext(100_000, out var device) && fleet.TriesOf(device) == 0) fleet.Again(device, 200_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(40 * Devices);
    }

    [Theory]
    [InlineData("--acs", "https://a/")]
    [InlineData("--acs", "http://a/", "--devices", "0")]
    [InlineData("--acs", "http://a/", "--speed", "9")]
    public void A_command_line_that_makes_no_sense_is_refused(params string[] arguments)
    {
        var read = () => StormCommand.Read(CommandLine.Parse(arguments));

        read.Should().Throw<UsageException>();
    }

    private static async Task SessionAsync(HttpContext http)
    {
        if (http.Request.ContentLength is null or 0)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        await http.Request.Body.CopyToAsync(Stream.Null);
        http.Response.Headers.SetCookie = "session=1; Path=/";
        http.Response.ContentLength = 0;
    }
}
