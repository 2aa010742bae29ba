using System.Globalization;
using System.Net;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Release;

/// <summary>deploy/watch.sh against a /metrics that goes wrong in each of the ways it looks for.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private readonly HttpListener listener = new();
    private readonly Uri address = new($"http://127.0.0.1:{PostgresServer.FreePort()}/");
    private Func<int, string?> answer = _ => "";
    private Task serving = Task.CompletedTask;

    public Task InitializeAsync()
    {
        listener.Prefixes.Add(address.ToString());
        listener.Start();
        serving = Task.Run(ServeAsync);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        listener.Stop();
        await serving;
        listener.Close();
    }

    [Theory]
    [InlineData(0, 0, 0, 0, "0 failed (0.00%")]
    [InlineData(5, 0, 0, 1, "Too much fails: roll back")]
    [InlineData(0, 60, 0, 1, "Too much fails: roll back")]
    [InlineData(0, 0, 1, 1, "started again while it was watched")]
    public async Task It_ends_with_1_where_requests_or_jobs_fail_or_the_process_started_again(int failedRequests, int failedJobs, int restarts, int expected, string sentence)
    {
        answer = n => string.Create(CultureInfo.InvariantCulture, $$"""
            http_server_request_duration_seconds_count{http_response_status_code="200"} {{n * 100}}
            http_server_request_duration_seconds_count{http_response_status_code="503"} {{n * failedRequests}}
            deviceconsole_jobs_finished_total{state="completed"} {{n * 40}}
            deviceconsole_jobs_finished_total{state="failed"} {{n * failedJobs}}
            process_start_time_seconds {{1_000 + (n * restarts)}}

            """);
        var (code, output) = await Script.RunAsync("deploy/watch.sh", [address.ToString(), "--seconds", "1", "--every", "0.3"]);

        output.Should().Contain(sentence);
        code.Should().Be(expected);
    }

    [Fact]
    public async Task Three_silences_in_a_row_are_an_end()
    {
        answer = n => n == 1 ? "process_start_time_seconds 1000\n" : null;
        var (code, output) = await Script.RunAsync("deploy/watch.sh", [address.ToString(), "--seconds", "60", "--every", "0.1"]);

        output.Should().Contain("was silent three times in a row");
        code.Should().Be(1);
        (await Script.RunAsync("deploy/watch.sh", [$"http://127.0.0.1:{PostgresServer.FreePort()}"])).Output.Should().Contain("nothing can be watched");
    }

    private async Task ServeAsync()
    {
        for (var n = 1; ; n++)
        {
            try
            {
                var context = await listener.GetContextAsync();
                var text = answer(n);
                context.Response.StatusCode = text is null ? 503 : 200;
                await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text ?? ""));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
