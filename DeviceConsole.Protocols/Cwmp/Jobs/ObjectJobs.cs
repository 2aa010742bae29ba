using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>AddObject and DeleteObject.</summary>
internal static class ObjectJobs
{
    /// <summary>Makes an instance and reads it, so that the tree shows what it starts with.</summary>
    public static async Task<JobEnd> AddAsync(JobContext context)
    {
        var table = Dotted(context.Arguments.Text("path")!);
        var result = await context.Rpc.CallAsync<AddObjectResponse>(new AddObject(table, ""));
        if (result.Fault is { } fault) return fault;
        if (Refusal(nameof(AddObject), result.Response!.Status, result.Response.InstanceNumber) is { } refusal) return refusal;
        // By the alias that it was to get, or by none: it has a number.
        var (holder, alias) = Split(table);
        var instance = FormattableString.Invariant($"{holder}{result.Response.InstanceNumber}.");
        if (result.Response.Status == 1) return ProtocolOutcome.Success([], $"{instance} is taken; the device makes it later, perhaps after a reboot");
        // The instance is made, whatever comes of reading it. Name by name: the names tell what can be written, and not every device reads a whole object at once.
        var (discovery, unread) = await RefreshJob.DiscoverAsync(context, instance);
        var reader = new ValueReader(context);
        unread ??= await reader.ReadAsync(discovery.Parameters());
        var read = reader.Read.Count;
        return ProtocolOutcome.Success(RefreshJob.Rows(discovery, reader),
            $"{instance} was made{(alias is null ? "" : $" under the alias {alias}")}" + (unread is null && read > 0 ? $", with {Values.Count(read)}" : "; refresh it to see its values"));
    }

    /// <summary>Deletes an instance.</summary>
    public static async Task<JobEnd> DeleteAsync(JobContext context)
    {
        var instance = Dotted(context.Arguments.Text("path")!);
        // What an alias stands for is known only as long as the instance is there.
        var number = await new AliasMap(context).CanonicalAsync(instance);
        var result = await context.Rpc.CallAsync<DeleteObjectResponse>(new DeleteObject(instance, ""));
        if (result is { Code: 9005, Fault: { } gone }) return ProtocolOutcome.Failure(gone) with { Removed = number is null ? [] : [number] };
        if ((result.Fault ?? Refusal(nameof(DeleteObject), result.Response!.Status)) is { } fault) return fault;
        return result.Response!.Status == 1
            ? ProtocolOutcome.Success([], $"The device takes the deletion of {instance} and carries it out later, perhaps after a reboot")
            : ProtocolOutcome.Success([], $"{instance} was deleted") with { Removed = number is null ? [] : [number] };
    }

    // Instances count from 1 (TR-106 §3.2.1), and the status is 0 or 1: cwmp-sim answers a table that it does not have with instance 0 and its fault code as the status.
    private static ProtocolFault? Refusal(string request, int status, int instance = 1)
    {
        if (status is >= 9000 and <= 9899) return CwmpFaults.From(status, $"as the status of {request}Response");
        return instance > 0 ? null : CwmpFaults.WrongAnswer(request, FormattableString.Invariant($"instance number {instance}, which there is not"));
    }

    // Device.A.[new]. is the table Device.A. with the alias of the instance to make.
    private static (string Table, string? Alias) Split(string path)
    {
        var dot = path.TrimEnd('.').LastIndexOf('.') + 1;
        var last = path[dot..^1];
        return last.StartsWith('[') ? (path[..dot], last.Trim('[', ']')) : (path, null);
    }

    private static string Dotted(string path)
    {
        path = path.Trim();
        return path.EndsWith('.') ? path : path + ".";
    }
}
