using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>Methods of the manufacturer's own.</summary>
internal static class VendorJobs
{
    /// <summary>Calls one, and shows what the device answers.</summary>
    public static async Task<JobEnd> RunAsync(JobContext context)
    {
        var method = context.Arguments.Text("method")!.Trim();
        var arguments = context.Arguments.Rows("arguments").Select(r => (r.Text("name")!.Trim(), r.Text("value") ?? "")).ToList();
        var result = await context.Rpc.CallAsync<VendorMessage>(new VendorMessage(method, arguments));
        if (result.Fault is { } fault) return fault;
        var values = result.Response!.Arguments.Select(a => new ParameterValue(a.Name, a.Text, "string")).ToList();
        return ProtocolOutcome.Success(values, values.Count == 0 ? $"The device carried {method} out." : $"The device carried {method} out and answered {Values.Count(values.Count)}.") with { StoreValues = false };
    }
}
