using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>Brings sessions to their end, whatever it is: as they should, by silence, by a newer one, by the process.</summary>
internal sealed class SessionEnder(IDeviceGateway gateway, CwmpSessions sessions, TimeProvider time, ILogger<CwmpEnvelope> logger) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives every session up; what the devices work on goes back to the queue, without a burnt attempt.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var session in sessions.All) await CloseAsync(session, "The console was stopped.", failed: false);
    }

    /// <summary>The device has until then for its next request.</summary>
    public void Await(CwmpSession session)
    {
        session.Silence ??= time.CreateTimer(_ => _ = SilentAsync(session), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        session.Silence.Change(session.Timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The device did its part: the session is over as it should.</summary>
    public Task FinishAsync(CwmpSession session) => CloseAsync(session, "The session ended as it should.", failed: false);

    /// <summary>The device fell silent or broke the rules: the job that it was working on fails, with what came before. The caller holds the gate.</summary>
    public async Task LoseAsync(CwmpSession session, string reason)
    {
        if (session.IsOver) return;
        logger.Dropped(session.Identity, reason);
        var note = new TraceEntry(time.GetUtcNow(), TraceDirection.Note, reason, "");
        if (session.Job is { } job && session.Pending is { } pending)
        {
            session.Pending = null;
            job.Trace.Add(note);
            job.Answer(RpcReply.Failed(CwmpFaults.Lost(pending.Message.Name, reason)));
            await SettleAsync(session, job);
        }
        else
        {
            session.Trace.Add(note);
        }
        await CloseAsync(session, reason, failed: true);
    }

    /// <summary>Writes the end of a job whose conversation is over, or puts it aside. Requests that it still has are answered with its session's end.</summary>
    public async Task SettleAsync(CwmpSession session, SessionJob job)
    {
        while (await job.NextRequestAsync() is { } late) job.Answer(RpcReply.Failed(CwmpFaults.Lost(late.Name, "the session was over")));
        var end = await job.EndAsync();
        session.Job = null;
        if (session.Quirks?.Learnt is { } learnt)
        {
            await gateway.LearnAsync(session.Device!, learnt, CancellationToken.None);
            session.Quirks.Kept();
        }
        if (end.Parked is { } parked)
        {
            await gateway.ParkAsync(session.Device!, job.Work, new ParkedWork(parked.CommandKey, parked.Reason, time.GetUtcNow() + parked.Patience) { Trace = job.Trace }, CancellationToken.None);
            return;
        }
        // A device that does not tell its XMPP address with its Inform tells it when it is read.
        if (end.Outcome!.Values.FirstOrDefault(v => v.Path.EndsWith("." + InformFacts.JabberName, StringComparison.Ordinal)) is { Value: { Length: > 0 and <= 1024 } jid })
            await gateway.SaveSettingsAsync(session.Device!, new System.Text.Json.Nodes.JsonObject { [CwmpModuleDescriptor.JabberId] = jid }, CancellationToken.None);
        if (end.Outcome.Values.FirstOrDefault(v => v.Path.EndsWith("." + InformFacts.AliasName, StringComparison.Ordinal)) is { Value: { } aliases } && CwmpText.ReadBoolean(aliases) != session.AliasBased)
        {
            session.AliasBased = !session.AliasBased;
            await gateway.SaveSettingsAsync(session.Device!, new System.Text.Json.Nodes.JsonObject { [CwmpModuleDescriptor.AliasBased] = session.AliasBased }, CancellationToken.None);
        }
        await gateway.CompleteAsync(session.Device!, job.Work, end.Outcome with { Trace = job.Trace }, CancellationToken.None);
        if (end.EndsOther is { } other && await gateway.ResumeAsync(session.Device!, other.CommandKey, CancellationToken.None) is { } waiting)
            await gateway.CompleteAsync(session.Device!, waiting, ProtocolOutcome.Failure(other.Fault), CancellationToken.None);
    }

    private async Task CloseAsync(CwmpSession session, string reason, bool failed)
    {
        if (session.IsOver) return;
        session.IsOver = true;
        sessions.Remove(session);
        session.Dispose();
        if (session.Device is not { } device) return;
        try
        {
            await gateway.CloseSessionAsync(device, reason, failed, session.Trace, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Its lease ends by itself, and with it the session.
            logger.EndFailed(e, session.Identity);
        }
    }

    private async Task SilentAsync(CwmpSession session)
    {
        // A request that is being worked on right now proves the opposite.
        if (!await session.Gate.WaitAsync(0)) return;
        try
        {
            await LoseAsync(session, $"The device sent nothing for {session.Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.EndFailed(e, session.Identity);
        }
        finally
        {
            session.Gate.Release();
        }
    }
}
