using System.Threading.Channels;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>
/// A job in its session: the job's conversation on one side, the device's requests on the other, hand in hand. Exactly one side is on the move at any time.
/// </summary>
internal sealed class SessionJob : IRpc
{
    private readonly Channel<CwmpMessage> requests = Channel.CreateBounded<CwmpMessage>(1);
    private readonly Channel<RpcReply> replies = Channel.CreateBounded<RpcReply>(1);
    private readonly Action<Exception> defect;
    private Task<JobEnd> end = Task.FromResult<JobEnd>(CwmpFaults.Defect());

    private SessionJob(SessionWork work, Action<Exception> defect)
    {
        Work = work;
        this.defect = defect;
    }

    /// <summary>The engine's side of it.</summary>
    public SessionWork Work { get; }

    /// <summary>Its messages so far, redacted.</summary>
    public List<TraceEntry> Trace { get; } = [];

    /// <summary>Starts the conversation.</summary>
    /// <param name="work">The work.</param>
    /// <param name="root">The device's root object, where it is known.</param>
    /// <param name="aliasBased">Instances may be named by their aliases.</param>
    /// <param name="quirks">How its model wants to be talked to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="files">The file library, as this job sees it.</param>
    /// <param name="setup">The device's stored credentials.</param>
    /// <param name="defect">Is told of an exception that nobody expected.</param>
    public static SessionJob Start(SessionWork work, string? root, bool aliasBased, CwmpQuirks quirks, TimeProvider time, JobFiles files, JobSetup setup, Action<Exception> defect)
    {
        var job = new SessionJob(work, defect);
        job.end = Task.Run(() => job.RunAsync(new JobContext(job, work.JobId, work.Arguments, work.Deadline, root, quirks, time) { Files = files, Setup = setup, Continuation = work.Continuation, Attempt = work.Attempt, AliasBased = aliasBased }));
        return job;
    }

    /// <summary>The next request for the device, or null where the job is over: <see cref="EndAsync"/>.</summary>
    public async Task<CwmpMessage?> NextRequestAsync() =>
        await requests.Reader.WaitToReadAsync() && requests.Reader.TryRead(out var request) ? request : null;

    /// <summary>The device's answer to the last request, or why there is none.</summary>
    public void Answer(RpcReply reply) => replies.Writer.TryWrite(reply);

    /// <summary>How it ended.</summary>
    public Task<JobEnd> EndAsync() => end;

    async Task<RpcReply> IRpc.CallAsync(CwmpMessage request)
    {
        await requests.Writer.WriteAsync(request);
        return await replies.Reader.ReadAsync();
    }

    private async Task<JobEnd> RunAsync(JobContext context)
    {
        try
        {
            return await CwmpJobs.RunAsync(Work.Operation, context);
        }
        catch (Exception e)
        {
            // Whatever it is, the session and its other jobs go on.
            defect(e);
            return CwmpFaults.Defect();
        }
        finally
        {
            requests.Writer.Complete();
        }
    }
}
