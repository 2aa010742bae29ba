using System.Globalization;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>A session after its Inform: the device's requests are answered, then the engine's jobs are asked of it, one request at a time (TR-069 §3.7).</summary>
internal sealed class SessionTalk(IDeviceGateway gateway, IDeviceFiles files, DeviceRequests requests, FirmwareCheck firmware, SessionEnder ender, IDeviceProvisioning provisioning, XmppService xmpp, IBulkDesk bulk, TimeProvider time, ILogger<CwmpEnvelope> logger)
{
    /// <summary>An empty POST: the device has nothing more to say, and takes requests.</summary>
    public Task<CwmpAnswer> EmptyAsync(CwmpSession session, CancellationToken cancellationToken) => HeldAsync(session, async () =>
    {
        if (session.Pending is not { } pending) return await NextAsync(session, cancellationToken);
        // It lost the request on its way, or ignores it. Sent twice, a request that is not safe to repeat could be carried out twice.
        if (pending.Repeats == 0 && pending.Message is not (AddObject or Reboot or FactoryReset or Download or Upload or ScheduleInform or ScheduleDownload or CancelTransfer or ChangeDUState or SetVouchers or VendorMessage))
        {
            session.Pending = pending with { Repeats = 1 };
            session.Job?.Trace.Add(Note("The device sent an empty message in place of its answer; it is asked once more."));
            return pending.Answer;
        }
        return await AnsweredAsync(session, RpcReply.Failed(CwmpFaults.WrongAnswer(pending.Message.Name, "an empty message")), null, cancellationToken);
    });

    /// <summary>A message that is no Inform.</summary>
    public Task<CwmpAnswer> MessageAsync(CwmpSession session, CwmpEnvelope envelope, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => HeldAsync(session, async () =>
    {
        if (session.LastAnswered is { } last && envelope.Id == last.Id && session.Pending?.Id != last.Id) return last.Answer;
        var entry = new TraceEntry(time.GetUtcNow(), TraceDirection.In, Title(envelope.Message), SoapRedactor.Later(body));
        if (await requests.AnswerAsync(session, envelope.Message, entry, cancellationToken) is { } response)
        {
            var answer = CwmpAnswer.Soap(envelope, response);
            session.Trace.Add(entry);
            session.Trace.Add(new TraceEntry(time.GetUtcNow(), TraceDirection.Out, Title(response), SoapRedactor.Later(answer.Body)));
            return answer;
        }
        (session.Job?.Trace ?? session.Trace).Add(entry);
        if (session.Pending is not { } pending || (envelope.Id is { Length: > 0 } id && id != pending.Id)) return await UnsolicitedAsync(session, cancellationToken);
        var reply = envelope.Message is CwmpFault || envelope.Message.Name == pending.Message.Name + "Response"
            ? RpcReply.Of(envelope.Message)
            : RpcReply.Failed(CwmpFaults.WrongAnswer(pending.Message.Name, envelope.Message.Name));
        return await AnsweredAsync(session, reply, pending.Id, cancellationToken);
    });

    /// <summary>A body that cannot be read: what the device was asked for fails, and the session is over.</summary>
    public Task<CwmpAnswer> GarbageAsync(CwmpSession session, string error) => HeldAsync(session, async () =>
    {
        if (session is { Job: { } job, Pending: { } pending })
        {
            session.Pending = null;
            job.Trace.Add(Note("The device sent something that cannot be read: " + error));
            job.Answer(RpcReply.Failed(CwmpFaults.Garbage(pending.Message.Name, error)));
            await ender.SettleAsync(session, job);
        }
        await ender.LoseAsync(session, "The device sent something that cannot be read: " + error);
        return CwmpAnswer.Of(StatusCodes.Status400BadRequest);
    });

    // It completes nothing; what the device was asked for is asked again, or the session goes on.
    private async Task<CwmpAnswer> UnsolicitedAsync(CwmpSession session, CancellationToken cancellationToken)
    {
        (session.Job?.Trace ?? session.Trace).Add(Note("Nothing was asked that this would answer; it is ignored."));
        if (session.Pending is not { } pending) return await NextAsync(session, cancellationToken);
        if (pending.Repeats > 0) return await AnsweredAsync(session, RpcReply.Failed(CwmpFaults.WrongAnswer(pending.Message.Name, "an answer to another request")), null, cancellationToken);
        session.Pending = pending with { Repeats = 1 };
        return pending.Answer;
    }

    private async Task<CwmpAnswer> AnsweredAsync(CwmpSession session, RpcReply reply, string? id, CancellationToken cancellationToken)
    {
        session.Pending = null;
        session.Job!.Answer(reply);
        var answer = await NextAsync(session, cancellationToken);
        session.LastAnswered = id is null ? null : (id, answer);
        return answer;
    }

    private async Task<CwmpAnswer> NextAsync(CwmpSession session, CancellationToken cancellationToken)
    {
        while (session.Device is { } device)
        {
            if (session.Job is null)
            {
                if (await gateway.NextWorkAsync(device, cancellationToken) is not { } work) break;
                if (work.Continuation is not null && work.Operation != CwmpOperations.Diagnose)
                {
                    await gateway.CompleteAsync(device, work, await firmware.SilenceAsync(device, work, (Inform)session.Inform.Message, cancellationToken), cancellationToken);
                    continue;
                }
                session.Quirks ??= new CwmpQuirks(await gateway.QuirksAsync(device, cancellationToken));
                session.Job = SessionJob.Start(work, session.Root, session.AliasBased, session.Quirks, time, new JobFiles(files, device, work), new JobSetup(provisioning, gateway, device, xmpp, bulk), e => logger.JobFailed(e, work.JobId, work.Operation));
            }
            if (await session.Job.NextRequestAsync() is { } request) return Send(session, session.Job, request);
            await ender.SettleAsync(session, session.Job);
        }
        session.Trace.Add(Note("The session ends: there is nothing more to ask."));
        await ender.FinishAsync(session);
        return CwmpAnswer.End;
    }

    private CwmpAnswer Send(CwmpSession session, SessionJob job, CwmpMessage request)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{session.Cookie.AsSpan(0, 8)}-{++session.Requests}");
        var bytes = (session.Inform with { Message = request, Id = id, HoldRequests = false, SessionTimeout = null, SupportedVersions = "", UseVersion = "" }).Write();
        var answer = CwmpAnswer.Soap(bytes);
        session.Pending = new PendingRequest(id, request, answer);
        job.Trace.Add(new TraceEntry(time.GetUtcNow(), TraceDirection.Out, request.Name, SoapRedactor.Later(bytes)));
        return answer;
    }

    private async Task<CwmpAnswer> HeldAsync(CwmpSession session, Func<Task<CwmpAnswer>> talk)
    {
        await session.Gate.WaitAsync();
        try
        {
            if (session.IsOver) return CwmpAnswer.End;
            var answer = await talk();
            if (!session.IsOver) ender.Await(session);
            return answer;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private TraceEntry Note(string remark) => new(time.GetUtcNow(), TraceDirection.Note, remark, "");

    private static string Title(CwmpMessage message) => message is CwmpFault fault ? string.Create(CultureInfo.InvariantCulture, $"Fault {fault.Code}") : message.Name;
}
