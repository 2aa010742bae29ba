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
        var instance = $"{table}{result.Response!.InstanceNumber}.";
        if (result.Response.Status == 1) return ProtocolOutcome.Success([], $"{instance} is taken; the device makes it later, perhaps after a reboot");
        var reader = new ValueReader(context);
        // The instance is made, whatever comes of reading it.
        var unread = await reader.ReadAsync([instance]);
        var values = reader.Read;
        return ProtocolOutcome.Success(values, $"{instance} was made" + (unread is null && values.Count > 0 ? $", with {Values.Count(values.Count)}" : "; refresh it to see its values"));
    }

    /// <summary>Deletes an instance.</summary>
    public static async Task<JobEnd> DeleteAsync(JobContext context)
    {
        var instance = Dotted(context.Arguments.Text("path")!);
        var result = await context.Rpc.CallAsync<DeleteObjectResponse>(new DeleteObject(instance, ""));
        if (result is { Code: 9005, Fault: { } gone }) return ProtocolOutcome.Failure(gone) with { Removed = [instance] };
        if (result.Fault is { } fault) return fault;
        return result.Response!.Status == 1
            ? ProtocolOutcome.Success([], $"The device takes the deletion of {instance} and carries it out later, perhaps after a reboot")
            : ProtocolOutcome.Success([], $"{instance} was deleted") with { Removed = [instance] };
    }

    private static string Dotted(string path)
    {
        path = path.Trim();
        return path.EndsWith('.') ? path : path + ".";
    }
}
