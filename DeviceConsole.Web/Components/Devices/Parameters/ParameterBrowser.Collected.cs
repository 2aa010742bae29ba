using DeviceConsole.Core;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Devices.Parameters;

// Several values that are sent together: the device takes all of them or, where its protocol says so, none.
public sealed partial class ParameterBrowser
{
    private readonly CollectedChanges collected = new();
    private readonly List<JobView> sent = [];
    private Problem? collectedProblem;

    private void Collect(CollectedChange change)
    {
        collectedProblem = null;
        collected.Put(change);
    }

    private void DiscardCollected()
    {
        collectedProblem = null;
        collected.Clear();
        sent.Clear();
    }

    // A job has one protocol, and takes so many values.
    private List<(ProtocolDescriptor Protocol, OperationDescriptor Operation, CollectedChange[] Changes)> CollectedJobs() =>
        [.. from change in collected.All
            let use = protocols?.For(TreeRole.Write, change.Source)
            where use is not null
            group change by use.Value into job
            from part in job.Chunk(job.Key.Operation.Capacity())
            select (job.Key.Protocol, job.Key.Operation, part)];

    private async Task ApplyCollectedAsync()
    {
        collectedProblem = Wrong();
        if (collectedProblem is not null) return;
        sent.Clear();
        var caller = await Caller.GetAsync();
        foreach (var (protocol, operation, changes) in CollectedJobs())
        {
            var arguments = operation.Arguments([.. changes.Select(c => c.Write)]);
            var result = await Jobs.EnqueueAsync(caller, new JobRequest(Id, protocol.Id, operation.Id, arguments) { Priority = JobPriority.High }, CancellationToken.None);
            if (!result.IsSuccess)
            {
                collectedProblem = result.Problem;
                return;
            }

            sent.Add(result.Value);
            collected.Sent(result.Value.Id, changes);
            await SettleAsync(null, result.Value);
        }
    }

    // What was right when it was collected may be so no more: the model may have come meanwhile.
    private Problem? Wrong()
    {
        foreach (var change in collected.All)
        {
            if (model?.Find(change.Write.Path)?.Type is not { } type || ModelValues.Check(type, change.Write.Value) is not { } wrong) continue;
            return Problem.Invalid("", $"{change.Write.Path}: {wrong}");
        }

        return null;
    }

    // True where the bar shows that job.
    private bool UpdateSent(JobView job)
    {
        var index = sent.FindIndex(s => s.Id == job.Id && s.Revision < job.Revision);
        if (index < 0) return false;
        sent[index] = job;
        return true;
    }

    // TR-106 has a number of entries beside each table; a device may tell nothing else of an empty one.
    private bool LooksLikeTable(ParameterNode node) =>
        node.IsObject && (tree.Find(node.Path.TrimEnd('.') + "NumberOfEntries") is not null || tree.Visible.Any(l => IsInstanceOf(l.Node, node.Path)));

    private static bool IsInstanceOf(ParameterNode node, string table) =>
        node.IsObject && node.Path.Length > table.Length && node.Path.StartsWith(table, StringComparison.Ordinal) && node.Path.AsSpan(table.Length).TrimEnd('.') is var name
        && !name.Contains('.') && name.IndexOfAnyExceptInRange('0', '9') < 0;
}
