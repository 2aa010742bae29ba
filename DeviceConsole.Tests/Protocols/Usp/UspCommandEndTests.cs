using System.Text.Json.Nodes;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>Ends of commands that come at the worst moment.</summary>
public sealed class UspCommandEndTests(UspWorld world) : IClassFixture<UspWorld>
{
    private const string Controller = "proto::deviceconsole.acme", Command = "Device.Test.Run()";

    [Fact]
    public async Task The_end_comes_before_the_answer_while_the_database_stands_still()
    {
        var (device, id) = await CreateAsync();
        using var agent = await ConnectAsync(id);
        var (job, request, key) = await AskedAsync(device, agent);
        await using (var lane = await HeldLane.HoldAsync(world.Host.Database, device))
        {
            await agent.SendAsync(Message(id, "end", End(key)));
            await agent.SendAsync(Message(id, request, GoesOn()));
            await lane.UntilWaitingAsync(1);
        }

        await CompletedAsync(job);
        (await agent.ReceiveMessageAsync<NotifyResponse>()).Id.Should().Be("end");
    }

    [Fact]
    public async Task The_end_comes_while_the_job_is_being_put_aside_and_work_is_looked_for()
    {
        var (device, id) = await CreateAsync();
        using var agent = await ConnectAsync(id);
        var (job, request, key) = await AskedAsync(device, agent);
        await using (var lane = await HeldLane.HoldAsync(world.Host.Database, device))
        {
            // The session looks for work after each notice of a job of its tenant: there is one before the answer.
            await world.Host.Database.ExecuteAsync("SELECT sys.notify_jobs('', array[$1], array[$2])", world.Tenant, job);
            await lane.UntilWaitingAsync(1);
            await agent.SendAsync(Message(id, request, GoesOn()));
            await agent.SendAsync(Message(id, "end", End(key)));
        }

        await CompletedAsync(job);
        (await agent.ReceiveMessageAsync<NotifyResponse>()).Id.Should().Be("end");
        await agent.SendAsync(Message(id, "probe", new GetRequest { ParamPaths = ["Device."] }));
        (await agent.NextAsync(m => m.Body is UspError or OperateRequest)).Body.Should().BeOfType<UspError>("the command is asked for once");
    }

    [Fact]
    public async Task An_end_that_an_outdated_session_hears_is_told_again_and_ends_the_job_in_the_next_one()
    {
        var (device, id) = await CreateAsync();
        using var first = await ConnectAsync(id);
        var (job, request, key) = await AskedAsync(device, first);
        await first.SendAsync(Message(id, request, GoesOn()));
        await Jobs.JobWorld.UntilAsync(async () => (await world.GetAsync(job)).Job is { State: JobState.Queued, WaitReason: not null }, "the job is put aside");
        // As if the device had come to another node meanwhile: this one does not know yet.
        await world.Host.Database.ExecuteAsync("UPDATE connections SET epoch = epoch + 1 WHERE device_id = $1", device);
        await first.SendAsync(Message(id, "end", End(key)));
        await first.SendAsync(Message(id, "probe", new GetRequest { ParamPaths = ["Device."] }));
        await first.NextAsync(m => m.Body is UspError);

        using var second = await ConnectAsync(id);
        await second.SendAsync(Message(id, "end", End(key)));

        await CompletedAsync(job);
        (await second.ReceiveMessageAsync<NotifyResponse>()).Id.Should().Be("end");
    }

    private async Task<(Guid Device, string Id)> CreateAsync()
    {
        var (device, options) = await world.CreateAsync(s =>
        {
            s["subscribe"] = false;
            s["timeout"] = 30;
        });
        return (device, options.Id);
    }

    private async Task<RawAgent> ConnectAsync(string id)
    {
        var agent = await RawAgent.ConnectAsync(world.Address($"/usp/acme/{UspWorld.Token}?eid={Uri.EscapeDataString(id)}"));
        await agent.SendAsync(new UspRecord("1.3", Controller, id, new WebSocketConnect()));
        return agent;
    }

    // A command that the agent was asked for, and did not answer yet.
    private async Task<(Guid Job, string Request, string Key)> AskedAsync(Guid device, RawAgent agent)
    {
        var job = await world.EnqueueAsync(device, "operate", new JsonObject { ["command"] = Command });
        var asked = await agent.ReceiveMessageAsync<OperateRequest>();
        return (job.Id, asked.Id, ((OperateRequest)asked.Body).CommandKey);
    }

    private async Task CompletedAsync(Guid job)
    {
        var detail = await world.EndAsync(job);
        detail.Job.State.Should().Be(JobState.Completed, detail.Job.Fault?.Message);
        detail.Values.Should().ContainSingle(v => v.Path == Command + ".Status" && v.Value == "Complete");
    }

    private static OperateResponse GoesOn() => new() { Results = [new OperationResult { Command = Command, RequestPath = "Device.LocalAgent.Request.1." }] };

    private static NotifyRequest End(string key) => new(new OperationComplete
    {
        ObjectPath = "Device.Test.", CommandName = "Run()", CommandKey = key, Output = new OutputArguments { Values = new Dictionary<string, string> { ["Status"] = "Complete" } },
    })
    { SubscriptionId = "operations", SendResponse = true };

    private static UspRecord Message(string from, string id, UspBody body) => new("1.3", Controller, from, new NoSessionContext(new UspMessage(id, body).Encode()));
}
